// Ships by what they did over time: on average in each hour those on trips of each kind, carriers without one, and probes.

import { partOf } from "../base/activities.js";
import { el, empty, fill, repaint } from "../base/dom.js";
import { compact } from "../base/numbers.js";
import { clock, moment } from "../base/time.js";
import { Failure, ask } from "../base/wire.js";
import { segments } from "../markets/price.js";
import { failureNotice } from "../shell/sheet.js";

const SPANS = { 24: "Day", 168: "Week" };
const KINDS = ["Trading", "Supplying factories", "Collecting output", "Selling what is left"];
const IDLE = "Without a trip";
const PROBES = "Probes";
const AGAIN_MILLISECONDS = 15000;

export class TripHours {
  constructor(page) {
    this.page = page;
    this.hours = "24";
    this.body = el("div", { class: "card-body" }, el("p", { class: "meta" }, "Loading…"));
    this.element = el(
      "section",
      { class: "card trip-hours", "aria-labelledby": "trip-hours-title" },
      el("div", { class: "card-head" }, el("h2", { id: "trip-hours-title" }, "Ships over time"), segments("trip-hours", SPANS, this.hours, (hours) => {
        this.hours = hours;
        this.fetch();
      })),
      this.body,
    );
  }

  // What ships do has changed: fetched again, not too often.
  refresh() {
    if (this.page.known.player && performance.now() > (this.asked ?? -AGAIN_MILLISECONDS) + AGAIN_MILLISECONDS) this.fetch();
  }

  async fetch() {
    this.asked = performance.now();
    const { hours } = this;
    try {
      const answer = await ask("/api/activity", { player_id: this.page.known.player.player_id, hours });
      if (hours === this.hours) repaint(this.body, answer.hours, () => chart(answer.hours));
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      fill(this.body, failureNotice(failure));
      this.body.shows = null;
    }
  }
}

function chart(hours) {
  const present = KINDS.filter((kind) => hours.some(([, ships]) => ships[kind]));
  const found = new Set(hours.flatMap(([, ships]) => Object.keys(ships)));
  const others = [...found].filter((kind) => ![...KINDS, IDLE, PROBES].includes(kind));
  const kinds = [...present, ...others, ...[PROBES, IDLE].filter((kind) => found.has(kind))];
  if (!kinds.length) return empty("There was no ship in that time.");
  const sum = (ships) => Object.values(ships).reduce((total, each) => total + each, 0);
  const most = Math.max(1, ...hours.map(([, ships]) => sum(ships)));
  const columns = hours.map(([at, ships]) => {
    const words = kinds.filter((kind) => ships[kind]).map((kind) => `${kind} ${ships[kind]}`);
    const column = el("div", { class: "hour", title: `${moment(at)}: ${words.join(", ") || "no ship"}` });
    for (const kind of kinds.filter((each) => ships[each])) {
      const part = el("span", { "data-part": partOf(kind) });
      part.style.height = `${(100 * ships[kind]) / most}%`;
      column.append(part);
    }
    return column;
  });
  const legend = kinds.map((kind) => el("li", {}, el("span", { class: "swatch", "data-part": partOf(kind) }), kind));
  return [
    el("p", { class: "meta" }, `Ships on average in each hour, at most ${compact(most)}. A carrier without a trip was idle, flew by hand or looked at a market.`),
    el("div", { class: "hours", "aria-hidden": "true" }, columns),
    el("p", { class: "meta hour-ends", "aria-hidden": "true" }, el("span", {}, `${moment(hours[0][0]).slice(0, 16)}`), el("span", {}, clock(hours.at(-1)[0]))),
    el("ul", { class: "map-legend" }, legend),
    table(hours, kinds),
  ];
}

function table(hours, kinds) {
  const head = el("tr", {}, el("th", { scope: "col" }, "Hour"), kinds.map((kind) => el("th", { scope: "col", class: "number" }, kind)));
  const rows = [...hours].reverse().map(([at, ships]) => el("tr", {}, el("th", { scope: "row" }, moment(at).slice(0, 16)), kinds.map((kind) => el("td", { class: "number" }, ships[kind] ? String(ships[kind]) : "—"))));
  return el("details", { class: "as-table" }, el("summary", {}, "The same as a table"), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Ships by hour" }, el("table", {}, el("thead", {}, head), el("tbody", {}, rows))));
}
