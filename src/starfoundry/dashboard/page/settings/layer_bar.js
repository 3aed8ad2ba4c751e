// Whose settings are shown: a coordinator's, its player's defaults, or a preset; and what belongs to a preset as a whole.

import { el, fill, show, setText } from "../base/dom.js";
import { plural } from "../base/numbers.js";
import { moment } from "../base/time.js";
import { button, choices, openSheet } from "../shell/sheet.js";
import { LAYERS } from "./layers.js";

const NAME_LENGTH_MAX = 64;
const DESCRIPTION_LENGTH_MAX = 300;

export class LayerBar {
  // `turn(layer, preset)` shows another, `begin(name, source)` makes a new preset, `remove(name)` deletes one.
  constructor(place, { turn, begin, remove, described }) {
    this.place = place;
    this.begin = begin;
    this.radios = Object.entries(LAYERS).map(([value, words]) => {
      const input = el("input", { type: "radio", name: "layer", value, onchange: () => turn(value, "") });
      return { input, label: el("label", {}, input, el("span", {}, words)) };
    });
    this.select = el("select", { onchange: () => turn("preset", this.select.value) });
    this.remove = button("Delete…", "", () => remove(this.select.value));
    this.description = el("input", { type: "text", maxlength: DESCRIPTION_LENGTH_MAX, placeholder: "none", oninput: () => described(this.description.value) });
    this.about = el("p", { class: "meta" });
    this.unused = el("ul", { class: "warning" });
    this.presetRow = el(
      "div",
      { class: "preset-row" },
      el("label", {}, "Preset", this.select),
      el("label", { class: "grow" }, "What for", this.description),
      el("div", { class: "preset-buttons" }, button("New…", "", () => this.ask()), this.remove),
    );
    fill(place, el("fieldset", { class: "segments" }, el("legend", { class: "unseen" }, "Settings of"), this.radios.map((each) => each.label)), this.presetRow, this.about, this.unused);
  }

  // `preset` is the one that is shown, with `description` as it is edited.
  paint({ layer, layers, player, preset, presets, description }) {
    this.presets = presets;
    for (const { input } of this.radios) input.checked = input.value === layer;
    show(this.presetRow, layer === "preset");
    show(this.about, layer !== "container");
    const held = layer === "player" ? layers?.quarantine : layer === "preset" ? preset?.quarantine : [];
    fill(this.unused, (held || []).map((each) => el("li", {}, `Not used: ${each.key} = ${JSON.stringify(each.value)}. ${each.problem}`)));
    if (layer === "player" && layers) setText(this.about, defaultsWords(layers.defaults.length, player));
    if (layer === "preset" && preset) this.paintPreset(preset, description);
  }

  paintPreset(preset, description) {
    const options = this.presets.map((each) => [each.name, each.built_in ? `${each.name} (built-in)` : each.isFresh ? `${each.name} (not saved yet)` : each.name]);
    const wanted = JSON.stringify(options);
    if (this.select.dataset.shows !== wanted) {
      this.select.dataset.shows = wanted;
      fill(this.select, options.map(([value, words]) => el("option", { value }, words)));
    }
    this.select.value = preset.name;
    if (this.description.value !== description) this.description.value = description;
    this.description.disabled = preset.built_in;
    show(this.remove, !preset.built_in);
    setText(this.remove, preset.isFresh ? "Discard" : "Delete…");
    setText(this.about, presetWords(preset));
  }

  // What a new preset is called, and what it begins with.
  ask() {
    const dialog = document.getElementById("sheet");
    const name = el("input", { type: "text", maxlength: NAME_LENGTH_MAX, autocomplete: "off", spellcheck: "false", "aria-describedby": "preset-problem" });
    const problem = el("p", { class: "problem", id: "preset-problem", role: "alert" });
    const source = el("select", {}, el("option", { value: "" }, "no value"), el("option", { value: "container" }, "what is set on the coordinator"), this.presets.filter((each) => !each.isFresh).map((each) => el("option", { value: `preset ${each.name}` }, `what ${each.name} sets`)));
    const go = button("Begin", "primary", () => {
      const wanted = name.value.trim();
      const taken = this.presets.some((each) => each.name === wanted);
      setText(problem, !wanted ? "Give it a name." : taken ? `There is a preset ${wanted} already.` : "");
      if (problem.textContent) {
        name.setAttribute("aria-invalid", "true");
        name.focus();
        return;
      }
      dialog.close();
      this.begin(wanted, source.value);
    });
    name.addEventListener("keydown", (event) => {
      if (event.key === "Enter") go.click();
    });
    openSheet(dialog, "New preset", el("label", {}, "Name", name, problem), el("label", {}, "It begins with", source), el("p", { class: "meta" }, "Nothing is stored before you preview and apply it."), choices(button("Back", "", () => dialog.close()), go));
    name.focus();
  }
}

function defaultsWords(count, player) {
  const set = count ? `${plural(count, "setting")} set` : "None is set";
  return `What holds for the coordinators of ${player?.agent || "the player"} that have neither a value of their own nor a preset's. ${set}.`;
}

function presetWords(preset) {
  if (preset.isFresh) return "Not saved yet: set at least one value, then preview and apply.";
  const by = preset.built_in ? "Comes with the program and cannot be changed: begin a new one with what it sets." : `Saved by ${[preset.author, moment(preset.at)].filter(Boolean).join(" · ")}.`;
  const where = preset.containers.length ? `Applied to ${preset.containers.join(", ")}.` : "Applied nowhere.";
  return `${plural(Object.keys(preset.values).length, "setting")}. ${where} ${by}`;
}
