// What a change would bring, shown beside its preview: asked for at a press of a button, shown round by round, given up at
// another. Nothing is changed by it.

import { command, el, fill, show, setText } from "../base/dom.js";
import { kindOf, plural, signed, whole } from "../base/numbers.js";
import { asText, asTyped } from "../base/values.js";
import { Failure, stream } from "../base/wire.js";
import { button, failureNotice } from "../shell/sheet.js";

const HOURS = 24;
const HOURS_MAX = 240;

// Coordinators whose settings would be others, each with those as a person types them.
export function proposalsOf(change, answer) {
  const found = change.layer === "container" ? [{ container_id: change.container_id, changes: answer.changes }] : answer.reached;
  return found
    .map(({ container_id, changes }) => ({ container_id, set: texts(changes.filter((each) => each.after !== null && asText(each.after) !== asText(each.before))) }))
    .filter(({ set }) => Object.keys(set).length);
}

function texts(changes) {
  return Object.fromEntries(changes.map((each) => [each.name, asTyped(asText(each.after))]));
}

export class Forecast {
  constructor(proposals, whose) {
    this.proposals = proposals;
    this.whose = whose;
    this.hours = el("input", { type: "number", min: 1, max: HOURS_MAX, step: "any", value: HOURS, inputmode: "decimal" });
    this.chosen = el("select", {}, proposals.map(({ container_id }) => el("option", { value: container_id }, container_id)));
    this.act = button("Forecast", "", () => (this.ending ? this.stop() : this.begin()));
    this.status = el("p", { class: "meta", role: "status" });
    this.found = el("div", { class: "forecast-found" });
    const which = proposals.length > 1 ? el("label", {}, "Coordinator", this.chosen) : null;
    this.element = el(
      "section",
      { class: "forecast", "aria-labelledby": "forecast-title" },
      el("h3", { id: "forecast-title" }, "What it would bring"),
      el("div", { class: "forecast-ask" }, which, el("label", {}, "Simulated hours", this.hours), this.act),
      this.status,
      this.found,
    );
  }

  async begin() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    setText(this.act, "Stop");
    setText(this.status, "Played from what is known now; nothing is changed…");
    fill(this.found);
    const { set, container_id } = this.proposals.find((each) => each.container_id === this.chosen.value);
    try {
      for await (const result of stream("/api/forecast", { ...this.whose, container_id, set, hours: Number(this.hours.value) }, signal)) this.paint(result);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      setText(this.status, "");
      fill(this.found, failureNotice(failure));
    }
    if (signal.aborted) setText(this.status, "Stopped.");
    this.ending = null;
    setText(this.act, "Forecast");
  }

  stop() {
    this.ending?.abort();
  }

  paint(result) {
    const rounds = plural(result.rounds, "round");
    setText(this.status, result.is_over ? `${whole(result.hours)} h, ${rounds}, kept as no. ${result.number}` : `${rounds} of at most ${result.runs} so far…`);
    fill(
      this.found,
      result.difference ? el("p", { class: "verdict", "data-is": result.difference.told_from_zero ? kindOf(result.difference.mean) : "none" }, verdict(result)) : null,
      table(result),
      result.is_over && result.reasons.length ? el("ul", { class: "reasons" }, result.reasons.map((line) => el("li", {}, line))) : null,
      result.is_over && result.unseen_goods ? el("p", { class: "meta" }, `${plural(result.unseen_goods, "good")} at markets were never seen; their stocks are drawn from what is usual.`) : null,
      result.is_over ? command(result.command) : null,
    );
  }
}

function verdict({ difference, today, rounds, is_over: isOver }) {
  if (!difference.told_from_zero) return `The difference is not significant ${isOver ? "" : "yet "}(${plural(rounds, "round")}).`;
  const share = today.profit_per_hour ? ` (${Math.round((100 * Math.abs(difference.mean)) / Math.abs(today.profit_per_hour))} %)` : "";
  return `${whole(Math.round(Math.abs(difference.mean)))} credits an hour ${difference.mean > 0 ? "more" : "less"} than today's settings${share}.`;
}

function table({ today, proposed, difference }) {
  const lines = [
    ["Today's settings", whole(Math.round(today.profit_per_hour)), rangeOf(today, whole)],
    proposed && ["Proposed", whole(Math.round(proposed.profit_per_hour)), rangeOf(proposed, whole)],
    difference && ["Difference", signed(Math.round(difference.mean)), rangeOf(difference, signed)],
  ].filter(Boolean);
  const head = ["", "Credits an hour", "80 % range"].map((name, at) => el(at ? "th" : "td", at ? { scope: "col", class: "number" } : {}, name));
  return el(
    "table",
    {},
    el("caption", { class: "unseen" }, "Expected profit"),
    el("thead", {}, el("tr", {}, head)),
    el("tbody", {}, lines.map(([name, ...cells]) => el("tr", {}, el("th", { scope: "row" }, name), cells.map((words) => el("td", { class: "number" }, words))))),
  );
}

function rangeOf({ low, high }, words) {
  return low === null ? "—" : `${words(Math.round(low))} to ${words(Math.round(high))}`;
}
