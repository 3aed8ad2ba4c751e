// Values of settings: as a person types them (what the daemon reads), and as a person reads them.

const grouped = new Intl.NumberFormat("en-US");
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

export function asText(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "object") return pairs(value).join("\n");
  return String(value);
}

export function asWords(value, unit = "") {
  if (value === null || value === undefined) return "not set";
  if (typeof value === "number") return unit ? `${grouped.format(value)} ${unit}` : grouped.format(value);
  if (typeof value === "object") return (Array.isArray(value) ? value : pairs(value)).join(", ") || "none";
  return String(value) || "none";
}

// The text on one line, as a command line takes it.
export function asTyped(text) {
  return text.trim().split(/[\s,]+/).join(",");
}

export function sameText(one, other) {
  return asTyped(one) === asTyped(other);
}

export function rangeOf(schema) {
  if (schema.type !== "integer") return "";
  const from = grouped.format(schema.minimum);
  return schema.maximum >= NO_LIMIT ? `${from} or more` : `${from} to ${grouped.format(schema.maximum)}`;
}

// Nested by good, as they are stored, or with GOOD.SETTING as names already.
function pairs(overrides) {
  return Object.entries(overrides).flatMap(([good, settings]) =>
    typeof settings === "object"
      ? Object.entries(settings).map(([name, value]) => `${good}.${name}=${value}`)
      : [`${good}=${settings}`],
  );
}
