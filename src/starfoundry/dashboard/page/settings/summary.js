// The head of the settings: how the coordinator is, which revision it runs with, and what it earns.

import { el, fill, setText } from "../base/dom.js";
import { signed, whole } from "../base/numbers.js";
import { clock, moment } from "../base/time.js";

const HOUR = 3_600_000;
const WIDE = ["Last decision", "Plays on"];

export function paintSummary(place, { chosen, settings, pulse, daemon }) {
  if (!chosen || !settings) {
    fill(place);
    return;
  }
  const running = settings.observed_revision || 0;
  const rows = [
    ["Agent", chosen.agent, settings.system_symbol],
    ["State", settings.container_status, haltOf(chosen) || chosen.exit_reason],
    ["Settings", `revision ${settings.revision}`, settings.preset ? `preset ${settings.preset}` : ""],
    ["Runs with", running ? `revision ${running}` : "none yet", running === settings.revision ? "the same" : running ? "not the newest" : ""],
    ["Last decision", ...decisionOf(pulse)],
    ["Plays on", daemon && daemon.game_api ? hostOf(daemon.game_api) : "—", daemon && daemon.version ? `daemon ${daemon.version}` : ""],
    ...moneyOf(pulse),
  ];
  if (place.children.length !== rows.length) {
    fill(place, rows.map(([name]) => el("div", { class: WIDE.includes(name) ? "wide" : "" }, el("dt", {}, name), el("dd", {}, el("span"), el("small")))));
  }
  rows.forEach(([, value, more], at) => {
    const [words, small] = place.children[at].lastChild.children;
    setText(words, value || "—");
    setText(small, more || "");
  });
}

// Profit of the coordinator over the spans that people compare, each with over what, and the balance of its player.
function moneyOf(pulse) {
  const earned = pulse && pulse.earnings;
  const hour = earned && earned.hour_from ? clock(earned.hour_from) : "";
  const end = hour ? clock(Math.floor(Date.parse(earned.hour_from) / HOUR + 1) * HOUR) : "";
  return [
    ["Profit, last closed hour", hour ? signed(earned.hour) : "—", hour ? `${hour} to ${end}` : "no hour has ended yet"],
    ["Profit, last 24 h", earned ? signed(earned.day) : "—", earned ? rateOf(earned.day, earned.day_hours) : ""],
    ["Profit since start", earned ? signed(earned.total) : "—", earned ? rateOf(earned.total, earned.total_hours) : ""],
    ["Balance", pulse && pulse.credits !== undefined ? whole(pulse.credits) : "—", "credits the player has"],
  ];
}

function rateOf(credits, hours) {
  return hours < 0.2 ? `over ${hours} h` : `${signed(Math.round(credits / hours))} an hour over ${hours} h`;
}

function decisionOf(pulse) {
  if (!pulse) return ["—", ""];
  if (pulse.problem) return ["—", pulse.problem];
  if (!pulse.last_decision) return ["none yet", ""];
  return [pulse.last_decision.kind, `${moment(pulse.last_decision.at)} · ${pulse.last_decision.subject}`];
}

function haltOf(chosen) {
  return chosen.halted ? `halted (${chosen.halted}); let go: spacetraders resume` : "";
}

function hostOf(address) {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}
