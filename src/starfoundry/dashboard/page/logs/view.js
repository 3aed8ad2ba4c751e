// Alerts, incidents, and the live log of a container, newest last, with links to ships, tasks and revisions.

import { el, empty, patch, repaint, show, setText } from "../base/dom.js";
import { plural } from "../base/numbers.js";
import { moment } from "../base/time.js";
import { segments } from "../markets/price.js";
import { explain } from "../shell/why.js";
import { Alerts } from "./alerts.js";
import { Incidents } from "./incidents.js";

const LEVELS = { DEBUG: "Everything", INFO: "Info", WARNING: "Warnings", ERROR: "Errors" };
const NEAR_END = 40;

export class LogsView {
  constructor(page) {
    this.page = page;
    this.place = document.getElementById("logs");
    this.level = "INFO";
    this.log = "";
    this.choice = el("select", { id: "log-of" });
    this.choice.addEventListener("change", () => {
      this.log = this.choice.value;
      page.follow();
    });
    this.filter = el("input", { type: "search", id: "log-filter", placeholder: "any words", autocomplete: "off" });
    this.filter.addEventListener("input", () => this.paint());
    this.count = el("p", { class: "meta", role: "status" });
    this.lines = el("ol", { class: "log" });
    this.room = el("div", { class: "scroll log-room", tabindex: "0", role: "region", "aria-label": "Log, newest last" }, this.lines);
    this.nothing = empty("Nothing was logged yet.");
    this.alerts = new Alerts(page);
    this.incidents = new Incidents(page);
    this.place.append(
      this.alerts.element,
      this.incidents.element,
      el(
        "section",
        { class: "card", "aria-labelledby": "log-title" },
        el("div", { class: "card-head" }, el("h2", { id: "log-title" }, "Log"), el("label", { class: "chooser" }, "of ", this.choice), this.count, el("label", { class: "filter" }, el("span", {}, "Filter"), this.filter), segments("level", LEVELS, this.level, (level) => {
          this.level = level;
          page.follow();
        })),
        this.room,
        this.nothing,
      ),
    );
  }

  asks() {
    return { log: this.log, level: this.level };
  }

  enter() {
    this.incidents.refresh();
  }

  leave() {}

  receive(name, known) {
    if (name === "containers") repaint(this.choice, known.containers, () => known.containers.map(([id, , status]) => el("option", { value: id }, `${id} · ${status}`)));
    if (name === "containers" || name === "log") this.choice.value = known.log || "";
    if (name === "alerts") this.alerts.paint(known.alerts);
    if (name === "player" || name === "lines") this.incidents.refresh();
    if (name !== "lines") return;
    this.known = [...known.lines.values()].sort((one, other) => one.id - other.id);
    this.paint();
  }

  paint() {
    const words = this.filter.value.trim().toLowerCase();
    const shown = (this.known || []).filter((each) => !words || textOf(each).toLowerCase().includes(words));
    const isAtEnd = this.room.scrollHeight - this.room.scrollTop - this.room.clientHeight < NEAR_END;
    patch(this.lines, shown, (each) => each.id, (each) => this.line(each), () => {});
    if (isAtEnd) this.room.scrollTop = this.room.scrollHeight;
    setText(this.count, words ? `${shown.length} of ${plural(this.known.length, "line")}` : `the newest ${plural(shown.length, "line")}`);
    show(this.room, shown.length > 0);
    show(this.nothing, !shown.length);
    setText(this.nothing.firstChild, words ? "No line matches the filter." : "Nothing was logged yet.");
  }

  line({ at, level, message, fields }) {
    const values = Object.entries(fields || {}).map(([name, value]) => el("span", { class: "log-field" }, `${name} `, this.valueOf(name, typeof value === "object" ? JSON.stringify(value) : String(value))));
    return el("li", { "data-level-of-log": level }, el("time", {}, moment(at)), el("span", { class: "log-level" }, level), el("span", { class: "log-message" }, message, " ", values));
  }

  // A click explains a ship, task, pipeline or good.
  valueOf(name, value) {
    if (name === "revision") return el("a", { href: "/settings#history" }, `#${value}`);
    if (["ship", "task", "pipeline", "good"].includes(name)) return el("button", { type: "button", class: "link", onclick: () => explain(this.page, value, value) }, value);
    return el("b", {}, value);
  }
}

function textOf({ level, message, fields }) {
  return `${level} ${message} ${JSON.stringify(fields || {})}`;
}
