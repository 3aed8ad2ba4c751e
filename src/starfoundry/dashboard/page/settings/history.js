// The history below the form: newest first, each revision with a way back to it.

import { el, fill, show } from "../base/dom.js";
import { moment } from "../base/time.js";
import { diffOf } from "./review.js";
import { ask } from "../base/wire.js";

export class History {
  constructor(fields, rollBack) {
    this.section = document.getElementById("history");
    this.list = document.getElementById("revisions");
    this.older = document.getElementById("older");
    this.fields = fields;
    this.rollBack = rollBack;
    this.older.addEventListener("click", () => this.more());
  }

  // The first page, where something has changed since it was fetched.
  async update(which, revision) {
    const known = `${which.container_id} ${revision}`;
    if (known === this.known) return;
    this.known = known;
    this.which = { container_id: which.container_id, player_id: which.player_id };
    this.newest = revision;
    try {
      const page = await ask("/api/history", this.which);
      if (known !== this.known) return;
      fill(this.list, this.rows(page.revisions));
      this.turned(page);
      show(this.section, true);
    } catch {
      this.known = null; // asked again with the next news
    }
  }

  leave() {
    this.known = null;
    show(this.section, false);
  }

  async more() {
    const page = await ask("/api/history", { ...this.which, before: this.oldest });
    this.list.append(...this.rows(page.revisions));
    this.turned(page);
  }

  turned(page) {
    this.oldest = page.revisions.at(-1)?.revision || 0;
    show(this.older, page.has_more);
  }

  rows(revisions) {
    return revisions.map((each) =>
      el(
        "li",
        { class: "revision", "data-revision": each.revision },
        el("div", {}, el("span", { class: "number" }, `#${each.revision}`), " ", each.tags.map((tag) => el("span", { class: "tag" }, tag))),
        el("div", {}, this.changes(each), el("p", { class: "meta" }, [moment(each.at), each.author, `from ${each.source}`].join(" · ")), this.why(each)),
        each.revision === this.newest ? el("span", { class: "tag", "data-is": "APPLIED" }, "Newest") : this.button(each.revision),
      ),
    );
  }

  changes(each) {
    if (!each.changes.length) return el("p", {}, each.revision === 1 ? "The first settings" : `No value (preset ${each.preset || "none"})`);
    return each.changes.map((change) =>
      el("p", { class: "diff" }, `${this.fields().get(change.name)?.setting.label || change.name} `, el("span", { class: "name" }, change.name), " ", diffOf(change, "")),
    );
  }

  why(each) {
    const words = [each.reason, ...each.notes].filter(Boolean);
    return words.length ? el("p", {}, words.map((text) => el("span", { class: "reason" }, text)).flatMap((one, at) => (at ? [" ", one] : [one]))) : null;
  }

  button(revision) {
    return el("button", { type: "button", class: "small", "aria-label": `Roll back to revision ${revision}`, onclick: () => this.rollBack(revision) }, "Roll back…");
  }
}
