// Puts the page together: news comes in, every part is painted from what is known, edits go out through the review.

import { show, tell } from "./dom.js";
import { Form } from "./form.js";
import { History } from "./history.js";
import { Presets } from "./presets.js";
import { Review } from "./review.js";
import { paintChooser, paintNotices, paintSummary } from "./summary.js";
import { asWords } from "./values.js";
import { listen } from "./wire.js";

const find = (id) => document.getElementById(id);

const known = { daemon: null, coordinators: [], chosen: undefined, missing: "", settings: null, pulse: null, isCutOff: false };
const draftsOf = new Map(); // the edits of coordinators that were left, by container
const form = new Form(find("settings"), paintActions);
const history = new History(() => form.fields, (revision) => review.preview({ ...which(), rollback_to: revision }));
const presets = new Presets(find("preset"), (name) => review.preview({ ...which(), preset: name }));
const review = new Review(find("review"), { fields: () => form.fields, previewed: (answer) => form.warn(answer.warnings), refused, done });

let ending = () => {};
let hasBeenReached = false;
let shownContainer = new URL(location.href).searchParams.get("container") || "";

function follow(containerId) {
  ending();
  ending = listen(containerId, hear, lost);
}

function lost() {
  known.isCutOff = true;
  connection("lost", "cut off, trying again");
  paint("lost");
}

function hear(name, value) {
  known.isCutOff = false;
  switch (name) {
    case "schema":
      form.build(value, draftsOf.get(known.chosen?.container_id) || new Map());
      break;
    case "tidings":
      announce(value);
      break;
    case "beat":
      connection(value.reachable ? "live" : "lost", value.reachable ? "live" : "daemon not reached");
      break;
    default:
      known[name] = value;
  }
  if (name === "chosen") choose(value);
  if (name === "daemon" && value.reachable) hasBeenReached = true;
  paint(name);
}

function paint(name) {
  paintNotices(find("notices"), known, hasBeenReached);
  paintChooser(find("coordinator"), known.coordinators, known.chosen);
  paintSummary(find("summary"), known);
  if (known.settings && known.chosen && form.fields.size && ["schema", "settings", "chosen"].includes(name)) {
    form.update(known.settings);
    history.update(known.chosen, known.settings.revision);
    presets.update(known.chosen, known.settings);
  }
}

function choose(chosen) {
  if (!chosen) return;
  shownContainer = chosen.container_id;
  const address = new URL(location.href);
  address.searchParams.set("container", shownContainer);
  window.history.replaceState(null, "", address);
}

// Another coordinator: what was edited of this one stays, and is there again when one comes back.
function turnTo(containerId) {
  draftsOf.set(shownContainer, form.leave());
  history.leave();
  presets.leave();
  shownContainer = containerId;
  Object.assign(known, { chosen: undefined, settings: null, pulse: null });
  follow(containerId);
}

function which() {
  const players = new Set(known.coordinators.map((each) => each.player_id));
  const { container_id, player_id, agent } = known.chosen;
  return { container_id, player_id, agent: players.size > 1 ? agent : "" };
}

function preview() {
  form.calm();
  review.preview({ ...which(), ...form.change() });
}

function refused(failure) {
  const homeless = form.complain(failure.fields);
  tell(find("changed"), `Refused: ${homeless.join("; ") || "see the marked settings"}`);
}

function done(answer, isOfTheForm) {
  if (isOfTheForm) form.settle();
  form.warn(answer.warnings);
}

function paintActions() {
  const count = form.drafts().size;
  show(find("actions"), count > 0);
  if (count) tell(find("changed"), `${count} ${count === 1 ? "setting" : "settings"} changed, not applied yet`);
}

function connection(state, words) {
  const place = find("connection");
  if (place.dataset.is !== state) place.dataset.is = state;
  tell(place, words);
}

function announce(event) {
  if (event.kind === "REJECTED") {
    tell(find("announcer"), `The coordinator refuses revision ${event.revision}: ${event.message}`);
    return;
  }
  const changes = event.change.changes.map((each) => `${each.name} is ${each.how === "discarded" ? "discarded" : `now ${asWords(each.after)}`}`);
  tell(find("announcer"), `Revision ${event.revision} by ${event.change.author}, from ${event.change.source}: ${changes.join(", ")}`);
}

find("settings").addEventListener("submit", (event) => {
  event.preventDefault();
  if (form.drafts().size) preview();
});
find("discard").addEventListener("click", () => {
  form.discard();
  find("settings").querySelector("input, select, textarea")?.focus({ preventScroll: true });
});
find("coordinator").addEventListener("change", (event) => turnTo(event.target.value));
// A page that nobody sees listens to nothing: a browser has few connections for all its pages of one server.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) ending();
  else follow(shownContainer);
});
window.addEventListener("beforeunload", (event) => {
  if (form.drafts().size) event.preventDefault();
});

follow(shownContainer);
