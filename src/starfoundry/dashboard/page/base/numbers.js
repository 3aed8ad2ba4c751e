// Numbers as a person reads them: thousands apart, gains with their sign, long ones short on axes.

const grouped = new Intl.NumberFormat("en-US");
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

export function whole(number) {
  return grouped.format(number).replace("-", "−");
}

export function signed(number) {
  return `${number > 0 ? "+" : ""}${whole(number)}`;
}

export function compact(number) {
  return short.format(number).replace("-", "−");
}

export function plural(count, one, many = `${one}s`) {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

// Credits an hour, where there was time enough to say so.
export function rate(credits, hours) {
  return hours < 0.2 ? null : Math.round(credits / hours);
}

export function kindOf(credits) {
  return credits < 0 ? "loss" : credits > 0 ? "gain" : "none";
}
