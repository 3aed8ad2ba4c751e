// The supply chain as a graph: goods at markets, and the trips between them; laid out in layers by dagre.

import dagre from "../vendor/dagre.js";

const WIDTH = 220;
const HEIGHT = 62;
const UNDER_WAY = ["ASSIGNED", "EXECUTING"];

// Nodes are goods at markets, edges are tasks, those of one pipeline between the same places as one.
export function graphOf({ pipelines, tasks, factories }) {
  const nodes = new Map();
  const edges = new Map();
  const node = (good, waypoint, role) => {
    const key = `${good}@${waypoint}`;
    if (!nodes.has(key)) nodes.set(key, { key, good, waypoint, roles: new Set() });
    nodes.get(key).roles.add(role);
    return key;
  };
  for (const each of pipelines.values()) if (each.kind === "FABRICATION" && each.factory) node(each.good, each.factory, "factory");
  for (const task of tasks.values()) {
    const pipeline = pipelines.get(task.pipeline_id);
    const [from, to] = endsOf(task, factoryAt(factories, task) || pipeline, node);
    if (!from || !to || from === to) continue;
    const key = `${from}>${to}`;
    const edge = edges.get(key) || { key, from, to, tasks: [], profit: 0 };
    edge.tasks.push(task);
    edge.profit = Math.max(edge.profit, pipeline ? pipeline.expected_profit : 0);
    edges.set(key, edge);
  }
  for (const each of nodes.values()) each.factory = factories.get(each.key) || null;
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

// The factory that a task delivers to: its own pipeline's, else another that stands there.
function factoryAt(factories, task) {
  const there = [...factories.values()].filter((each) => each.factory === task.target);
  return there.find((each) => each.pipeline_id === task.pipeline_id) || there[0];
}

// What a task carries goes into what a factory makes, or to the market that buys it.
function endsOf(task, made, node) {
  if (!task.source || !task.target) return [];
  const from = node(task.good, task.source, task.kind === "COLLECT_SELL" ? "factory" : "source");
  const isInput = task.kind === "ACQUIRE_DELIVER" && made && task.target === made.factory && task.good !== made.good;
  return [from, isInput ? node(made.good, task.target, "factory") : node(task.good, task.target, "buyer")];
}

export function stateOf({ tasks }) {
  if (tasks.some((each) => UNDER_WAY.includes(each.status))) return "way";
  return tasks.some((each) => each.status === "READY") ? "ready" : "waits";
}

// Places of nodes and bends of edges, in pixels, the first layer at the left.
export function layout({ nodes, edges }) {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 14, ranksep: 84, edgesep: 10, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const each of nodes) graph.setNode(each.key, { width: WIDTH, height: HEIGHT });
  for (const each of edges) graph.setEdge(each.from, each.to);
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    places: new Map(nodes.map((each) => [each.key, graph.node(each.key)])),
    bends: new Map(edges.map((each) => [each.key, between(graph.node(each.from), graph.node(each.to), graph.edge(each.from, each.to).points)])),
  };
}

// A way begins at the right of its node and ends at the left of the next.
function between(from, to, points) {
  const first = { x: from.x + WIDTH / 2, y: from.y };
  const last = { x: to.x - WIDTH / 2, y: to.y };
  const inside = points.slice(1, -1).filter((each) => each.x > first.x && each.x < last.x);
  return [first, ...(inside.length ? inside : [{ x: (first.x + last.x) / 2, y: (first.y + last.y) / 2 }]), last];
}

// A smooth way through the bends.
export function wayOf(points) {
  const [first, ...rest] = points;
  const middle = (one, other) => `${((one.x + other.x) / 2).toFixed(1)} ${((one.y + other.y) / 2).toFixed(1)}`;
  const last = rest.at(-1);
  if (rest.length === 2) {
    const half = (first.x + last.x) / 2;
    return `M${first.x.toFixed(1)} ${first.y.toFixed(1)} C${half.toFixed(1)} ${first.y.toFixed(1)} ${half.toFixed(1)} ${last.y.toFixed(1)} ${last.x.toFixed(1)} ${last.y.toFixed(1)}`;
  }
  const curves = rest.slice(0, -1).map((point, at) => `Q${point.x.toFixed(1)} ${point.y.toFixed(1)} ${middle(point, rest[at + 1])}`);
  return `M${first.x.toFixed(1)} ${first.y.toFixed(1)} ${curves.join(" ")} L${last.x.toFixed(1)} ${last.y.toFixed(1)}`;
}

export const SIZE = { width: WIDTH, height: HEIGHT };
