// A dialog of the page: a title, which a screen reader reads first, content, and choices.

import { el, fill } from "../base/dom.js";

export function openSheet(dialog, title, ...content) {
  const heading = el("h2", { id: "sheet-title", tabindex: "-1" }, title);
  fill(dialog, el("div", { class: "sheet" }, heading, ...content));
  if (!dialog.open) dialog.showModal();
  heading.focus();
}

export function choices(...buttons) {
  return el("div", { class: "choices" }, ...buttons);
}

export function button(text, kind, act) {
  return el("button", { type: "button", class: kind, onclick: act }, text);
}

export function failureNotice(failure) {
  return el("div", { class: "notice", "data-is": "bad", role: "alert" }, el("strong", {}, failure.message), failure.nextStep);
}
