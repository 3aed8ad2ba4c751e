// One setting: what it is, its input, where its value comes from, and what of it is changed and not applied yet.

import { controlOf } from "./control.js";
import { el, fill, show, setText } from "../base/dom.js";
import { moment } from "../base/time.js";
import { asText, asTyped, asWords, rangeOf, sameText } from "../base/values.js";

const LONGEST_ON_BUTTON = 24;
const STATES = { SET: "Set here", APPLIED: "Applied", PENDING: "Pending", REJECTED: "Rejected", NEXT_START: "Next start", SHADOWED: "Shadowed" };

export class Field {
  constructor(setting, edited) {
    this.setting = setting;
    this.name = setting.name;
    this.draft = null;
    this.edited = edited;
    const id = `setting-${setting.name}`;
    this.control = controlOf(setting, id, `${id}-help ${id}-range ${id}-problem`);
    this.tag = el("span", { class: "tag" });
    this.detail = el("p", { class: "meta" });
    this.problem = el("p", { class: "problem", id: `${id}-problem` });
    this.warning = el("p", { class: "warning" });
    this.meanwhile = el("p", { class: "meanwhile" });
    this.origin = el("div", { class: "origin" });
    this.element = el(
      "div",
      { class: "setting", "data-setting": setting.name },
      el(
        "div",
        { class: "about" },
        el("div", { class: "headline" }, el("label", { class: "label", for: id }, setting.label), el("span", { class: "name" }, setting.name)),
        el("p", { class: "help", id: `${id}-help` }, setting.short_help),
        el("p", { class: "meta" }, `Takes effect ${setting.takes_effect}`),
        moreOf(setting),
      ),
      el("div", { class: "entry" }, this.control.element, this.control.large, el("p", { class: "hint", id: `${id}-range` }, hintOf(setting)), this.problem, this.warning, this.meanwhile),
      el("div", { class: "standing" }, el("div", { class: "headline" }, this.tag, this.detail), this.origin),
    );
    this.control.input.addEventListener("input", () => this.type());
  }

  // What is stored and in force now. An input that holds an edit keeps it; the reader is shown what came meanwhile.
  update({ value, origin, state, running, layer, isFixed }) {
    const isNews = this.stored !== undefined && !sameText(asText(value), asText(this.stored.value));
    this.stored = { value, origin, state, running };
    this.layer = layer;
    this.control.input.disabled = this.isFixed = isFixed;
    const draft = this.draft;
    if (draft && draft.how === "set" && sameText(draft.text, asText(value))) this.draft = null;
    if (draft && draft.how === "unset" && !origin.hides.length) this.draft = null; // it was unset meanwhile
    if (!this.draft) this.control.write(value);
    const by = origin.author ? `, by ${origin.author}` : "";
    const revision = origin.revision ? ` in revision ${origin.revision}` : "";
    const hasMoved = this.draft && !sameText(this.draft.from, asText(value));
    setText(this.meanwhile, hasMoved ? `Meanwhile it became ${this.words(value)}${revision}${by}. Your edit is kept.` : "");
    if (isNews && !this.draft) this.flash();
    this.paint();
  }

  type() {
    const text = this.control.read();
    this.change(sameText(text, asText(this.stored.value)) ? null : { how: "set", text });
  }

  change(draft) {
    this.draft = draft && { ...draft, from: asText(this.stored.value) };
    if (!draft) this.control.restore(asText(this.stored.value));
    if (draft && draft.how === "unset") this.control.restore(asText(this.stored.origin.hides[0].value));
    if (draft && draft.how === "pin") this.control.restore(asText(this.stored.value));
    setText(this.meanwhile, "");
    this.complain("", "");
    this.paint();
    this.edited();
  }

  // The edit was applied: what is stored now comes with the next event.
  settle() {
    this.draft = null;
    setText(this.meanwhile, "");
    this.complain("", "");
    this.paint();
  }

  // Puts an edit back that was made before this field was built again.
  resume(draft) {
    this.draft = draft;
    if (draft.how === "set") this.control.restore(draft.text);
  }

  complain(problem, warning) {
    setText(this.problem, problem);
    setText(this.warning, warning);
    if (problem) this.control.input.setAttribute("aria-invalid", "true");
    else this.control.input.removeAttribute("aria-invalid");
  }

  // The text as the daemon reads it; a number that is no number is sent as it is, and refused there.
  typed() {
    return asTyped(this.draft?.how === "set" ? this.draft.text : asText(this.stored.value));
  }

  // Whether the value is of the layer that is edited.
  isOwn() {
    return this.stored.origin.layer === this.layer;
  }

  words(value) {
    return asWords(value, this.setting.unit);
  }

  paint() {
    const state = this.layer === "container" ? this.stored.state : { state: this.isOwn() ? "SET" : "" };
    this.element.toggleAttribute("data-changed", this.draft !== null);
    this.tag.dataset.is = this.draft ? "CHANGED" : state.state;
    setText(this.tag, this.draft ? "Not applied yet" : STATES[state.state] || state.state);
    setText(this.detail, this.draft ? this.draftText() : this.stateText());
    show(this.tag, this.tag.textContent !== "");
    this.element.toggleAttribute("data-own", this.layer === "container" ? this.stored.origin.layer !== "built-in" : this.isOwn());
    fill(this.origin, ...this.originLines(), el("div", { class: "buttons" }, this.buttons()));
  }

  stateText() {
    const { state, running, value } = this.stored;
    if (state.state === "APPLIED" || this.layer !== "container") return "";
    const now = running === undefined || sameText(asText(running), asText(value)) ? "" : `; it runs with ${this.words(running)}`;
    return `${state.detail}${now}`;
  }

  draftText() {
    const { value, origin } = this.stored;
    if (this.draft.how === "pin") return `will be ${this.layer === "preset" ? "set" : "pinned"} at ${this.words(value)}`;
    if (this.draft.how === "unset") return `will return to the ${layerOf(origin.hides[0], origin)}, ${this.words(origin.hides[0].value)}`;
    return `was ${this.words(value)}`;
  }

  originLines() {
    const { origin } = this.stored;
    const since = [origin.revision ? `revision ${origin.revision}` : "", origin.author, moment(origin.at)].filter(Boolean).join(" · ");
    const hides = origin.hides.map((each) => `${this.words(each.value)} (${layerOf(each, origin)})`).join(", ");
    return [
      el("p", {}, "From ", this.layerLink(origin) || el("b", {}, layerOf(origin, origin))),
      since ? el("p", {}, since) : null,
      hides ? el("p", {}, `Hides ${hides}`) : null,
      origin.reason ? el("p", { class: "reason" }, origin.reason) : null,
    ];
  }

  // The way from a coordinator's value to the layer that it comes from.
  layerLink({ layer, preset, ...one }) {
    if (this.layer !== "container" || !["player", "preset"].includes(layer)) return null;
    const query = new URLSearchParams(layer === "preset" ? { layer, preset } : { layer });
    return el("a", { href: `/settings?${query}#setting-${this.name}` }, layerOf({ layer, preset, ...one }, {}));
  }

  buttons() {
    const { origin } = this.stored;
    if (this.isFixed) return [];
    if (this.draft) return [this.button("Keep as it is", null)];
    const made = [];
    if (this.isOwn() && origin.hides.length) {
      const below = origin.hides[0];
      const words = asWords(below.value);
      const text = `Return to ${layerOf(below, origin)}${words.length > LONGEST_ON_BUTTON ? "" : `: ${words}`}`;
      made.push(this.button(text, { how: "unset" }));
    }
    if (this.layer === "preset" ? !this.isOwn() : !origin.pinned) made.push(this.button(this.layer === "preset" ? "Set as it is" : "Pin", { how: "pin" }));
    return made;
  }

  // What is written on it begins its name, so that who speaks to the page can say what is seen.
  button(text, draft) {
    return el("button", { type: "button", class: "small", "aria-label": `${text}, ${this.name}`, onclick: () => this.change(draft) }, text);
  }

  flash() {
    this.element.classList.remove("arrived");
    void this.element.offsetWidth; // restarts the animation
    this.element.classList.add("arrived");
  }
}

function layerOf(one, origin) {
  switch (one.layer) {
    case "built-in":
      return "built-in default";
    case "player":
      return one.pinned ? "player default, pinned" : "player default";
    case "preset":
      return `preset ${one.preset || origin.preset || ""}`.trim();
    default:
      return one.pinned ? "this coordinator, pinned" : "this coordinator";
  }
}

function hintOf(setting) {
  const shape = { array: "apart by commas", object: "GOOD.SETTING=VALUE, one a line" }[setting.json_schema.type];
  return [shape || rangeOf(setting.json_schema), `default ${asWords(setting.default)}`].filter(Boolean).join(" · ");
}

function moreOf(setting) {
  const facts = [
    ["What it is", setting.long_help],
    ["Work under way", setting.under_way],
    ["Values", setting.unit_and_range],
    ["A wrong value is", setting.hazard],
    ["Warned of", setting.step_limit ? `more than ${setting.step_limit} times the value before` : ""],
    ["Layers", setting.layers.join(", ")],
    ["On the command line", setting.flag],
    ["Since version", setting.since],
  ];
  return el(
    "details",
    {},
    el("summary", {}, "More", el("span", { class: "unseen" }, ` about ${setting.name}`)),
    el("dl", {}, facts.filter(([, text]) => text).flatMap(([name, text]) => [el("dt", {}, name), el("dd", {}, text)])),
  );
}
