// Explanations as in `spacetraders why`: the reason, what is behind it, and what ends it.

import { capital, command, el, fill } from "../base/dom.js";
import { signed } from "../base/numbers.js";
import { Failure, ask } from "../base/wire.js";
import { button, choices, failureNotice, openSheet } from "./sheet.js";

export async function explain(page, subject, title, ...more) {
  const dialog = document.getElementById("sheet");
  const place = el("div", { class: "explanations" }, el("p", { class: "meta" }, "Asking the daemon…"));
  const close = choices(button("Close", "primary", () => dialog.close()));
  openSheet(dialog, title, ...more, place, el("div", {}, el("h3", {}, "The same as a command"), command(`spacetraders why ${subject}`)), close);
  try {
    const answer = await ask("/api/why", { player_id: page.known.player.player_id, subject });
    fill(place, answer.explanations.length ? answer.explanations.map(explanation) : el("p", {}, "There is no explanation."));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    fill(place, failureNotice(failure));
  }
}

function explanation(each) {
  return el(
    "section",
    { class: "explanation" },
    el("h3", {}, `${capital(each.subject.toLowerCase())} ${each.name}`),
    reason(each.reason),
    each.behind.length ? el("div", { class: "behind" }, el("p", { class: "meta" }, "Behind it"), each.behind.map(reason)) : null,
    each.work ? el("p", { class: "meta" }, `Profit of its trades ${signed(each.work.profit)} credits, ${signed(each.work.profit_last_day)} of them in the last 24 h`) : null,
  );
}

function reason({ text, remedy, command: line, setting }) {
  return el(
    "div",
    { class: "reason-details" },
    el("p", {}, capital(text)),
    remedy ? el("p", { class: "meta" }, `What ends it: ${remedy}. `, setting ? el("a", { href: `/settings#setting-${setting.name.split(".")[0]}` }, `Set ${setting.name}`) : null) : null,
    line ? command(line) : null,
  );
}
