// One good's price over time at each market that trades it, with our own trades marked.

import { el, empty, fill, show, setText } from "../base/dom.js";
import { Chart, colour, creditsAxis, timeAxis } from "../base/chart.js";
import { plural, whole } from "../base/numbers.js";
import { dayAndClock, moment, secondsOf } from "../base/time.js";
import { Failure, ask } from "../base/wire.js";
import { failureNotice } from "../shell/sheet.js";
import uPlot from "../vendor/uplot.js";

const HEIGHT = 280;
const MARKETS_DRAWN = 8;
const SINCE = { day: "24h", week: "168h", all: "" };
const AGAIN_MILLISECONDS = 10000;

export class Price {
  constructor(page) {
    this.page = page;
    this.good = "";
    this.side = "ask";
    this.span = "day";
    this.title = el("h2", { id: "price-title", tabindex: "-1" }, "Price over time");
    this.readout = el("p", { class: "readout" });
    this.expected = el("ul", { class: "expected" });
    this.chartPlace = el("div", { class: "chart", "aria-hidden": "true" });
    this.legend = el("ul", { class: "map-legend price-legend" });
    this.table = el("details", { class: "as-table" });
    this.deals = el("details", { class: "as-table" });
    this.nothing = empty("Choose a good above to see its price over time, and our trades.");
    this.problem = el("div");
    this.body = el("div", { hidden: true }, this.readout, this.chartPlace, this.legend, this.expected, this.deals, this.table);
    this.element = el(
      "section",
      { class: "card", "aria-labelledby": "price-title" },
      el("div", { class: "card-head" }, this.title, segments("side", { ask: "We pay", bid: "We receive" }, this.side, (side) => this.turn({ side })), segments("price-span", { day: "Day", week: "Week", all: "All" }, this.span, (span) => this.turn({ span }))),
      this.problem,
      this.nothing,
      this.body,
    );
    this.chart = new Chart(this.chartPlace, HEIGHT, () => this.options());
  }

  turn(changed) {
    Object.assign(this, changed);
    if (this.good) this.fetch();
  }

  choose(good) {
    this.good = good;
    setText(this.title, `${good} over time`);
    this.fetch();
    this.element.scrollIntoView({ block: "nearest" });
    this.title.focus({ preventScroll: true });
  }

  // A market was seen: fetched again, not too often.
  refresh() {
    if (this.good && performance.now() > (this.asked || 0) + AGAIN_MILLISECONDS) this.fetch();
  }

  async fetch() {
    this.asked = performance.now();
    const { good } = this;
    const which = { player_id: this.page.known.player.player_id, good, since: SINCE[this.span] };
    try {
      const [prices, book] = await Promise.all([ask("/api/prices", which), ask("/api/ledger", which)]);
      if (good === this.good) this.answered(prices.points, book.entries.filter((each) => ["PURCHASE", "SALE"].includes(each.kind)));
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      fill(this.problem, failureNotice(failure));
    }
  }

  answered(points, trades) {
    fill(this.problem);
    show(this.nothing, !points.length);
    setText(this.nothing.firstChild, `Nobody saw a price of ${this.good} change in that time.`);
    show(this.body, points.length > 0);
    if (points.length) this.paint(points, trades);
  }

  paint(points, trades) {
    const byMarket = new Map();
    for (const each of points) byMarket.set(each.waypoint, [...(byMarket.get(each.waypoint) || []), each]);
    const drawn = [...byMarket].sort(([, one], [, other]) => other.length - one.length).slice(0, MARKETS_DRAWN);
    this.markets = drawn.map(([waypoint]) => waypoint);
    const now = this.page.clock.now();
    const lines = drawn.map(([, seen]) => [[...seen.map((each) => secondsOf(each.at)), now], [...seen.map((each) => each[this.side]), seen.at(-1)[this.side]]]);
    const deals = ["PURCHASE", "SALE"].map((kind) => dealt(trades.filter((each) => each.kind === kind)));
    const expected = expectedOf(trades);
    this.chart.plot?.destroy();
    this.chart.plot = null;
    this.chart.show(uPlot.join([...lines, ...deals, expected].map(unique)));
    setText(this.readout, `${plural(byMarket.size, "market")}, ${plural(points.length, "change")} of price seen, ${plural(trades.length, "trade")} of ours`);
    const hidden = byMarket.size - drawn.length;
    fill(this.legend, this.markets.map((waypoint, at) => el("li", {}, el("span", { class: "swatch", "data-part": at }), waypoint)), el("li", {}, "▲ we bought"), el("li", {}, "▼ we sold"), expected[0].length ? el("li", {}, "○ expected when the ship was sent") : null, hidden > 0 ? el("li", {}, `and ${hidden} more in the table`) : null);
    this.paintTable(points);
    fill(this.expected, ["PURCHASE", "SALE"].map((kind) => comparison(kind, trades.filter((each) => each.kind === kind && each.predicted_price !== null))).map((words) => words && el("li", {}, words)));
    show(this.deals, trades.length > 0);
    fill(this.deals, el("summary", {}, "Our trades as a table"), dealTable(trades));
  }

  options() {
    const marks = (sign, name) => ({ stroke: colour(name), fill: colour(name), width: 0, paths: () => null, points: { show: true, size: 9, fill: colour(name), stroke: colour(name), paths: triangles(sign) } });
    return {
      legend: { show: false },
      padding: [8, 16, 0, 4],
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      axes: [timeAxis(), creditsAxis()],
      series: [
        {},
        ...this.markets.map((_waypoint, at) => ({ stroke: colour(`part-${at}`), width: 1.75, spanGaps: true, paths: uPlot.paths.stepped({ align: 1 }), points: { show: false } })),
        marks(-1, "text"),
        marks(1, "text"),
        { stroke: colour("text"), width: 0, paths: () => null, points: { show: true, size: 8, width: 1.5, stroke: colour("text"), fill: colour("surface") } },
      ],
      hooks: { setCursor: [(plot) => this.read(plot)] },
    };
  }

  read(plot) {
    const { idx } = plot.cursor;
    if (idx === null || idx === undefined) return;
    const at = plot.data[0][idx];
    const prices = this.markets.map((waypoint, number) => [waypoint.split("-").at(-1), lastBefore(plot.data[number + 1], idx)]).filter(([, price]) => price !== null);
    setText(this.readout, `${dayAndClock(at)}: ${prices.map(([name, price]) => `${name} ${whole(price)}`).join(" · ")}`);
  }

  paintTable(points) {
    const head = ["When", "Market", "Supply", "Activity", "We pay", "We receive", "Units at a time"];
    const rows = [...points].reverse().slice(0, 500).map((each) => el("tr", {}, [moment(each.at), each.waypoint, each.supply || "—", each.activity || "—"].map((words) => el("td", {}, words)), [each.ask, each.bid, each.trade_volume].map((number) => el("td", { class: "number" }, whole(number)))));
    fill(this.table, el("summary", {}, "The same as a table"), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Prices" }, el("table", {}, el("thead", {}, el("tr", {}, head.map((name, at) => el("th", { scope: "col", class: at > 3 ? "number" : null }, name)))), el("tbody", {}, rows))));
  }
}

function dealt(trades) {
  return over(trades, (each) => Math.round(priceOf(each)));
}

function expectedOf(trades) {
  return over(trades.filter((each) => each.predicted_price !== null), (each) => Math.round(each.predicted_price));
}

function over(trades, valueOf) {
  const sorted = [...trades].reverse();
  return [sorted.map((each) => secondsOf(each.at)), sorted.map(valueOf)];
}

function priceOf({ amount, units }) {
  return Math.abs(amount) / Math.max(1, units);
}

// What a unit cost or brought on average, beside what was expected of the same units.
function comparison(kind, trades) {
  const units = trades.reduce((sum, each) => sum + each.units, 0);
  if (!units) return null;
  const real = trades.reduce((sum, each) => sum + Math.abs(each.amount), 0) / units;
  const expected = trades.reduce((sum, each) => sum + each.predicted_price * each.units, 0) / units;
  const verb = kind === "PURCHASE" ? "Paid" : "Received";
  return `${verb} ${whole(Math.round(real))} a unit in ${plural(trades.length, "trade")}; expected when the ships were sent: ${whole(Math.round(expected))} (${deviation(real, expected)})`;
}

// "+1.9 %": how far the price came from the one that was expected.
function deviation(real, expected) {
  const share = (100 * (real - expected)) / expected;
  return `${share > 0 ? "+" : ""}${share.toFixed(1).replace("-", "−")} %`;
}

function dealTable(trades) {
  const head = ["When", "Ship", "Market", "Trade", "Units", "Price", "Expected", "Off by"];
  const rows = trades.map((each) => {
    const price = priceOf(each);
    const expected = each.predicted_price;
    const numbers = [whole(each.units), whole(Math.round(price)), expected === null ? "—" : whole(Math.round(expected)), expected === null ? "—" : deviation(price, expected)];
    return el("tr", {}, [moment(each.at), each.ship, each.waypoint, each.kind === "PURCHASE" ? "bought" : "sold"].map((words) => el("td", {}, words)), numbers.map((words) => el("td", { class: "number" }, words)));
  });
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Our trades" }, el("table", {}, el("thead", {}, el("tr", {}, head.map((name, at) => el("th", { scope: "col", class: at > 3 ? "number" : null }, name)))), el("tbody", {}, rows)));
}

// A table of uPlot's: times that only rise; of two at one time the later is kept.
function unique([times, values]) {
  const seen = new Map(times.map((time, at) => [time, values[at]]));
  const sorted = [...seen].sort(([one], [other]) => one - other);
  return [sorted.map(([time]) => time), sorted.map(([, value]) => value)];
}

function lastBefore(values, index) {
  for (let at = index; at >= 0; at -= 1) if (values[at] !== null && values[at] !== undefined) return values[at];
  return null;
}

// Points as triangles: up for what we bought, down for what we sold.
function triangles(sign) {
  return (plot, series) => {
    const path = new Path2D();
    const size = 5 * devicePixelRatio;
    plot.data[series].forEach((value, index) => {
      if (value === null || value === undefined) return;
      const x = plot.valToPos(plot.data[0][index], "x", true), y = plot.valToPos(value, "y", true);
      path.moveTo(x, y + sign * size);
      path.lineTo(x + size, y - sign * size);
      path.lineTo(x - size, y - sign * size);
      path.closePath();
    });
    return { fill: path, stroke: path, clip: null, flags: 1 };
  };
}

export function segments(name, choices, chosen, choose) {
  const inputs = Object.entries(choices).map(([value, words]) => el("label", {}, el("input", { type: "radio", name, value, checked: value === chosen, onchange: () => choose(value) }), el("span", {}, words)));
  return el("fieldset", { class: "segments" }, el("legend", { class: "unseen" }, "Show"), inputs);
}
