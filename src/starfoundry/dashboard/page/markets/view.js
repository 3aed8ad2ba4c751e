// The markets of a system: goods against markets as a heat map, and one good's price over time.

import { el, empty, fill, patch, repaint, shortName, setText } from "../base/dom.js";
import { plural } from "../base/numbers.js";
import { MEASURES, cellOf, gridOf, rangeOf } from "./heat.js";
import { Price, segments } from "./price.js";

const COLUMNS_MAX = 120;

export class MarketsView {
  constructor(page) {
    this.page = page;
    this.place = document.getElementById("markets");
    this.measure = "ask";
    this.filter = el("input", { type: "search", id: "market-filter", placeholder: "good or waypoint", autocomplete: "off" });
    this.filter.addEventListener("input", () => this.paint());
    this.count = el("p", { class: "meta", role: "status" });
    this.table = el("div", { class: "scroll heat-room", tabindex: "0", role: "region", "aria-label": "Goods and markets" });
    this.price = new Price(page);
    this.place.append(
      el(
        "section",
        { class: "card", "aria-labelledby": "heat-title" },
        el("div", { class: "card-head" }, el("h2", { id: "heat-title" }, "Goods and markets"), this.count, el("label", { class: "filter" }, el("span", {}, "Filter"), this.filter), segments("measure", MEASURES, this.measure, (measure) => {
          this.measure = measure;
          this.paint();
        })),
        this.table,
        el("p", { class: "meta heat-foot" }, "Green is good for us within the good, red is bad; a dot was never seen with a ship there. A good shows its price over time."),
      ),
      this.price.element,
    );
  }

  asks() {
    return {};
  }

  enter() {
    this.price.chart.resize();
  }

  leave() {}

  receive(name, known) {
    if (name !== "markets" && name !== "market_system") return;
    if (!known.markets) return;
    this.known = known;
    this.paint();
    this.price.refresh();
  }

  paint() {
    if (!this.known) return;
    const words = this.filter.value.trim().toUpperCase();
    const all = [...this.known.markets.values()];
    const byPlace = words ? all.filter((each) => each.waypoint.includes(words)) : [];
    const markets = (byPlace.length ? byPlace : all).slice(0, COLUMNS_MAX);
    const goods = gridOf(markets).filter((good) => byPlace.length || !words || good.includes(words));
    const used = markets.filter((each) => goods.some((good) => [...each.exports, ...each.imports, ...each.exchange].includes(good)));
    const more = all.length > COLUMNS_MAX ? `, the first ${COLUMNS_MAX} shown: filter by waypoint` : "";
    setText(this.count, `${plural(goods.length, "good")} at ${plural(used.length, "market")}${more}`);
    if (!goods.length) {
      fill(this.table, empty(all.length ? "Nothing matches the filter." : "No market is known yet: a coordinator sends scouts."));
      this.table.shows = "";
      return;
    }
    const now = this.page.clock.now();
    const rows = goods.map((good) => {
      const range = rangeOf(used, good, this.measure);
      return [good, used.map((each) => cellOf(each, good, this.measure, range, now))];
    });
    repaint(this.table, used.map((each) => each.waypoint), () => this.grid(used));
    patch(this.body, rows, ([good]) => good, ([good]) => this.row(good), (row, [, cells]) => fillRow(row, cells));
  }

  // The heads; what is below them changes row by row.
  grid(markets) {
    const head = el("tr", {}, el("th", { scope: "col" }, "Good"), markets.map((each) => el("th", { scope: "col", class: "number", title: each.waypoint }, shortName(each.waypoint))));
    this.body = el("tbody");
    return el("table", { class: "heat" }, el("thead", {}, head), this.body);
  }

  row(good) {
    return el("tr", {}, el("th", { scope: "row" }, el("button", { type: "button", class: "link", "data-good": good, "aria-label": `${good}: its price over time`, onclick: () => this.price.choose(good) }, good)));
  }
}

function fillRow(row, cells) {
  const wanted = JSON.stringify(cells);
  if (row.shows === wanted) return;
  row.shows = wanted;
  const made = cells.map((cell) => (cell ? el("td", { class: "number", "data-heat": cell.heat || null, title: cell.title }, cell.words) : el("td", { class: "none" })));
  row.replaceChildren(row.firstChild, ...made);
}
