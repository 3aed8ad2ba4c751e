// The form of all settings, as the daemon describes them, and the edits in it.

import { el, fill, show, setText } from "../base/dom.js";
import { Field } from "./field.js";

export class Form {
  constructor(place, edited) {
    this.place = place;
    this.edited = edited;
    this.fields = new Map();
  }

  // Builds the fields: at the beginning, and again if a daemon with other settings appears. Edits are kept.
  build(schema, drafts) {
    if (this.shows === JSON.stringify(schema)) return;
    this.shows = JSON.stringify(schema);
    drafts = new Map([...drafts, ...this.drafts()]);
    this.fields = new Map(schema.map((setting) => [setting.name, new Field(setting, this.edited)]));
    const sections = new Map();
    for (const field of this.fields.values()) {
      const name = field.setting.section;
      sections.set(name, [...(sections.get(name) || []), field.element]);
    }
    fill(
      this.place,
      [...sections].map(([name, elements], number) =>
        el("section", { class: "card", "aria-labelledby": `section-${number}` }, el("h2", { id: `section-${number}` }, name), elements),
      ),
    );
    for (const [name, draft] of drafts) this.fields.get(name)?.resume(draft);
  }

  // `answer` is the daemon's answer about one coordinator, or the same of a layer below; `layer` is the one that is edited.
  update(answer, layer, isFixed = false) {
    const states = byName(answer.settings);
    for (const origin of answer.provenance) {
      const field = this.fields.get(origin.name);
      if (!field) continue;
      const running = answer.running ? answer.running[origin.name] : undefined;
      field.update({ value: origin.value, origin, state: states[origin.name] || { state: "", detail: "" }, running, layer, isFixed });
    }
    show(this.place, true);
    this.edited();
  }

  drafts() {
    return new Map([...this.fields.values()].filter((field) => field.draft).map((field) => [field.name, field.draft]));
  }

  // Puts every input back to what is stored.
  discard() {
    for (const field of this.fields.values()) if (field.draft) field.change(null);
  }

  // The edits were applied.
  settle() {
    for (const field of this.fields.values()) if (field.draft) field.settle();
    this.edited();
  }

  // Makes room for another coordinator; the edits of this one.
  leave() {
    const drafts = this.drafts();
    this.fields = new Map();
    this.shows = "";
    show(this.place, false);
    this.edited();
    return drafts;
  }

  // The edits as a change.
  change() {
    const edits = [...this.fields.values()].filter((field) => field.draft);
    const named = (how) => edits.filter((field) => field.draft.how === how);
    return {
      set: Object.fromEntries(named("set").map((field) => [field.name, field.typed()])),
      unset: named("unset").map((field) => field.name),
      pin: named("pin").map((field) => field.name),
    };
  }

  // Every value that the layer has once the edits are applied.
  whole() {
    const kept = [...this.fields.values()].filter((field) => (field.draft ? field.draft.how !== "unset" : field.isOwn()));
    return Object.fromEntries(kept.map((field) => [field.name, field.typed()]));
  }

  // Shows beside each field what is wrong with it; what belongs to none is returned.
  complain(problems) {
    this.calm();
    const homeless = [];
    for (const problem of problems) {
      const field = this.fields.get(problem.name) || this.fields.get(problem.name.split(".")[0]);
      if (!field) homeless.push(`${problem.name} must be ${problem.allowed}`);
      else field.complain([field.problem.textContent, sentence(problem, field)].filter(Boolean).join(" "), "");
    }
    const first = [...this.fields.values()].find((field) => field.problem.textContent);
    if (first) first.control.input.focus();
    return homeless;
  }

  // The same for warnings, which begin with the setting's name.
  warn(warnings) {
    for (const warning of warnings) {
      const [name, ...words] = warning.split(": ");
      const field = this.fields.get(name);
      if (field) setText(field.warning, `Careful: ${words.join(": ")}`);
    }
  }

  calm() {
    for (const field of this.fields.values()) field.complain("", "");
  }
}

export function byName(listed) {
  return Object.fromEntries(listed.map((each) => [each.name, each]));
}

function sentence(problem, field) {
  const what = problem.name === field.name ? "Must be" : `${problem.name} must be`;
  return `${what} ${problem.allowed}${problem.given ? `; was ${problem.given}` : ""}.`;
}
