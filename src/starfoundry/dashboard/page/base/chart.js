// A chart over time by uPlot, in the page's own colours: they are read again when the colour scheme changes.

import uPlot from "../vendor/uplot.js";
import { compact } from "./numbers.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const forced = matchMedia("(forced-colors: active)");
const AXIS_FONT = "14px system-ui, sans-serif";

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function axis(more) {
  return {
    stroke: colour("quiet"),
    font: AXIS_FONT,
    grid: { stroke: colour("grid"), width: 1 },
    ticks: { stroke: colour("grid"), width: 1, size: 4 },
    ...more,
  };
}

export function creditsAxis(more) {
  return axis({ size: 62, values: (_plot, splits) => splits.map((value) => compact(value)), ...more });
}

// Hours and days in the viewer's zone, 24 hours to a day.
export function timeAxis() {
  return axis({
    size: 44,
    space: 64,
    values: [
      [86400, "{D} {MMM}", null, null, null, null, null, null, 1],
      [3600, "{HH}:{mm}", "\n{D} {MMM}", null, null, null, null, null, 1],
      [60, "{HH}:{mm}", "\n{D} {MMM}", null, null, null, null, null, 1],
      [1, "{HH}:{mm}:{ss}", null, null, null, null, null, null, 1],
    ],
  });
}

// `options()` gives uPlot's options without the size, again whenever colours may have changed.
export class Chart {
  constructor(place, height, options) {
    this.place = place;
    this.height = height;
    this.options = options;
    this.plot = null;
    this.data = null;
    new ResizeObserver(() => this.resize()).observe(place);
    for (const query of [dark, forced]) query.addEventListener("change", () => this.rebuild());
  }

  show(data) {
    this.data = data;
    if (this.plot) this.plot.setData(data);
    else this.rebuild();
  }

  rebuild() {
    if (!this.data || !this.place.clientWidth) return;
    this.plot?.destroy();
    this.plot = new uPlot({ width: this.place.clientWidth, height: this.height, ...this.options() }, this.data, this.place);
  }

  resize() {
    if (!this.place.clientWidth) return;
    if (this.plot) this.plot.setSize({ width: this.place.clientWidth, height: this.height });
    else this.rebuild();
  }
}
