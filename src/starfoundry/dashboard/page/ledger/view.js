// The ledger: matching entries, newest first and live, or sums by a key; everything that matches as a file.

import { el, empty, shortName, show, setText } from "../base/dom.js";
import { kindOf, plural, signed, whole } from "../base/numbers.js";
import { Table } from "../base/table.js";
import { moment } from "../base/time.js";
import { Failure, ask } from "../base/wire.js";

const KINDS = ["", "PURCHASE", "SALE", "REFUEL", "SHIP_PURCHASE", "ADJUSTMENT", "OPENING"];
const SINCE = { "": "the beginning", "1h": "the last hour", "24h": "the last 24 h", "168h": "the last week" };
const GROUPS = { "": "every entry", good: "good", chain: "chain", ship: "ship", kind: "kind", container: "container", hour: "hour" };

export class LedgerView {
  constructor(page) {
    this.page = page;
    this.place = document.getElementById("ledger");
    this.entries = new Map();
    this.fields = {
      kind: select("Kind", KINDS.map((kind) => [kind, kind ? kind.replace("_", " ").toLowerCase() : "any"])),
      good: input("Good", "IRON_ORE"),
      ship: input("Ship", "AGENT-1"),
      since: select("Since", Object.entries(SINCE), "24h"),
      by: select("Added up by", Object.entries(GROUPS)),
    };
    for (const { control } of Object.values(this.fields)) control.addEventListener("change", () => this.restart());
    this.count = el("p", { class: "meta", role: "status" });
    this.problem = el("p", { class: "notice", "data-is": "bad", role: "alert", hidden: true });
    this.downloads = { csv: el("a", { class: "button", download: "ledger.csv" }, "Download CSV"), parquet: el("a", { class: "button", download: "ledger.parquet", hidden: true }, "Download Parquet") };
    this.offer();
    this.table = new Table({ label: "Entries", columns: entryColumns(), keyOf: (row) => row.sequence, sortBy: "Number", isDown: true });
    this.sums = new Table({ label: "Sums", columns: sumColumns(), keyOf: (row) => row.key, sortBy: "Profit", isDown: true });
    this.older = el("button", { type: "button", hidden: true, onclick: () => this.fetch(this.oldest) }, "Show older entries");
    this.nothing = empty("No entry matches.");
    const form = el("form", { class: "filters", "aria-label": "Filter of the ledger" }, Object.values(this.fields).map(({ element }) => element));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.restart();
    });
    this.place.append(
      el("section", { class: "card", "aria-labelledby": "book-title" }, el("div", { class: "card-head" }, el("h2", { id: "book-title" }, "Ledger"), this.count, el("div", { class: "downloads" }, Object.values(this.downloads))), form, this.problem, this.table.element, this.sums.element, this.nothing, el("div", { class: "more" }, this.older)),
    );
  }

  // Parquet needs a library that not every server has.
  async offer() {
    try {
      const { formats } = await ask("/api/session", {});
      for (const [format, link] of Object.entries(this.downloads)) show(link, formats.includes(format));
    } catch {
      // CSV is there in any case.
    }
  }

  asks() {
    return {};
  }

  enter() {
    if (this.page.known.player) this.restart();
  }

  leave() {}

  // When the ledger has grown, new entries are fetched and merged by their numbers.
  receive(name, known) {
    if (name === "newest_entry") this.refresh();
    else if (name === "player" && known.player) this.restart();
  }

  query() {
    const filters = Object.fromEntries(Object.entries(this.fields).map(([name, { control }]) => [name, control.value.trim()]));
    return { player_id: this.page.known.player.player_id, ...filters };
  }

  restart() {
    this.entries.clear();
    this.isWhole = false;
    const query = this.query();
    show(this.fields.kind.element, !query.by);
    for (const [format, link] of Object.entries(this.downloads)) link.href = `/api/ledger.${format}?${new URLSearchParams(query)}`;
    this.fetch(0);
  }

  refresh() {
    if (this.page.known.player && !this.isAsking) this.fetch(0);
  }

  async fetch(before) {
    const query = this.query();
    const asked = JSON.stringify(query);
    this.isAsking = true;
    try {
      if (query.by) this.showSums(await ask("/api/sums", query));
      else {
        const answer = await ask("/api/ledger", { ...query, before });
        if (asked === JSON.stringify(this.query())) this.join(answer, before);
      }
      show(this.problem, false);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      setText(this.problem, failure.message);
      show(this.problem, true);
    } finally {
      this.isAsking = false;
    }
  }

  // A page of new entries that does not reach those that are known leaves a gap: then everything is fetched again.
  join(answer, before) {
    const isNew = !before && this.entries.size > 0;
    const reaches = answer.entries.some((each) => this.entries.has(each.sequence)) || !answer.has_more;
    if (isNew && !reaches) this.entries.clear();
    for (const each of answer.entries) this.entries.set(each.sequence, each);
    if (!isNew || !reaches) this.hasMore = answer.has_more;
    this.oldest = Math.min(...this.entries.keys());
    const rows = [...this.entries.values()];
    const sum = rows.reduce((total, each) => total + each.amount, 0);
    this.paint(rows.length, `${plural(rows.length, "entry", "entries")} shown, together ${signed(sum)} credits`);
    this.table.show(rows);
    show(this.table.element, rows.length > 0);
    show(this.sums.element, false);
    show(this.older, this.hasMore && rows.length > 0);
  }

  showSums({ lines, profit, spent_on_ships: ships }) {
    this.paint(lines.length, `${plural(lines.length, "line")}: profit of trade ${signed(profit)}, ships bought for ${whole(ships)} credits`);
    this.sums.show(lines);
    show(this.sums.element, lines.length > 0);
    show(this.table.element, false);
    show(this.older, false);
  }

  paint(count, words) {
    setText(this.count, words);
    show(this.nothing, !count);
  }
}

function entryColumns() {
  const brief = (name, field) => ({ name, value: (row) => row[field], cell: (row) => (row[field] ? { shows: row[field], make: () => el("span", { title: row[field] }, shortName(row[field])) } : "—") });
  return [
    { name: "Number", kind: "number", words: "No.", value: (row) => row.sequence, cell: (row) => String(row.sequence) },
    { name: "When", value: (row) => row.at, cell: (row) => moment(row.at) },
    { name: "Kind", value: (row) => row.kind, cell: (row) => row.kind.replace("_", " ").toLowerCase() },
    { name: "Amount", kind: "number", words: "Amount, credits", value: (row) => row.amount, cell: (row) => amount(row.amount) },
    { name: "Balance", kind: "number", words: "Balance after", value: (row) => row.balance_after, cell: (row) => whole(row.balance_after) },
    { name: "Good", value: (row) => row.good, cell: (row) => row.good || "—" },
    { name: "Units", kind: "number", value: (row) => row.units, cell: (row) => (row.units ? whole(row.units) : "—") },
    { name: "Each", kind: "number", words: "A unit", value: (row) => (row.units ? Math.abs(row.amount) / row.units : null), cell: (row) => (row.units ? whole(Math.round(Math.abs(row.amount) / row.units)) : "—") },
    brief("Ship", "ship"),
    brief("Waypoint", "waypoint"),
    brief("Pipeline", "pipeline_id"),
  ];
}

function sumColumns() {
  const credits = (name, field) => ({ name, kind: "number", value: (row) => row[field], cell: (row) => (field === "profit" || field === "net" ? amount(row[field]) : whole(row[field])) });
  return [
    { name: "By", value: (row) => row.key, cell: (row) => (/^\d{4}-/.test(row.key) ? moment(row.key) : row.key || "none") },
    credits("Profit", "profit"),
    credits("Income", "income"),
    credits("Expense", "expense"),
    credits("Net", "net"),
    credits("Units", "units"),
    credits("Entries", "entries"),
  ];
}

function amount(credits) {
  return { shows: credits, make: () => el("span", { "data-is": kindOf(credits) }, signed(credits)) };
}

function select(name, options, chosen = "") {
  const control = el("select", {}, options.map(([value, words]) => el("option", { value, selected: value === chosen }, words)));
  return { control, element: el("label", {}, el("span", {}, name), control) };
}

function input(name, placeholder) {
  const control = el("input", { type: "search", placeholder, autocomplete: "off", spellcheck: "false" });
  return { control, element: el("label", {}, el("span", {}, name), control) };
}
