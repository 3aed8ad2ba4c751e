// The supply chain of the chosen coordinator: what is made from what and where, what is carried now, and what waits.

import { command, el, empty, fill, patch, repaint, shortName, show, svg, setText } from "../base/dom.js";
import { plural, signed, whole } from "../base/numbers.js";
import { Table } from "../base/table.js";
import { Failure, ask } from "../base/wire.js";
import { failureNotice } from "../shell/sheet.js";
import { explain } from "../shell/why.js";
import { SIZE, graphOf, layout, stateOf, wayOf } from "./graph.js";

const PARTS = ["pipelines", "tasks", "factories", "stocks", "held"];
const STATES = { way: "under way", ready: "ready for a ship", waits: "waits" };
const KINDS = { ACQUIRE_DELIVER: "deliver", COLLECT_SELL: "collect and sell", TRADE: "trade", LIQUIDATE: "sell what is left" };

export class ChainsView {
  constructor(page) {
    this.page = page;
    this.place = document.getElementById("chains");
    this.ways = svg("g");
    this.drawing = svg("svg", { class: "ways", "aria-hidden": "true" }, this.ways);
    this.nodes = el("ul", { class: "nodes", "aria-label": "Goods at markets" });
    this.canvas = el("div", { class: "graph" }, this.drawing, this.nodes);
    this.nothing = empty("No chain is open.", el("p", {}, "A coordinator opens one where it pays; the table below tells what was considered."));
    this.count = el("p", { class: "meta", role: "status" });
    this.table = new Table({ label: "Trips", columns: this.columns(), keyOf: (row) => row.task_id, sortBy: "State" });
    this.others = el("details", { class: "others" }, el("summary", {}, "What else could be made, and why it is not"), el("div", { class: "others-body" }));
    this.others.addEventListener("toggle", () => this.others.open && this.consider());
    this.place.append(
      el("section", { class: "card", "aria-labelledby": "graph-title" }, el("div", { class: "card-head" }, el("h2", { id: "graph-title" }, "Supply chain"), this.count, key()), el("div", { class: "scroll graph-room", tabindex: "0", role: "region", "aria-label": "Supply chain" }, this.canvas), this.nothing),
      el("section", { class: "card", "aria-labelledby": "trips-title" }, el("div", { class: "card-head" }, el("h2", { id: "trips-title" }, "Trips")), this.table.element),
      el("section", { class: "card padded", "aria-label": "Chains considered" }, this.others),
    );
  }

  asks() {
    return {};
  }

  enter() {}

  leave() {}

  // The parts of a round come one after another and are drawn together, when the beat ends the round.
  receive(name, known) {
    if (PARTS.includes(name)) this.isFresh = true;
    if (name !== "beat" || !this.isFresh || !PARTS.every((part) => known[part])) return;
    this.isFresh = false;
    this.known = known;
    const graph = graphOf(known);
    show(this.nothing, !graph.nodes.length);
    show(this.canvas, graph.nodes.length > 0);
    setText(this.count, `${plural(known.pipelines.size, "pipeline")}, ${plural(known.tasks.size, "trip")}`);
    if (graph.nodes.length) this.draw(graph);
    this.table.show([...known.tasks.values()]);
  }

  // Laid out again only where nodes or edges are others: what stays lies where it lay.
  draw(graph) {
    const shape = JSON.stringify([graph.nodes.map((each) => each.key), graph.edges.map((each) => each.key)]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.laid = layout(graph);
      this.canvas.style.width = `${this.laid.width}px`;
      this.canvas.style.height = `${this.laid.height}px`;
      this.drawing.setAttribute("viewBox", `0 0 ${this.laid.width} ${this.laid.height}`);
    }
    patch(this.ways, graph.edges, (each) => each.key, () => svg("path"), (node, each) => this.fillWay(node, each));
    patch(this.nodes, graph.nodes, (each) => each.key, () => this.makeNode(), (node, each) => this.fillNode(node, each));
  }

  fillWay(node, each) {
    const held = Math.min(...each.tasks.map((task) => this.known.held[task.task_id]?.rank || 9));
    node.setAttribute("d", wayOf(this.laid.bends.get(each.key)));
    node.setAttribute("class", `way ${stateOf(each)}${held === 1 ? " worst" : ""}`);
    node.style.strokeWidth = widthOf(each.profit);
  }

  makeNode() {
    const item = el("li", { class: "node" }, el("button", { type: "button" }, el("b"), el("span", { class: "place-name" }), el("span", { class: "stock" }), el("span", { class: "way-now" })));
    item.firstChild.addEventListener("click", () => this.open(item.node));
    return item;
  }

  fillNode(item, node) {
    const stock = this.known.stocks.get(node.key);
    const held = this.known.held[node.key];
    const { x, y } = this.laid.places.get(node.key);
    item.node = node;
    item.style.transform = `translate(${Math.round(x - SIZE.width / 2)}px, ${Math.round(y - SIZE.height / 2)}px)`;
    item.dataset.role = node.roles.has("factory") ? "factory" : node.roles.has("buyer") ? "buyer" : "source";
    item.toggleAttribute("data-worst", Boolean(held && held.rank === 1));
    item.toggleAttribute("data-held", Boolean(held));
    const [good, place, supply, now] = item.firstChild.children;
    setText(good, node.good);
    setText(place, `${shortName(node.waypoint)}${item.dataset.role === "factory" ? ", makes it" : item.dataset.role === "buyer" ? ", buys it" : ""}`);
    supply.dataset.level = stock?.supply || "";
    setText(supply, stock ? [stock.supply, stock.activity].filter(Boolean).join(" · ") || "seen" : "never seen");
    setText(now, held ? `held back, rank ${held.rank}` : "");
  }

  open(node) {
    const stock = this.known.stocks.get(node.key);
    const facts = stock ? [["Supply", `${stock.supply || "unknown"}, activity ${stock.activity || "unknown"}`], ["We pay", `${whole(stock.ask)} credits a unit`], ["We receive", `${whole(stock.bid)} credits a unit`], ["Trade volume", plural(stock.trade_volume, "unit")]] : [];
    const pipelines = [...this.known.pipelines.values()].filter((each) => each.good === node.good && [each.factory, each.sell_market].includes(node.waypoint));
    for (const each of pipelines) facts.push([`Pipeline ${each.pipeline_id}`, `${each.tasks_completed} of ${each.tasks_total} trips done, profit ${signed(each.profit)}, expected ${signed(each.expected_profit)} credits`]);
    if (node.factory) facts.push(["Factory", node.factory.ready ? "ready to be collected" : node.factory.waiting_for || "not ready"], ["Its inputs", node.factory.inputs.join("; ") || "none"]);
    explain(this.page, node.good, `${node.good} at ${node.waypoint}`, el("dl", { class: "facts" }, facts.flatMap(([name, words]) => [el("dt", {}, name), el("dd", {}, words)])));
  }

  columns() {
    return [
      { name: "Good", value: (row) => row.good, cell: (row) => row.good },
      { name: "Trip", value: (row) => row.kind, cell: (row) => KINDS[row.kind] || row.kind },
      { name: "From", value: (row) => row.source, cell: (row) => shortName(row.source) || "—" },
      { name: "To", value: (row) => row.target, cell: (row) => shortName(row.target) || "—" },
      { name: "State", value: (row) => Object.keys(STATES).indexOf(stateOf({ tasks: [row] })), cell: (row) => STATES[stateOf({ tasks: [row] })] },
      { name: "Ship", value: (row) => row.ship, cell: (row) => row.ship || "—" },
      { name: "Units", kind: "number", words: "Units bought, sold", value: (row) => row.units_bought, cell: (row) => `${whole(row.units_bought)}, ${whole(row.units_sold)}` },
      { name: "Waits for", cell: (row) => ({ shows: row.ship ? "" : row.waiting_for, make: () => this.waitCell(row) }) },
    ];
  }

  waitCell(row) {
    const words = row.ship ? "" : row.waiting_for;
    return el("span", {}, words, words ? " " : "", el("button", { type: "button", class: "link quiet", "aria-label": `Explain ${row.task_id}`, onclick: () => explain(this.page, row.task_id, `Task ${row.task_id}`) }, "Explain"));
  }

  // Looked for only when it is asked for: the scan costs the daemon more than a look.
  async consider() {
    const body = this.others.lastChild;
    try {
      const { opportunities } = await ask("/api/opportunities", { player_id: this.page.known.player.player_id });
      repaint(body, opportunities, () => (opportunities.length ? considered(opportunities) : empty("Nothing is known that could be made.", command("spacetraders market list"))));
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      fill(body, failureNotice(failure));
      body.shows = null;
    }
  }
}

function considered(opportunities) {
  const columns = ["Good", "Kind", "Factory", "Sold at", "Profit an hour", "Verdict"];
  const rows = opportunities.map((each) => el("tr", {}, [each.good, each.kind.toLowerCase(), shortName(each.factory), shortName(each.sell_market)].map((words) => el("td", {}, words || "—")), el("td", { class: "number" }, each.estimate ? `${signed(each.estimate.profit_per_hour)}` : "—"), el("td", { class: "wraps" }, each.verdict)));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Chains considered" }, el("table", {}, el("thead", {}, el("tr", {}, columns.map((name) => el("th", { scope: "col", class: name === "Profit an hour" ? "number" : null }, name)))), el("tbody", {}, rows)));
}

function widthOf(profit) {
  return `${Math.min(7, 1.5 + Math.max(0, Math.log10(Math.max(1, profit / 1000))) * 1.6).toFixed(1)}px`;
}

function key() {
  const line = (kind) => svg("svg", { class: "key-line", width: 28, height: 8, "aria-hidden": "true" }, svg("path", { class: `way ${kind}`, d: "M0 4 L28 4" }));
  return el("ul", { class: "map-legend" }, Object.entries(STATES).map(([kind, words]) => el("li", {}, line(kind), words)), el("li", {}, "wider: more profit expected"));
}
