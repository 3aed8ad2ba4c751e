// The fleet: the map of a system and a table of ships. A ship chosen in one is marked in the other.

import { partOf } from "../base/activities.js";
import { el, empty, repaint, show, setText } from "../base/dom.js";
import { plural, signed, whole } from "../base/numbers.js";
import { secondsOf, span } from "../base/time.js";
import { Table } from "../base/table.js";
import { explain } from "../shell/why.js";
import { SystemMap, legend } from "./map.js";
import { Systems } from "./systems.js";

const TICK_MILLISECONDS = 100;

export class FleetView {
  constructor(page) {
    this.page = page;
    this.place = document.getElementById("fleet");
    this.system = "";
    this.chosen = "";
    this.ticking = null;
    this.map = new SystemMap(page, (ship) => this.choose(ship, true));
    this.legend = el("div", { class: "map-foot" });
    this.filter = el("input", { type: "search", id: "ship-filter", placeholder: "name, task, good, waypoint", autocomplete: "off" });
    this.filter.addEventListener("input", () => this.paintTable());
    this.count = el("p", { class: "meta", role: "status" });
    this.systems = new Systems((system) => {
      this.system = system;
      page.follow();
    });
    this.table = new Table({ label: "Ships", columns: this.columns(), keyOf: (row) => row.ship, sortBy: "Ship", chosen: () => this.chosen });
    this.nothing = empty("There are no ships yet.");
    this.place.append(
      el("section", { class: "card", "aria-labelledby": "map-title" }, el("div", { class: "card-head" }, el("h2", { id: "map-title" }, "System")), this.systems.element, this.map.element, this.legend),
      el("section", { class: "card", "aria-labelledby": "ships-table-title" }, el("div", { class: "card-head" }, el("h2", { id: "ships-table-title" }, "Ships"), this.count, el("label", { class: "filter" }, el("span", {}, "Filter"), this.filter)), this.table.element, this.nothing),
    );
  }

  asks() {
    return { system: this.system };
  }

  enter() {
    this.map.resize();
    this.ticking = setInterval(() => this.tick(), TICK_MILLISECONDS);
  }

  leave() {
    clearInterval(this.ticking);
  }

  receive(name, known) {
    if (name === "places") this.paintPlaces(known.places);
    if (name !== "ships") return;
    this.ships = [...known.ships.values()];
    this.map.showShips(this.ships, (ship) => partOf(ship.activity));
    this.paintSystems();
    const shown = [...new Set(this.ships.map((each) => each.activity))].sort((one, other) => order(one) - order(other));
    repaint(this.legend, shown, () => [legend(shown.map((each) => [each, partOf(each)])), el("p", { class: "meta" }, "■ station, ● planet or moon; named where goods are traded")]);
    this.paintTable();
  }

  paintPlaces({ system, systems, waypoints }) {
    this.known = { names: systems.includes(system) ? systems : [system, ...systems], system };
    this.paintSystems();
    setText(document.getElementById("map-title"), `System ${system}`);
    this.map.showPlaces(waypoints);
    if (this.ships) this.map.showShips(this.ships, (ship) => partOf(ship.activity));
  }

  paintSystems() {
    if (this.known) this.systems.paint(this.known.names, this.known.system, this.ships || []);
  }

  paintTable() {
    const words = this.filter.value.trim().toUpperCase();
    const ships = (this.ships || []).filter((each) => !words || textOf(each).includes(words));
    this.table.show(ships);
    show(this.nothing, !ships.length);
    setText(this.nothing.firstChild, words ? "No ship matches the filter." : "There are no ships yet.");
    setText(this.count, words ? `${whole(ships.length)} of ${plural(this.ships.length, "ship")}` : plural(ships.length, "ship"));
  }

  tick() {
    this.map.tick();
    this.ticks = (this.ticks || 0) + 1;
    if (this.ticks % 10 === 0) this.table.retell("Arrives in");
  }

  // From the map the table is scrolled to the ship; from the table the map shows it.
  choose(ship, isFromMap) {
    this.chosen = this.chosen === ship ? "" : ship;
    this.map.chosen = this.chosen;
    this.map.paintShips();
    this.table.paint();
    if (isFromMap && this.chosen) this.table.body.querySelector("[data-chosen]")?.scrollIntoView({ block: "center" });
  }

  columns() {
    return [
      { name: "Ship", value: (row) => row.ship, cell: (row) => this.nameCell(row) },
      { name: "Does", value: (row) => row.activity, cell: (row) => ({ shows: row.activity, make: () => el("span", { class: "activity" }, el("span", { class: "swatch", "data-part": partOf(row.activity) }), row.activity || "—") }) },
      { name: "Task", value: (row) => taskOf(row), cell: (row) => taskOf(row) || "—" },
      { name: "Where", value: (row) => row.waypoint, cell: (row) => whereOf(row) },
      { name: "Arrives in", kind: "number", value: (row) => this.left(row), cell: (row) => (this.left(row) === null ? "—" : span(this.left(row))) },
      { name: "Cargo", kind: "number", value: (row) => row.cargo_units, cell: (row) => (row.cargo_capacity ? `${row.cargo_units} / ${row.cargo_capacity}` : "—") },
      { name: "Fuel", kind: "number", value: (row) => row.fuel, cell: (row) => (row.fuel_capacity ? `${whole(row.fuel)} / ${whole(row.fuel_capacity)}` : "—") },
      { name: "Profit", kind: "number", words: "Profit, last 24 h", value: (row) => row.profit, cell: (row) => (row.profit ? signed(row.profit) : "—") },
      { name: "Why", words: "Why it is idle, or waits", cell: (row) => this.whyCell(row) },
    ];
  }

  nameCell(row) {
    return {
      shows: row.ship,
      make: () => el("button", { type: "button", class: "link", "aria-label": `${row.ship}: show it on the map`, onclick: () => this.choose(row.ship, false) }, row.ship),
    };
  }

  whyCell(row) {
    const words = row.state === "BUSY" ? "" : row.quarantine_reason || row.why;
    return {
      shows: words,
      make: () => el("span", {}, words, words ? " " : "", el("button", { type: "button", class: "link quiet", "aria-label": `Explain ${row.ship}`, onclick: () => explain(this.page, row.ship, row.ship) }, "Explain")),
    };
  }

  // Seconds of the daemon's time until it arrives; null for one that does not fly.
  left(row) {
    return row.status === "IN_TRANSIT" && row.arrives_at && this.page.clock.isKnown ? Math.max(0, secondsOf(row.arrives_at) - this.page.clock.now()) : null;
  }
}

// The place of an activity in the legend: idle ones last.
function order(activity) {
  const part = partOf(activity);
  return part === "idle" ? Infinity : part;
}

function taskOf({ task }) {
  return task ? `${task.good} ${shortOf(task.source)}\u00a0→\u00a0${shortOf(task.target)}` : "";
}

function shortOf(waypoint) {
  return waypoint.split("-").at(-1);
}

function whereOf({ status, waypoint, origin }) {
  if (status === "IN_TRANSIT") return `${shortOf(origin)} → ${shortOf(waypoint)}`;
  return `${shortOf(waypoint)}${status === "DOCKED" ? ", docked" : ""}`;
}

function textOf(row) {
  return [row.ship, row.activity, row.waypoint, row.task?.kind, row.task?.good, row.task?.source, row.task?.target, row.role, ...row.cargo.map(([good]) => good)].join(" ").toUpperCase();
}
