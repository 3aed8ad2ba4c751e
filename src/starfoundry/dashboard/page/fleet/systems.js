// A small map of the known systems with the number of our ships in each; a click shows that system. The daemon does not
// store where systems lie, so they stand in the order of their names. With one system there is nothing to choose.

import { el, repaint, show, svg } from "../base/dom.js";
import { plural } from "../base/numbers.js";

const LARGEST = 16;

export class Systems {
  constructor(choose) {
    this.choose = choose;
    this.list = el("ul", { class: "systems", "aria-label": "Systems" });
    this.element = el("nav", { class: "systems-frame", "aria-label": "Known systems", hidden: true }, this.list);
  }

  paint(names, shown, ships) {
    const counts = Object.fromEntries(names.map((name) => [name, 0]));
    for (const { waypoint } of ships) {
      const name = systemOf(waypoint);
      if (name in counts) counts[name] += 1;
    }
    show(this.element, names.length > 1);
    repaint(this.list, [counts, shown], () => names.map((name) => el("li", {}, this.button(name, counts[name], name === shown, ships.length))));
  }

  button(name, count, isShown, inAll) {
    const size = 4 + (LARGEST - 4) * Math.sqrt(count / Math.max(1, inAll));
    const dot = svg("svg", { viewBox: "-18 -18 36 36", "aria-hidden": "true" }, svg("circle", { r: size.toFixed(1) }));
    return el("button", { type: "button", class: "system", "aria-pressed": String(isShown), onclick: () => this.choose(name) }, dot, el("b", {}, name), el("span", { class: "meta" }, plural(count, "ship")));
  }
}

// "X1-XJ30-F43" is a waypoint of "X1-XJ30".
export function systemOf(waypoint) {
  return waypoint.split("-").slice(0, 2).join("-");
}
