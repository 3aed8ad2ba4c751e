// Goods by markets: the text and the tint of each cell, for the chosen measure.

import { whole } from "../base/numbers.js";
import { moment, secondsOf, span } from "../base/time.js";

const SUPPLIES = ["SCARCE", "LIMITED", "MODERATE", "HIGH", "ABUNDANT"];
const STEPS = 6;
const OLD_SECONDS = 3 * 3600;

export const MEASURES = {
  ask: "We pay",
  bid: "We receive",
  supply: "Supply",
  age: "Age",
};

const ROLES = { EXPORT: "makes it", IMPORT: "uses it", EXCHANGE: "passes it on" };

// The goods that any of the markets trades, and of each market what it knows.
export function gridOf(markets) {
  const goods = new Set();
  for (const each of markets) for (const good of [...each.exports, ...each.imports, ...each.exchange]) goods.add(good);
  return [...goods].sort();
}

// The cell of a good at a market: its words, its tint from -STEPS (good for us) to STEPS (bad for us), and all there is to say.
export function cellOf(market, good, measure, range, now) {
  const role = market.exports.includes(good) ? "EXPORT" : market.imports.includes(good) ? "IMPORT" : market.exchange.includes(good) ? "EXCHANGE" : "";
  if (!role) return null;
  const seen = market.goods[good];
  if (!seen) return { words: "·", heat: 0, title: `${good} at ${market.waypoint}, which ${ROLES[role]}: never seen` };
  const [, supply, activity, volume, ask, bid] = seen;
  const age = now - secondsOf(market.observed_at);
  const title = `${good} at ${market.waypoint}, which ${ROLES[role]}: supply ${supply || "unknown"}${activity ? `, ${activity}` : ""}; we pay ${whole(ask)}, receive ${whole(bid)}, ${whole(volume)} units at a time; seen ${moment(market.observed_at)}`;
  const heat = { ask: () => between(ask, range), bid: () => -between(bid, range), supply: () => -(SUPPLIES.indexOf(supply) - 2) * 3, age: () => Math.min(STEPS, Math.round((age / OLD_SECONDS) * STEPS)) }[measure]();
  const words = { ask: () => whole(ask), bid: () => whole(bid), supply: () => supply.toLowerCase() || "—", age: () => span(age) }[measure]();
  return { words, heat, title };
}

// The prices of a good over all markets, so that each good has a scale of its own.
export function rangeOf(markets, good, measure) {
  const at = measure === "bid" ? 5 : 4;
  const prices = markets.map((each) => each.goods[good]?.[at]).filter((price) => price > 0);
  return [Math.min(...prices), Math.max(...prices)];
}

function between(price, [low, high]) {
  return high > low ? Math.round(((price - low) / (high - low)) * 2 * STEPS) - STEPS : 0;
}
