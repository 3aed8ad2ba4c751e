// The changes of settings below the chart: who, why and what at a glance; the effect and the way back at a click.

import { el, fill, show, shortName } from "../base/dom.js";
import { rate, signed } from "../base/numbers.js";
import { moment, span } from "../base/time.js";
import { Failure, ask } from "../base/wire.js";
import { diffOf } from "../settings/review.js";
import { button, choices, failureNotice, openSheet } from "../shell/sheet.js";

const NEAR = 24;
const TIP_WIDTH = 320;

export class Marks {
  constructor(page) {
    this.page = page;
    this.list = [];
    this.strip = el("ol", { class: "marks", "aria-label": "Changes of settings" });
    this.tip = el("div", { class: "tip", role: "tooltip", id: "mark-tip", hidden: true });
    this.element = el("div", { class: "marks-room" }, this.strip, this.tip);
  }

  // Puts each mark below its time; those that would lie on each other become one. `left` and `right` bound the plot.
  place(positionOf, left, right) {
    const groups = [];
    for (const each of this.list) {
      const x = positionOf(each.at);
      if (x < left - 1 || x > right + 1) continue;
      const last = groups.at(-1);
      if (last && x - last.x < NEAR) last.marks.push(each);
      else groups.push({ x, marks: [each] });
    }
    const wanted = JSON.stringify(groups.map((each) => [Math.round(each.x), each.marks.map(keyOf)]));
    if (wanted === this.shown) return;
    this.shown = wanted;
    const focused = document.activeElement?.closest(".marks")?.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    fill(this.strip, groups.map((group) => this.mark(group)));
    if (focused) this.strip.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  mark({ x, marks }) {
    const words = marks.length === 1 ? `#${marks[0].revision}` : `${marks.length}`;
    const name = `${words} ${marks.length === 1 ? "change" : "changes"} of settings: ${marks.map(sentence).join("; ")}`;
    const opener = el("button", { type: "button", class: "mark", "data-key": marks.map(keyOf).join(" "), "aria-label": name }, words);
    opener.addEventListener("click", () => this.open(marks));
    for (const name of ["pointerenter", "focus"]) opener.addEventListener(name, () => this.hint(x, marks));
    for (const name of ["pointerleave", "blur"]) opener.addEventListener(name, () => show(this.tip, false));
    const item = el("li", {}, opener);
    item.style.left = `${Math.round(x)}px`;
    return item;
  }

  hint(x, marks) {
    fill(this.tip, marks.slice(-4).map((each) => el("div", { class: "tip-change" }, el("p", { class: "meta" }, `#${each.revision} · ${each.author} · ${moment(each.at)}`), diffs(each), each.reason ? el("p", { class: "reason" }, each.reason) : null)));
    show(this.tip, true);
    const room = this.element.clientWidth;
    this.tip.style.left = `${Math.max(0, Math.min(x - TIP_WIDTH / 2, room - TIP_WIDTH))}px`;
  }

  open(marks) {
    show(this.tip, false);
    const dialog = document.getElementById("sheet");
    const parts = [...marks].reverse().map((each) => this.part(each, dialog));
    const title = marks.length === 1 ? `Revision ${marks[0].revision}` : `${marks.length} changes of settings`;
    openSheet(dialog, title, ...parts, choices(button("Close", "primary", () => dialog.close())));
  }

  part(each, dialog) {
    const effect = el("div", { class: "effect" }, el("p", { class: "meta" }, "Looking at what it did…"));
    this.fetch(each, effect);
    const back = button(`Roll back to before #${each.revision}…`, "small", () => {
      dialog.close();
      this.page.change({ container_id: each.container_id, rollback_to: each.revision - 1 });
    });
    return el(
      "section",
      { class: "change-details" },
      el("p", {}, el("b", {}, `#${each.revision}`), ` by ${each.author}, from ${each.source} · ${moment(each.at)} · ${shortContainer(each.container_id)}`),
      diffs(each),
      each.reason ? el("p", { class: "reason" }, each.reason) : null,
      effect,
      back,
    );
  }

  async fetch(each, place) {
    const { player_id } = this.page.known.player;
    try {
      fill(place, effectOf(await ask("/api/effect", { container_id: each.container_id, player_id, revision: each.revision })));
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      fill(place, failureNotice(failure));
    }
  }
}

function effectOf(effect) {
  const lines = [["While it was in force", earned(effect)]];
  if (effect.before && effect.before.in_force_seconds) lines.push([`Before, under #${effect.before.revision.revision}`, earned(effect.before)]);
  const counts = effect.counts.map((each) => `${each.decisions} × ${each.kind}`).join(", ");
  if (counts) lines.push(["Decisions under it", counts]);
  if (effect.effects.length) lines.push(["At once", effect.effects.join("; ")]);
  return el("dl", { class: "facts" }, lines.flatMap(([name, words]) => [el("dt", {}, name), el("dd", {}, words)]));
}

function earned({ profit, in_force_seconds: seconds }) {
  if (!seconds) return "no decision yet";
  const hourly = rate(profit, seconds / 3600);
  return `${signed(profit)} credits in ${span(seconds)}${hourly === null ? "" : `, ${signed(hourly)} an hour`}`;
}

function diffs(each) {
  return el("ul", { class: "diffs" }, each.changes.map((change) => el("li", { class: "diff" }, el("span", { class: "name" }, change.name), " ", diffOf(change, ""))));
}

function sentence(each) {
  const what = each.changes.map((change) => change.name).join(", ");
  return `revision ${each.revision} by ${each.author}, ${moment(each.at)}, ${what}${each.reason ? `, because ${each.reason}` : ""}`;
}

function keyOf(each) {
  return `${each.container_id}/${each.revision}`;
}

function shortContainer(containerId) {
  return `coordinator ${shortName(containerId)}`;
}
