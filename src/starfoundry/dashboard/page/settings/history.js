// The history below the form: newest first, each revision with a way back to it.

import { el, fill, show } from "../base/dom.js";
import { moment } from "../base/time.js";
import { diffOf } from "./review.js";
import { Failure, ask } from "../base/wire.js";
import { failureNotice } from "../shell/sheet.js";

export class History {
  constructor(fields, rollBack) {
    this.section = document.getElementById("history");
    this.list = document.getElementById("revisions");
    this.older = document.getElementById("older");
    this.fields = fields;
    this.rollBack = rollBack;
    this.revisions = [];
    this.hasMore = false;
    this.problem = el("div");
    this.older.after(this.problem);
    this.older.addEventListener("click", () => this.more());
  }

  // The first page, where something has changed since it was fetched; older pages that were turned to stay.
  async update(which, revision) {
    const known = `${which.container_id} ${revision}`;
    if (known === this.known) return;
    if (which.container_id !== this.which?.container_id) this.revisions = [];
    this.known = known;
    this.which = { container_id: which.container_id, player_id: which.player_id };
    this.newest = revision;
    try {
      const page = await ask("/api/history", this.which);
      if (known !== this.known) return;
      const older = this.olderThan(page.revisions.at(-1)?.revision || 0);
      this.draw([...page.revisions, ...older], older.length ? this.hasMore : page.has_more);
      show(this.section, true);
    } catch {
      this.known = null; // fetched again with the next event
    }
  }

  // What is known of the revisions before this one; nothing if some between are not.
  olderThan(revision) {
    return this.revisions[0]?.revision >= revision - 1 ? this.revisions.filter((each) => each.revision < revision) : [];
  }

  leave() {
    this.known = null;
    show(this.section, false);
  }

  async more() {
    const before = this.revisions.at(-1)?.revision;
    const which = this.which;
    try {
      const page = await ask("/api/history", { ...which, before });
      const isSame = which.container_id === this.which.container_id && before === this.revisions.at(-1)?.revision;
      if (isSame) this.draw([...this.revisions, ...page.revisions], page.has_more);
      fill(this.problem);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      fill(this.problem, failureNotice(failure));
    }
  }

  draw(revisions, hasMore) {
    this.revisions = revisions;
    this.hasMore = hasMore;
    fill(this.list, this.rows(revisions));
    show(this.older, hasMore);
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
