// The view of settings: the form, the preset and the history of one coordinator. Edits of coordinators that were left
// are kept, and are there again when one comes back.

import { show, tell } from "../base/dom.js";
import { Form } from "./form.js";
import { History } from "./history.js";
import { Presets } from "./presets.js";
import { paintSummary } from "./summary.js";

const find = (id) => document.getElementById(id);

export class SettingsView {
  constructor(page) {
    this.page = page;
    this.place = find("settings-view");
    this.draftsOf = new Map();
    this.form = new Form(find("settings"), () => this.paintActions());
    this.history = new History(() => this.form.fields, (revision) => page.change({ rollback_to: revision }));
    this.presets = new Presets(find("preset"), (name) => page.change({ preset: name }));
    find("settings").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.form.drafts().size) this.preview();
    });
    find("discard").addEventListener("click", () => {
      this.form.discard();
      find("settings").querySelector("input, select, textarea")?.focus({ preventScroll: true });
    });
  }

  asks() {
    return {};
  }

  hear(name, known) {
    if (name === "schema") this.form.build(known.schema, this.draftsOf.get(known.chosen?.container_id) || new Map());
    paintSummary(find("summary"), known);
    if (known.settings && known.chosen && this.form.fields.size && ["schema", "settings", "chosen"].includes(name)) {
      this.form.update(known.settings);
      this.history.update(known.chosen, known.settings.revision);
      this.presets.update(known.chosen, known.settings);
    }
  }

  enter() {
    this.paintActions();
    const named = location.hash && document.getElementById(location.hash.slice(1));
    if (named) named.focus();
  }

  leave() {
    this.paintActions();
  }

  // Makes room for another coordinator.
  leaveCoordinator(containerId) {
    this.draftsOf.set(containerId, this.form.leave());
    this.history.leave();
    this.presets.leave();
  }

  preview() {
    this.form.calm();
    this.page.change(this.form.change());
  }

  refused(failure) {
    const homeless = this.form.complain(failure.fields);
    tell(find("changed"), `Refused: ${homeless.join("; ") || "see the marked settings"}`);
  }

  done(answer, isOfTheForm) {
    if (isOfTheForm) this.form.settle();
    this.form.warn(answer.warnings);
  }

  paintActions() {
    const count = this.form.drafts().size;
    show(find("actions"), count > 0 && !this.place.hidden);
    if (count) tell(find("changed"), `${count} ${count === 1 ? "setting" : "settings"} changed, not applied yet`);
  }
}
