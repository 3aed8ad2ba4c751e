// A table that is sorted by its heads and filtered by a text; rows stay in place while their contents change.

import { el, patch, setText } from "./dom.js";

// `columns` are {name, kind, value(row), cell(row)}: what to sort by, and the text or the element that is shown.
export class Table {
  constructor({ label, columns, keyOf, sortBy, isDown = false, chosen = null }) {
    this.columns = columns;
    this.keyOf = keyOf;
    this.sortBy = sortBy;
    this.isDown = isDown;
    this.chosen = chosen;
    this.rows = [];
    this.heads = columns.map((each) => this.head(each));
    this.body = el("tbody");
    const table = el("table", {}, el("caption", { class: "unseen" }, label), el("thead", {}, el("tr", {}, this.heads)), this.body);
    this.element = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, table);
    this.paintHeads();
  }

  head({ name, kind, value, words }) {
    if (!value) return el("th", { scope: "col", class: kind }, words || name);
    return el("th", { scope: "col", class: kind }, el("button", { type: "button", class: "sorter", onclick: () => this.sort(name) }, words || name));
  }

  sort(name) {
    this.isDown = this.sortBy === name ? !this.isDown : Boolean(this.columns.find((each) => each.name === name).kind);
    this.sortBy = name;
    this.paintHeads();
    this.paint();
  }

  paintHeads() {
    this.columns.forEach((each, at) => {
      if (each.value) this.heads[at].setAttribute("aria-sort", each.name === this.sortBy ? (this.isDown ? "descending" : "ascending") : "none");
    });
  }

  show(rows) {
    this.rows = rows;
    this.paint();
  }

  paint() {
    const { value } = this.columns.find((each) => each.name === this.sortBy) || {};
    const sorted = value ? [...this.rows].sort((one, other) => compare(value(one), value(other)) * (this.isDown ? -1 : 1)) : this.rows;
    patch(this.body, sorted, this.keyOf, () => this.line(), (line, row) => this.fillLine(line, row));
  }

  line() {
    return el("tr", {}, this.columns.map(({ kind }, at) => (at ? el("td", { class: kind }) : el("th", { scope: "row", class: kind }))));
  }

  // A row that is the same object tells the same: nothing of it is touched.
  fillLine(line, row) {
    if (this.chosen) line.toggleAttribute("data-chosen", this.chosen() === this.keyOf(row));
    if (line.row === row) return;
    line.row = row;
    this.columns.forEach(({ cell }, at) => {
      const shown = cell(row);
      const place = line.children[at];
      if (typeof shown === "string") setText(place, shown);
      else if (place.shows !== shown.shows) {
        place.shows = shown.shows;
        place.replaceChildren(shown.make());
      }
    });
  }

  // Only the cells of one column, for what changes with time.
  retell(name) {
    const at = this.columns.findIndex((each) => each.name === name);
    for (const line of this.body.children) setText(line.children[at], this.columns[at].cell(line.row));
  }
}

function compare(one, other) {
  if (one === other) return 0;
  if (one === null || one === undefined) return 1;
  if (other === null || other === undefined) return -1;
  return typeof one === "string" ? one.localeCompare(other, "en", { numeric: true }) : one - other;
}
