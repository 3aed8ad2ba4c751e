// Credits and the profit of each closed hour over time, with every change of settings as a mark below.

import { el, fill, setText } from "../base/dom.js";
import { Chart, colour, creditsAxis, timeAxis } from "../base/chart.js";
import { plural, signed, whole } from "../base/numbers.js";
import { clock, dayAndClock, secondsOf } from "../base/time.js";
import uPlot from "../vendor/uplot.js";
import { Marks } from "./marks.js";

const HEIGHT = 280;
const HOUR = 3600;
const SPANS = { day: "Day", week: "Week", all: "All" };

export class Money {
  constructor(page, spanChanged) {
    this.page = page;
    this.span = "day";
    this.chartPlace = el("div", { class: "chart", "aria-hidden": "true" });
    this.readout = el("p", { class: "readout", "aria-live": "off" });
    this.table = el("details", { class: "as-table" });
    this.marks = new Marks(page);
    this.element = el(
      "section",
      { class: "card money", "aria-labelledby": "money-title" },
      el("div", { class: "card-head" }, el("h2", { id: "money-title" }, "Credits and profit"), spanChoice(this.span, (span) => {
        this.span = span;
        spanChanged();
      })),
      this.readout,
      this.chartPlace,
      this.marks.element,
      this.table,
    );
    this.chart = new Chart(this.chartPlace, HEIGHT, () => this.options());
  }

  receive({ money, marks }) {
    if (!money || money.span !== this.span) return;
    const shown = JSON.stringify([money, marks]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.series = points(money);
    this.money = money;
    this.marks.list = (marks || []).filter((each) => this.series.times.length && secondsOf(each.at) >= this.series.times[0]);
    this.chart.show([this.series.times, this.series.gains, this.series.losses, this.series.credits]);
    this.read(null);
    this.paintTable();
  }

  options() {
    const bars = (fill) => ({ scale: "profit", fill, stroke: fill, width: 0, paths: uPlot.paths.bars({ size: [0.72, 48], align: 1, gap: 0 }), points: { show: false } });
    return {
      legend: { show: false },
      padding: [8, 4, 0, 4],
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { time: true },
        profit: { range: (_plot, low, high) => padded(Math.min(0, low ?? 0), Math.max(0, high ?? 0)) },
        credits: { range: (_plot, low, high) => padded(low ?? 0, high ?? 1) },
      },
      axes: [
        timeAxis(),
        creditsAxis({ scale: "profit", side: 3 }),
        creditsAxis({ scale: "credits", side: 1, grid: { show: false }, stroke: colour("line-credits") }),
      ],
      series: [
        {},
        bars(colour("gain")),
        bars(colour("loss")),
        { scale: "credits", stroke: colour("line-credits"), width: 2, points: { show: false } },
      ],
      hooks: { draw: [(plot) => this.drawMarks(plot)], setCursor: [(plot) => this.read(plot.cursor.idx)] },
    };
  }

  drawMarks(plot) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = colour("mark");
    ctx.setLineDash([3, 4]);
    for (const each of this.marks.list) {
      const x = Math.round(plot.valToPos(secondsOf(each.at), "x", true)) + 0.5;
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
    const left = plot.over.offsetLeft;
    this.marks.place((at) => left + plot.valToPos(secondsOf(at), "x"), left, left + plot.over.clientWidth);
  }

  // One line of fixed height: the hour under the pointer, or the whole.
  read(index) {
    const { hours } = this.money;
    const hour = index === null || index === undefined ? null : this.series.rows[Math.min(index, this.series.rows.length - 1)];
    if (hour) {
      const words = hour.isOpen ? `${signed(hour.profit)} so far, the hour is not over` : `profit ${signed(hour.profit)}`;
      setText(this.readout, `${dayAndClock(hour.at)} to ${clock((hour.at + HOUR) * 1000)}: ${words} · credits after it ${whole(hour.credits)}`);
      return;
    }
    const closed = this.series.rows.filter((each) => !each.isOpen);
    const profit = closed.reduce((sum, each) => sum + each.profit, 0);
    const mean = closed.length ? ` · ${signed(Math.round(profit / closed.length))} an hour` : "";
    setText(this.readout, hours.length ? `${plural(closed.length, "closed hour")}: profit of trade ${signed(profit)} credits${mean}` : "Nothing was earned or spent yet.");
  }

  paintTable() {
    const rows = [...this.series.rows].reverse().map((each) =>
      el("tr", {}, el("td", {}, dayAndClock(each.at)), el("td", { class: "number" }, each.isOpen ? "not over" : signed(each.profit)), el("td", { class: "number" }, whole(each.credits))),
    );
    const head = el("tr", {}, el("th", { scope: "col" }, "Hour"), el("th", { scope: "col", class: "number" }, "Profit, credits"), el("th", { scope: "col", class: "number" }, "Credits after it"));
    fill(this.table, el("summary", {}, "The same as a table"), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Profit by hour" }, el("table", {}, el("thead", {}, head), el("tbody", {}, rows))));
  }
}

// Hours as series of the chart: what an hour earned stands at its beginning, credits at each of its ends.
export function points({ opening, hours, open_hour: openHour }) {
  const times = [], gains = [], losses = [], credits = [], rows = [];
  let balance = opening;
  for (const [key, profit, net] of hours) {
    const at = secondsOf(key);
    const isOpen = key.startsWith(openHour);
    times.push(at);
    gains.push(!isOpen && profit >= 0 ? profit : null);
    losses.push(!isOpen && profit < 0 ? profit : null);
    credits.push(balance || null);
    balance += net;
    rows.push({ at, profit, isOpen, credits: balance });
  }
  if (times.length) {
    times.push(times.at(-1) + HOUR);
    gains.push(null);
    losses.push(null);
    credits.push(balance);
  }
  return { times, gains, losses, credits, rows };
}

function padded(low, high) {
  const room = (high - low) * 0.06 || 1;
  return [low < 0 || low > 0 ? low - room : low, high + room];
}

function spanChoice(chosen, choose) {
  const inputs = Object.entries(SPANS).map(([span, words]) =>
    el("label", {}, el("input", { type: "radio", name: "span", value: span, checked: span === chosen, onchange: () => choose(span) }), el("span", {}, words)),
  );
  return el("fieldset", { class: "segments" }, el("legend", { class: "unseen" }, "Time shown"), inputs);
}
