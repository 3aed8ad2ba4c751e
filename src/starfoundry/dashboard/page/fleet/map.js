// The map of a system: waypoints, the names of markets, and ships moving in the daemon's time.

import { el, patch, shortName, svg, setText } from "../base/dom.js";
import { fitting, onScreen, progress, spread, uncluttered } from "./geometry.js";
import { Window } from "./window.js";

const SIZES = { PLANET: 6, GAS_GIANT: 7, MOON: 4, ORBITAL_STATION: 5, FUEL_STATION: 4, JUMP_GATE: 5, ENGINEERED_ASTEROID: 4 };
const SMALL = 2;
const STACK = 13;
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class SystemMap {
  constructor(page, choose) {
    this.page = page;
    this.choose = choose;
    this.waypoints = [];
    this.ships = [];
    this.chosen = "";
    this.routes = svg("g", { class: "routes" });
    this.places = svg("g", { class: "places" });
    this.fleet = svg("g", { class: "fleet-marks" });
    this.drawing = svg("svg", { class: "map", role: "img", "aria-label": "Map of the system" }, this.routes, this.places, this.fleet);
    this.room = el("div", { class: "map-room", tabindex: "0", role: "group", "aria-label": "Map: arrows move it, plus and minus magnify it, 0 shows every market" }, this.drawing);
    this.window = new Window(this.room, () => this.paint(), () => this.home());
    this.element = el("div", { class: "map-frame" }, this.room, this.window.buttons);
    new ResizeObserver(() => this.resize()).observe(this.room);
  }

  // Where goods are traded: asteroids around it would make that small.
  home() {
    const markets = this.waypoints.filter((each) => each.hasMarket);
    return fitting(markets.length ? markets : this.waypoints, this.width, this.height);
  }

  get width() {
    return this.room.clientWidth;
  }

  get height() {
    return this.room.clientHeight;
  }

  resize() {
    if (!this.width) return;
    this.drawing.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    if (this.waypoints.length) {
      this.window.set(this.window.home());
    }
  }

  showPlaces(waypoints) {
    this.waypoints = waypoints.map(([symbol, type, x, y, hasMarket, hasShipyard]) => ({ symbol, type, x, y, hasMarket, hasShipyard }));
    this.bySymbol = new Map(this.waypoints.map((each) => [each.symbol, each]));
    this.offsets = spread(this.waypoints);
    if (this.waypoints.length && this.width) this.window.set(this.window.home());
  }

  showShips(ships, colourOf) {
    this.ships = ships;
    this.colourOf = colourOf;
    this.paintShips();
    const flying = ships.filter((each) => each.status === "IN_TRANSIT").length;
    this.drawing.setAttribute("aria-label", `Map of the system: ${this.waypoints.length} waypoints, ${ships.length} ships, ${flying} of them in flight`);
  }

  paint() {
    if (!this.window.view || !this.width) return;
    const labels = [];
    const shown = [...this.waypoints].sort((one, other) => Number(other.hasMarket) - Number(one.hasMarket));
    for (const each of shown) {
      const [x, y] = this.spot(each);
      const size = SIZES[each.type] || SMALL;
      if (each.hasMarket || size > SMALL) labels.push({ key: each.symbol, text: shortName(each.symbol), x: x + size + 3, y: y + 5 });
    }
    const seen = uncluttered(labels.filter(({ x, y }) => x > -60 && y > -20 && x < this.width && y < this.height + 20));
    patch(this.places, shown, (each) => each.symbol, makePlace, (node, each) => {
      const [x, y] = this.spot(each);
      node.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      node.toggleAttribute("data-named", seen.has(each.symbol));
    });
    this.paintShips();
  }

  // The place of a waypoint in pixels, moved aside where several share it.
  spot(waypoint) {
    const [x, y] = onScreen(this.window.view, this.width, this.height, waypoint);
    const [dx, dy] = this.offsets.get(waypoint.symbol) || [0, 0];
    return [x + dx, y + dy];
  }

  // Called as time goes by: only what flies is moved, and only by what can be seen.
  tick() {
    if (document.hidden) return;
    const now = this.page.clock.now();
    for (const { node, ship, from, to } of this.flying || []) move(node, ...between(from, to, progress(ship, now)));
  }

  paintShips() {
    if (!this.window.view || !this.width || !this.bySymbol) return;
    const stacked = new Map();
    const now = this.page.clock.now();
    const placed = this.ships.map((ship) => this.placed(ship, now, stacked)).filter(Boolean);
    const routes = placed.filter((each) => each.from);
    patch(this.routes, routes, (each) => each.ship.ship, () => svg("line"), (node, { from, to, ship }) => {
      for (const [name, value] of [["x1", from[0]], ["y1", from[1]], ["x2", to[0]], ["y2", to[1]]]) node.setAttribute(name, value.toFixed(1));
      node.dataset.part = this.colourOf(ship);
      node.toggleAttribute("data-chosen", ship.ship === this.chosen);
    });
    patch(this.fleet, placed, (each) => each.ship.ship, () => this.makeShip(), (node, each) => {
      each.node = node;
      this.fillShip(node, each);
    });
    this.flying = routes;
  }

  placed(ship, now, stacked) {
    const to = this.bySymbol.get(ship.waypoint);
    if (!to) return null;
    const way = progress(ship, now);
    const from = this.bySymbol.get(ship.origin);
    if (way === null || !from || way >= 1) {
      const count = stacked.get(to.symbol) || 0;
      stacked.set(to.symbol, count + 1);
      const [x, y] = this.spot(to);
      return { ship, x: x + (count % 6) * STACK - 5, y: y - 13 - Math.floor(count / 6) * STACK, angle: -90 };
    }
    const [a, b] = [this.spot(from), this.spot(to)];
    const angle = (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI;
    const [x, y] = between(a, b, way);
    return { ship, from: a, to: b, x, y, angle };
  }

  makeShip() {
    const node = svg("g", { class: "ship-mark" }, svg("title"), svg("path", { d: "M7 0 L-5 4.5 L-2.5 0 L-5 -4.5 Z" }), svg("text", { x: 0, y: -8 }));
    node.addEventListener("click", () => this.choose(node.dataset.key));
    return node;
  }

  fillShip(node, { ship, x, y, angle, from }) {
    const [title, hull, name] = node.children;
    move(node, x, y);
    hull.setAttribute("transform", `rotate(${angle.toFixed(0)})`);
    hull.dataset.part = this.colourOf(ship);
    node.toggleAttribute("data-chosen", ship.ship === this.chosen);
    setText(title, `${ship.ship}: ${ship.activity}, ${ship.why}`);
    setText(name, from || ship.ship === this.chosen ? ship.ship.split("-").at(-1) : "");
  }
}

// Where a ship is between two places; who wants little motion sees it move in steps.
function between(from, to, way) {
  const share = still.matches ? Math.round(way * 20) / 20 : way;
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
}

function move(node, x, y) {
  const place = `translate(${x.toFixed(1)} ${y.toFixed(1)})`;
  if (node.place === place) return;
  node.place = place;
  node.setAttribute("transform", place);
}

function makePlace({ symbol, type, hasMarket, hasShipyard }) {
  const size = SIZES[type] || SMALL;
  const shape = type === "ORBITAL_STATION" || type === "FUEL_STATION" ? svg("rect", { x: -size, y: -size, width: 2 * size, height: 2 * size, rx: 1 }) : type === "JUMP_GATE" ? svg("path", { d: `M0 ${-size - 1} L${size + 1} 0 L0 ${size + 1} L${-size - 1} 0 Z` }) : svg("circle", { r: size });
  const what = [type.replaceAll("_", " ").toLowerCase(), hasMarket ? "market" : "", hasShipyard ? "shipyard" : ""].filter(Boolean).join(", ");
  return svg("g", { class: "place", "data-market": hasMarket, "data-yard": hasShipyard }, svg("title", {}, `${symbol}: ${what}`), shape, svg("text", { x: size + 3, y: 5 }, shortName(symbol)));
}

export function legend(parts) {
  const items = parts.map(([name, part]) => el("li", {}, el("span", { class: "swatch", "data-part": part }), name));
  return el("ul", { class: "map-legend" }, items);
}
