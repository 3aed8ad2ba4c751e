// The head of the page: which coordinator, how it is, which revision it runs with, and what an operator has to know.

import { capital, command, el, fill, moment, show, tell } from "./dom.js";
import { asWords } from "./values.js";

const WIDE = ["Last decision", "Plays on"];

export function paintChooser(select, coordinators, chosen) {
  const options = coordinators.map((each) => [each.container_id, `${each.agent} · ${each.container_id} · ${each.status}`]);
  const wanted = JSON.stringify([options, chosen?.container_id]);
  if (select.dataset.shows === wanted) return;
  select.dataset.shows = wanted;
  fill(select, options.map(([id, text]) => el("option", { value: id }, text)));
  select.value = chosen ? chosen.container_id : "";
  show(select.parentElement, options.length > 0);
}

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
    tell(words, value || "—");
    tell(small, more || "");
  });
}

// Profit of the coordinator over the spans that people compare, each with over what, and the balance of its player.
function moneyOf(pulse) {
  const earned = pulse && pulse.earnings;
  const hour = earned && earned.hour_from ? earned.hour_from.slice(11, 16) : "";
  const end = hour ? `${String(Number(hour.slice(0, 2)) + 1).padStart(2, "0")}:00` : "";
  return [
    ["Profit, last closed hour", hour ? signed(earned.hour) : "—", hour ? `${hour} to ${end} UTC` : "no hour has ended yet"],
    ["Profit, last 24 h", earned ? signed(earned.day) : "—", earned ? rateOf(earned.day, earned.day_hours) : ""],
    ["Profit since start", earned ? signed(earned.total) : "—", earned ? rateOf(earned.total, earned.total_hours) : ""],
    ["Balance", pulse && pulse.credits !== undefined ? asWords(pulse.credits) : "—", "credits the player has"],
  ];
}

function signed(credits) {
  return `${credits < 0 ? "" : "+"}${asWords(credits)}`;
}

function rateOf(credits, hours) {
  return hours < 0.2 ? `over ${hours} h` : `${signed(Math.round(credits / hours))} an hour over ${hours} h`;
}

// What has to be known before anything else, the worst first.
export function paintNotices(place, { daemon, chosen, missing, settings, isCutOff }, hasBeenReached) {
  const notices = [];
  if (isCutOff) {
    notices.push(notice("bad", "The page is cut off from its own server", "It goes on by itself once that is served again; your edits are kept. What is shown below was known before.", "spacetraders dashboard"));
  }
  if (daemon && daemon.problem && !isCutOff) {
    const kept = hasBeenReached ? " What is shown below is what was known before; your edits are kept." : "";
    notices.push(notice("bad", daemon.reachable ? "The daemon answers with an error" : "The daemon is not reached", `${capital(daemon.problem)}. ${capital(daemon.next_step)}.${kept}`));
  }
  for (const problem of (daemon && daemon.problems) || []) notices.push(notice("warn", "The daemon has a problem", problem));
  if (chosen === null && missing && daemon && daemon.reachable) {
    notices.push(notice("warn", "Nothing to set", `${capital(missing)}. Start one, and before it, for a new agent, register that:`, "spacetraders manufacturing start", "spacetraders player register --agent CALLSIGN"));
  }
  if (settings && settings.rejected_revision && settings.rejected_revision === settings.revision) {
    notices.push(notice("bad", `The coordinator refuses revision ${settings.revision}`, `${capital(settings.rejected_reason)}. It goes on with revision ${settings.observed_revision}; the next change clears this.`));
  }
  if (settings && settings.rejected_revision && settings.rejected_revision < settings.revision) {
    notices.push(notice("warn", `Revision ${settings.rejected_revision} was refused and taken back`, `${capital(settings.rejected_reason)}. What was in force before it goes on; the next change clears this.`));
  }
  for (const held of (settings && settings.quarantine) || []) {
    notices.push(notice("warn", `Not used: ${held.key} = ${JSON.stringify(held.value)}`, `${capital(held.problem)}. To forget it:`, `spacetraders manufacturing config doctor --container ${chosen.container_id} --discard ${held.key}`));
  }
  const wanted = notices.map((each) => each.textContent).join("\n");
  if (place.dataset.shows === wanted) return;
  place.dataset.shows = wanted;
  fill(place, notices);
}

function notice(kind, title, text, ...commands) {
  return el("div", { class: "notice", "data-is": kind }, el("strong", {}, title), text, commands.map(command));
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
