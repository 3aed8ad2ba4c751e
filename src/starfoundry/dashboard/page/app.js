// Connects the parts of the page: events update what is known, the open view is painted from it, changes are sent.

import { show, setText } from "./base/dom.js";
import { merge } from "./base/rows.js";
import { DaemonClock, ZONE } from "./base/time.js";
import { asWords } from "./base/values.js";
import { listen } from "./base/wire.js";
import { Halting } from "./shell/halting.js";
import { paintChooser, paintNotices } from "./shell/notices.js";
import { ChainsView } from "./chains/view.js";
import { FleetView } from "./fleet/view.js";
import { LedgerView } from "./ledger/view.js";
import { LogsView } from "./logs/view.js";
import { MarketsView } from "./markets/view.js";
import { OverviewView } from "./overview/view.js";
import { Review } from "./settings/review.js";
import { SettingsView } from "./settings/view.js";

const find = (id) => document.getElementById(id);
const FIRST = "overview";
const ROWS = ["ships", "pipelines", "tasks", "factories", "stocks", "markets", "lines"];

const known = { daemon: null, player: undefined, coordinators: [], chosen: undefined, missing: "", settings: null, pulse: null, trouble: null, isCutOff: false };
const clock = new DaemonClock();
const page = { known, clock, change, follow, fields: () => views.settings.form.fields };
const views = {
  overview: new OverviewView(page),
  fleet: new FleetView(page),
  chains: new ChainsView(page),
  markets: new MarketsView(page),
  ledger: new LedgerView(page),
  logs: new LogsView(page),
  settings: new SettingsView(page),
};
const review = new Review(find("review"), {
  fields: page.fields,
  previewed: (answer) => views.settings.form.warn(answer.warnings),
  refused: (failure) => views.settings.refused(failure),
  done: (answer, made) => views.settings.done(answer, made),
});
const halting = new Halting(find("halt"), find("sheet"), page);

let ending = () => {};
let hasBeenReached = false;
let open = "";
let shownContainer = new URL(location.href).searchParams.get("container") || "";

function follow() {
  ending();
  ending = listen({ container_id: shownContainer, view: open, ...views[open].asks() }, receive, lost);
}

function lost() {
  known.isCutOff = true;
  connection("lost", "cut off, trying again");
  paint("lost");
}

function receive(name, value) {
  known.isCutOff = false;
  if (name === "changes") announce(value);
  else if (name === "beat") beat(value);
  else known[name] = ROWS.includes(name) ? merge(known[name], value) : value;
  if (name === "chosen") choose(value);
  if (name === "daemon" && value.reachable) hasBeenReached = true;
  paint(name);
}

function beat({ reachable, clock: reading }) {
  if (reading) clock.receive(reading);
  connection(reachable ? "live" : "lost", reachable ? "live" : "daemon not reached");
  show(find("loading"), false);
  setText(find("footer"), footing());
}

function footing() {
  const speed = clock.speed > 1 ? ` The sandbox's time passes ${clock.speed} times as fast as real time.` : "";
  return `Times are in the zone ${ZONE}. Data is read every 2 s, and at once when a setting changes.${speed}`;
}

function paint(name) {
  document.body.dataset.is = known.isCutOff || known.daemon?.reachable === false ? "stale" : "live";
  paintNotices(find("notices"), known, hasBeenReached);
  paintChooser(find("coordinator"), known.coordinators, known.chosen);
  halting.paint(known);
  views.settings.receive(name, known);
  if (open !== "settings") views[open].receive(name, known);
}

function choose(chosen) {
  if (!chosen) return;
  shownContainer = chosen.container_id;
  const address = new URL(location.href);
  if (shownContainer) address.searchParams.set("container", shownContainer);
  window.history.replaceState(null, "", address);
}

function turnTo(containerId) {
  views.settings.leaveSubject();
  shownContainer = containerId;
  Object.assign(known, { chosen: undefined, settings: null, pulse: null });
  follow();
}

// `wanted` is the change of a coordinator's settings, of the chosen one unless it names another; or, if it names a layer,
// of that layer of the shown player.
function change(wanted, options) {
  const players = new Set(known.coordinators.map((each) => each.player_id));
  const named = known.coordinators.find((each) => each.container_id === wanted.container_id) || known.chosen;
  const { player_id, agent } = wanted.layer ? known.player : named;
  const whose = wanted.layer ? {} : { layer: "container", container_id: named.container_id };
  review.preview({ ...whose, player_id, agent: players.size > 1 ? agent : "", ...wanted }, options);
}

function connection(state, words) {
  const place = find("connection");
  if (place.dataset.is !== state) place.dataset.is = state;
  setText(place, words);
}

function announce(event) {
  if (event.kind === "REJECTED") {
    setText(find("announcer"), `The coordinator refuses revision ${event.revision}: ${event.message}`);
    return;
  }
  const changes = event.change.changes.map((each) => `${each.name} is ${each.how === "discarded" ? "discarded" : `now ${asWords(each.after)}`}`);
  setText(find("announcer"), `Revision ${event.revision} by ${event.change.author}, from ${event.change.source}: ${changes.join(", ")}`);
}

// Opens the view that the address names. Each view has an event stream of its own.
function turn({ isFirst }) {
  const named = location.pathname.slice(1);
  const next = named in views ? named : FIRST;
  if (next !== open) {
    if (open) views[open].leave();
    for (const [name, view] of Object.entries(views)) show(view.place, name === next);
    open = next;
    const link = document.querySelector(`#views a[href="/${next}"]`);
    document.querySelector("#views [aria-current]")?.removeAttribute("aria-current");
    link.setAttribute("aria-current", "page");
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
    setText(find("title"), link.textContent);
    document.title = `${link.textContent} · StarFoundry`;
    follow();
  }
  views[next].enter();
  if (!isFirst && !location.hash) find("title").focus({ preventScroll: true });
}

// A link to a view changes what is shown and keeps the page, with the edits in it; with a modifier key it is the browser's.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/']");
  if (!link || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const address = new URL(link.href);
  const named = address.searchParams.get("container");
  if (named && named !== shownContainer) turnTo(named);
  if (shownContainer) address.searchParams.set("container", shownContainer);
  window.history.pushState(null, "", address);
  window.scrollTo(0, 0);
  turn({ isFirst: false });
});
window.addEventListener("popstate", () => turn({ isFirst: false }));
find("coordinator").addEventListener("change", (event) => turnTo(event.target.value));
// A hidden page has no event stream: a browser has few connections for all its pages of one server.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) ending();
  else follow();
});
window.addEventListener("beforeunload", (event) => {
  if (views.settings.hasEdits()) event.preventDefault();
});

turn({ isFirst: true });
