// The view of settings: the form of one layer (a coordinator, its player's defaults or a preset), and of a coordinator
// its preset and its history. Edits of what was left are kept, and are there again when one comes back.

import { show, setText } from "../base/dom.js";
import { AppliedPreset } from "./applied_preset.js";
import { Form } from "./form.js";
import { History } from "./history.js";
import { LayerBar } from "./layer_bar.js";
import { LAYERS, defaultSettings, editsOf, freshPreset, presetSettings, valuesOf } from "./layers.js";
import { paintSummary } from "./summary.js";

const find = (id) => document.getElementById(id);
const PAINTS = ["schema", "settings", "chosen", "player", "layers"];

export class SettingsView {
  constructor(page) {
    this.page = page;
    this.place = find("settings-view");
    this.layer = "container";
    this.preset = "";
    this.fresh = [];
    this.draftsOf = new Map();
    this.descriptions = new Map();
    this.form = new Form(find("settings"), () => this.paintActions());
    this.history = new History(() => this.form.fields, (revision) => page.change({ rollback_to: revision }));
    this.applied = new AppliedPreset(find("preset"), (name) => page.change({ preset: name }));
    this.bar = new LayerBar(find("layers"), {
      turn: (layer, preset) => this.turn(layer, preset),
      begin: (name, source) => this.begin(name, source),
      remove: (name) => this.remove(name),
      described: (text) => this.describe(text),
    });
    find("settings").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.edits()) this.preview();
    });
    find("discard").addEventListener("click", () => {
      this.descriptions.delete(this.preset);
      this.form.discard();
      this.paint();
      find("settings").querySelector("input, select, textarea")?.focus({ preventScroll: true });
    });
  }

  asks() {
    return {};
  }

  receive(name, known) {
    if (name === "schema" && this.shownKey) this.form.build(known.schema, new Map());
    paintSummary(find("summary"), known);
    if (name === "layers") this.fresh = this.fresh.filter((each) => !known.layers.presets.some(({ name }) => name === each.name));
    if (PAINTS.includes(name)) this.paint();
  }

  enter() {
    const { searchParams } = new URL(location.href);
    const layer = searchParams.get("layer");
    this.turn(layer in LAYERS ? layer : "container", searchParams.get("preset") || "");
    const named = location.hash && document.getElementById(location.hash.slice(1));
    if (named) named.focus();
  }

  leave() {
    this.paintActions();
  }

  turn(layer, preset) {
    this.layer = layer;
    this.preset = preset;
    this.paint();
  }

  // What is edited: a key of its own, and what the form shows of it as soon as that is known.
  subject() {
    const { schema, layers, chosen, settings } = this.page.known;
    const isKnown = schema && layers;
    switch (this.layer) {
      case "player":
        return { key: `defaults of ${layers?.player_id}`, settings: isKnown && defaultSettings(schema, layers) };
      case "preset": {
        const preset = this.shownPreset();
        return { key: `preset ${preset?.name} of ${layers?.player_id}`, settings: isKnown && preset && presetSettings(schema, layers, preset), isFixed: preset?.built_in };
      }
      default:
        return { key: chosen?.container_id, settings: schema && chosen && settings };
    }
  }

  presets() {
    return [...(this.page.known.layers?.presets || []), ...this.fresh];
  }

  // The preset that is asked for; else the last one, which is the player's own if there is any.
  shownPreset() {
    const presets = this.presets();
    return presets.find((each) => each.name === this.preset) || presets.at(-1);
  }

  paint() {
    const { known } = this.page;
    const isContainer = this.layer === "container";
    const preset = this.layer === "preset" ? this.shownPreset() : null;
    if (preset) this.preset = preset.name;
    show(find("layers"), Boolean(known.player));
    this.bar.paint({ layer: this.layer, layers: known.layers, player: known.player, preset, presets: this.presets(), description: this.description() });
    const { key, settings, isFixed } = this.subject();
    show(find("summary"), isContainer);
    show(find("preset"), isContainer && Boolean(settings && known.layers));
    if (!settings) {
      this.leaveSubject();
      return;
    }
    if (key !== this.shownKey) {
      this.leaveSubject();
      this.shownKey = key;
      this.form.build(known.schema, this.draftsOf.get(key) || new Map());
    }
    this.form.update(settings, this.layer, isFixed);
    if (isContainer) {
      this.history.update(known.chosen, known.settings.revision);
      this.applied.update(known.settings, known.layers?.presets || []);
    }
    this.keepAddress();
  }

  // Makes room for another coordinator or layer.
  leaveSubject() {
    if (this.shownKey) this.draftsOf.set(this.shownKey, this.form.leave());
    this.shownKey = "";
    this.history.leave();
  }

  keepAddress() {
    if (this.place.hidden) return;
    const address = new URL(location.href);
    for (const [name, value] of [["layer", this.layer === "container" ? "" : this.layer], ["preset", this.layer === "preset" ? this.preset : ""]]) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    if (address.href !== location.href) window.history.replaceState(null, "", address);
  }

  begin(name, source) {
    const { schema, layers, settings } = this.page.known;
    const [kind, ...words] = source.split(" ");
    const from = kind === "preset" ? layers.presets.find((each) => each.name === words.join(" ")) : null;
    const values = from ? from.values : kind === "container" && settings ? valuesOf(settings) : {};
    const preset = freshPreset(name, from?.description || "");
    this.fresh.push(preset);
    if (preset.description) this.descriptions.set(name, preset.description);
    this.draftsOf.set(`preset ${name} of ${layers.player_id}`, editsOf(values, presetSettings(schema, layers, preset)));
    this.turn("preset", name);
    find("settings").querySelector("input, select, textarea")?.focus({ preventScroll: true });
  }

  remove(name) {
    if (!this.fresh.some((each) => each.name === name)) this.page.change({ layer: "preset deletion", name });
    else {
      this.form.discard();
      this.leaveSubject();
      this.descriptions.delete(name);
      this.fresh = this.fresh.filter((each) => each.name !== name);
      this.turn("preset", "");
    }
  }

  describe(text) {
    if (text === this.shownPreset().description && !this.shownPreset().isFresh) this.descriptions.delete(this.preset);
    else this.descriptions.set(this.preset, text);
    this.paintActions();
  }

  description() {
    return this.descriptions.get(this.preset) ?? this.shownPreset()?.description ?? "";
  }

  preview() {
    this.form.calm();
    this.page.change(this.change(), { isOfTheForm: true });
  }

  change() {
    if (this.layer === "container") return this.form.change();
    if (this.layer === "player") return { layer: "defaults", ...this.form.change() };
    return { layer: "preset", name: this.preset, set: this.form.whole(), ...(this.isDescribed() ? { description: this.description() } : {}) };
  }

  isDescribed() {
    return this.layer === "preset" && this.descriptions.has(this.preset);
  }

  refused(failure) {
    const homeless = this.form.complain(failure.fields);
    const words = this.layer === "container" ? "" : failure.message;
    setText(find("changed"), `Refused: ${homeless.join("; ") || words || "see the marked settings"}`);
  }

  done(answer, { isOfTheForm, layer }) {
    if (isOfTheForm) {
      this.descriptions.delete(this.preset);
      this.form.settle();
    }
    this.form.warn(answer.warnings);
    if (layer !== "container") this.page.follow(); // no watch reports a layer: it is read again
  }

  edits() {
    return this.form.drafts().size + (this.isDescribed() ? 1 : 0);
  }

  // Whether there are edits in what is shown, or in what was left.
  hasEdits() {
    return this.edits() > 0 || [...this.draftsOf].some(([key, drafts]) => key !== this.shownKey && drafts.size > 0);
  }

  paintActions() {
    const count = this.edits();
    show(find("actions"), count > 0 && !this.place.hidden);
    if (count) setText(find("changed"), `${count} ${count === 1 ? "setting" : "settings"} changed, not applied yet`);
  }
}
