// The first view: what the fleet earns, what its ships do, what holds it back, and what its requests go into.

import { partOf } from "../base/activities.js";
import { capital, command, el, empty, patch, repaint, shortName, setText } from "../base/dom.js";
import { kindOf, plural, rate, signed, whole } from "../base/numbers.js";
import { clock, moment } from "../base/time.js";
import { Money } from "./money.js";
import { TripHours } from "./trip_hours.js";

const HOUR = 3_600_000;
const PURPOSES_SHOWN = 8;

export class OverviewView {
  constructor(page) {
    this.page = page;
    this.place = document.getElementById("overview");
    this.tiles = el("dl", { class: "tiles", "aria-label": "At a glance" });
    this.money = new Money(page, () => page.follow());
    this.holding = card("holding", "What holds the fleet back now");
    this.ships = card("ships", "Ships by what they do");
    this.budget = card("budget", "Requests to the game by purpose");
    this.trips = new TripHours(page);
    this.rows = card("rows", "Coordinators");
    this.place.append(this.tiles, el("div", { class: "board" }, this.money.element, this.holding.element, this.ships.element, this.budget.element, this.trips.element, this.rows.element));
  }

  asks() {
    return { span: this.money.span };
  }

  enter() {
    this.money.chart.resize();
  }

  leave() {}

  receive(name, known) {
    if (["money", "work", "budget"].includes(name)) this.paintTiles(known);
    if (name === "money" || name === "marks") this.money.receive(known);
    if (name === "work") {
      this.trips.refresh();
      repaint(this.holding.body, [known.work.hindrances, known.work.bottlenecks], () => [bottlenecks(known.work), hindrances(known.work)]);
      repaint(this.ships.body, known.work.activities, () => activities(known.work));
    }
    if (name === "budget") repaint(this.budget.body, known.budget, () => budgetOf(known.budget));
    if (name === "rows") this.paintRows(known);
  }

  paintTiles({ money, work, budget }) {
    const earned = money?.earnings;
    const hour = earned?.hour_from ? `${clock(earned.hour_from)} to ${clock(Math.floor(Date.parse(earned.hour_from) / HOUR + 1) * HOUR)}` : "no hour has ended yet";
    const working = work ? work.ships - work.idle_ships : 0;
    const tiles = [
      ["Credits", money ? whole(money.closing) : "—", "in the player's account"],
      ["Profit, last closed hour", earned?.hour_from ? signed(earned.hour) : "—", hour, earned?.hour],
      ["Profit, last 24 h", earned ? signed(earned.day) : "—", rateWords(earned?.day, earned?.day_hours), earned?.day],
      ["Profit since start", earned ? signed(earned.total) : "—", rateWords(earned?.total, earned?.total_hours), earned?.total],
      ["Ships at work", work ? `${working} of ${work.ships}` : "—", work ? `${plural(work.waiting_tasks, "task")} waiting` : ""],
      ["Request budget", budget ? `${budget.used_percent} %` : "—", "used in the last minute"],
    ];
    patch(this.tiles, tiles, ([label]) => label, makeTile, fillTile);
  }

  paintRows({ rows }) {
    const several = new Set(rows.map((each) => each.player_id)).size > 1;
    repaint(this.rows.body, rows, () => (rows.length ? coordinatorTable(rows, several) : empty("No coordinator was started yet.", command("spacetraders manufacturing start"))));
  }
}

function card(name, title) {
  const body = el("div", { class: "card-body" }, el("p", { class: "meta" }, "Loading…"));
  return { body, element: el("section", { class: `card ${name}`, "aria-labelledby": `${name}-title` }, el("div", { class: "card-head" }, el("h2", { id: `${name}-title` }, title)), body) };
}

function makeTile([label]) {
  return el("div", {}, el("dt", {}, label), el("dd", {}, el("span"), el("small")));
}

function fillTile(tile, [, value, more, amount]) {
  const [words, small] = tile.lastChild.children;
  setText(words, value);
  setText(small, more || " ");
  words.dataset.is = amount === undefined ? "" : kindOf(amount);
}

function rateWords(credits, hours) {
  if (credits === undefined) return "";
  const hourly = rate(credits, hours);
  return hourly === null ? `over ${hours} h` : `${signed(hourly)} an hour over ${hours} h`;
}

function hourly({ total, total_hours: hours }) {
  const credits = rate(total, hours);
  return credits === null ? "" : `${signed(credits)} an hour`;
}

// What more of would earn most, and how much; of which coordinator, where there are several.
function bottlenecks({ bottlenecks }) {
  return bottlenecks.map((each) =>
    el(
      "div",
      { class: "bottleneck" },
      el("p", { class: "held" }, capital(each.text)),
      el("p", { class: "meta" }, bottlenecks.length > 1 ? `Coordinator ${shortName(each.container_id)}. ` : "", `What helps: ${each.remedy}`),
      each.command ? command(each.command) : null,
    ),
  );
}

// A pipeline that several reasons hold back counts in the first of them only.
function worth({ pipelines, expected_profit: profit, shared_pipelines: shared }) {
  const counted = shared ? `${plural(shared, "waiting pipeline")} counted above` : "";
  if (!pipelines) return capital(counted);
  return `Expected profit of ${plural(pipelines, "waiting pipeline")}: ${signed(profit)} credits${counted ? `; ${counted}` : ""}`;
}

function hindrances({ hindrances, hindrances_in_all: inAll }) {
  if (!hindrances.length) return empty("Nothing holds the fleet back.");
  const items = hindrances.map((each, at) =>
    el(
      "li",
      { class: "hindrance" },
      el("p", { class: "rank" }, String(at + 1)),
      el(
        "div",
        {},
        el("p", { class: "held" }, heldWords(each)),
        el("p", {}, each.text),
        each.pipelines || each.shared_pipelines ? el("p", { class: "price" }, worth(each)) : null,
        el("p", { class: "meta" }, `What helps: ${each.remedy}. `, each.setting ? el("a", { href: `/settings#setting-${each.setting.split(".")[0]}` }, `Set ${each.setting}`) : null),
        each.command ? el("details", {}, el("summary", {}, "Command, and what it holds back"), command(each.command), el("p", { class: "meta" }, each.names.join(", "))) : null,
      ),
    ),
  );
  const more = inAll > hindrances.length ? el("p", { class: "meta" }, `and ${inAll - hindrances.length} more: spacetraders why`) : null;
  return [el("ol", { class: "ranked" }, items), more];
}

function heldWords(each) {
  const counts = [["ships", "ship"], ["tasks", "task"], ["factories", "factory"], ["containers", "container"], ["chains", "chain"]];
  return counts.filter(([name]) => each[name]).map(([name, one]) => plural(each[name], one, name)).join(", ");
}

function activities({ activities, ships }) {
  if (!ships) return empty("There are no ships yet.");
  const bar = el("div", { class: "stack", "aria-hidden": "true" }, activities.map((each) => {
    const part = el("span", { "data-part": partOf(each.activity) });
    part.style.flexGrow = each.ships.length;
    return part;
  }));
  const items = activities.map((each) =>
    el("li", {}, el("span", { class: "swatch", "data-part": partOf(each.activity) }), el("span", { class: "grow" }, each.activity), el("span", { class: "meta names" }, namesOf(each.ships)), el("b", { class: "number" }, whole(each.ships.length))),
  );
  return [bar, el("ul", { class: "legend" }, items)];
}

function namesOf(ships) {
  const short = ships.slice(0, 6).map((ship) => ship.split("-").at(-1));
  return ships.length > 6 ? `${short.join(", ")} …` : short.join(", ");
}

function budgetOf({ used_percent: used, requests, rate_limited: limited, since, purposes }) {
  const meter = el("meter", { min: 0, max: 100, high: 90, value: used, "aria-label": "Share of the request budget that the last minute used" });
  const shown = purposes.slice(0, PURPOSES_SHOWN);
  const rest = purposes.slice(PURPOSES_SHOWN).reduce((sum, [, count]) => sum + count, 0);
  const lines = rest ? [...shown, ["everything else", rest]] : shown;
  const most = Math.max(1, ...lines.map(([, count]) => count));
  const items = lines.map(([purpose, count]) => {
    const bar = el("span", { class: "bar-fill" });
    bar.style.width = `${(100 * count) / most}%`;
    return el("li", {}, el("span", { class: "bar-name" }, purpose), el("span", { class: "bar-room", "aria-hidden": "true" }, bar), el("b", { class: "number" }, whole(count)), el("span", { class: "number meta" }, `${Math.round((100 * count) / Math.max(1, requests))} %`));
  });
  return [
    el("p", { class: "meter-line" }, meter, el("b", {}, `${used} %`), el("span", { class: "meta" }, " of the budget used in the last minute")),
    el("ul", { class: "bars" }, items),
    el("p", { class: "meta" }, `${plural(requests, "request")} since ${moment(since)}, ${limited ? `${whole(limited)} refused for the rate limit` : "none refused for the rate limit"}`),
  ];
}

const COLUMNS = [
  ["Coordinator", "", (row, several) => [shortName(row.container_id), [row.system, several ? row.agent : ""].filter(Boolean).join(" · ")]],
  ["State", "", (row) => [row.halted ? `HALTED (${row.halted})` : row.status, row.problem || row.exit_reason || ""]],
  ["Profit, last closed hour", "number", (row) => [row.earnings?.hour_from ? signed(row.earnings.hour) : "—", "credits"]],
  ["Profit, last 24 h", "number", (row) => [row.earnings ? signed(row.earnings.day) : "—", "credits"]],
  ["Profit since start", "number", (row) => [row.earnings ? signed(row.earnings.total) : "—", row.earnings ? hourly(row.earnings) : ""]],
  ["Ships at work", "number", (row) => [row.earnings ? `${row.busy_workers} of ${row.max_workers}` : "—", "allowed"]],
  ["Pipelines", "number", (row) => [row.earnings ? `${row.active_pipelines} of ${row.max_pipelines}` : "—", row.trade_pipelines ? `and ${plural(row.trade_pipelines, "trade")}` : ""]],
  ["Tasks", "number", (row) => [row.earnings ? `${whole(row.ready_tasks)} ready` : "—", row.earnings ? `${whole(row.waiting_tasks)} waiting, ${whole(row.completed_tasks)} done` : ""]],
  ["Settings", "number", (row) => [row.earnings ? `#${row.revision}` : "—", row.earnings ? (row.observed_revision === row.revision ? "in force" : `runs with #${row.observed_revision}`) : ""]],
];

function coordinatorTable(rows, several) {
  const head = el("tr", {}, COLUMNS.map(([name, kind]) => el("th", { scope: "col", class: kind }, name)));
  const lines = rows.map((row) =>
    el("tr", {}, COLUMNS.map(([name, kind, cell], at) => {
      const [words, more] = cell(row, several);
      const shown = at ? words : el("a", { href: `/settings?container=${row.container_id}`, title: row.container_id }, words);
      return el(at ? "td" : "th", { class: kind, scope: at ? null : "row", "data-is": name === "State" && row.halted ? "loss" : null }, el("span", {}, shown), more ? el("small", {}, more) : null);
    })),
  );
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Coordinators" }, el("table", {}, el("thead", {}, head), el("tbody", {}, lines)));
}
