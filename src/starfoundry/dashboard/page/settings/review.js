// A change from preview to answer, in one dialog: what would change, what it would do now, the command that does the
// same; then what came of it, and the way back. Where somebody else was faster it says who, and shows it anew.

import { capital, command, el, fill } from "../base/dom.js";
import { Failure, send } from "../base/wire.js";
import { asWords } from "../base/values.js";

const ENDINGS = {
  APPLIED: "In force",
  PENDING: "Stored, not in force yet",
  NEXT_START: "Stored for the next start",
  REJECTED: "Refused by the coordinator",
  UNCHANGED: "Nothing changed",
};

export class Review {
  // `fields()` are those of the form; the others are told to the page.
  constructor(dialog, { fields, previewed, refused, done }) {
    this.dialog = dialog;
    this.fields = fields;
    this.previewed = previewed;
    this.refused = refused;
    this.done = done;
  }

  // `change` has the form's edits or `rollback_to`, and whose they are.
  async preview(change) {
    this.change = { ...change, expected_revision: null, request_id: crypto.randomUUID() };
    try {
      const answer = await send("/api/preview", this.change);
      this.change.expected_revision = answer.previous_revision;
      this.previewed(answer);
      this.showPreview(answer);
    } catch (failure) {
      this.fail(failure);
    }
  }

  showPreview(answer) {
    const nothing = answer.changes.length === 0 && answer.revision === answer.previous_revision;
    const reason = el("input", { id: "reason", type: "text", maxlength: 500, value: this.change.reason || "", placeholder: "kept with the revision" });
    const same = el("div", {}, command(answer.command));
    reason.addEventListener("change", () => this.retell(reason.value.trim(), same));
    const apply = this.button("Apply", "primary", () => this.apply(reason.value.trim(), apply));
    reason.addEventListener("keydown", (event) => {
      if (event.key === "Enter") apply.click();
    });
    const noteless = nothing ? null : el("label", { for: "reason" }, "Why (optional)", reason);
    const isRefused = answer.state === "REJECTED";
    this.open(
      nothing ? "Nothing would change" : `Preview: revision ${answer.revision}`,
      isRefused ? el("p", { class: "notice", "data-is": "bad", role: "alert" }, capital(answer.message)) : null,
      this.changeList(answer),
      this.hiddenList(answer),
      isRefused ? null : listOf("At once", answer.effects, nothing ? "" : "Nothing turns at once."),
      warningsOf(answer.warnings),
      noteless,
      nothing ? null : el("div", {}, sameTitle(), same),
      this.choices(this.button("Back", "", () => this.dialog.close()), nothing ? null : apply),
    );
  }

  // The command anew, with the reason that was typed.
  async retell(reason, place) {
    try {
      const answer = await send("/api/preview", { ...this.change, reason });
      fill(place, command(answer.command));
    } catch {
      // Whatever is wrong is told when it is applied.
    }
  }

  async apply(reason, button) {
    this.change.reason = reason;
    button.disabled = true;
    button.textContent = "Applying…";
    try {
      const answer = await send("/api/apply", this.change);
      this.done(answer, this.isOfTheForm());
      this.showAnswer(answer);
    } catch (failure) {
      if (failure.code === "UNREACHED" || failure.code === "UNKNOWN") {
        button.disabled = false;
        button.textContent = "Try again"; // with the same request id: made once, whatever was lost
      }
      this.fail(failure, button);
    }
  }

  showAnswer(answer) {
    const undo = { ...this.change, set: {}, unset: [], pin: [], preset: undefined, clears_hiding: false, rollback_to: answer.previous_revision, reason: "" };
    const isGood = answer.state === "APPLIED" || answer.state === "UNCHANGED";
    this.open(
      ENDINGS[answer.state] || answer.state,
      el("p", { class: "notice", "data-is": isGood ? "good" : "warn" }, capital(answer.message)),
      this.changeList(answer),
      warningsOf(answer.warnings),
      el("div", {}, sameTitle(), command(answer.command)),
      answer.undo ? el("div", {}, el("h3", {}, "To take it back"), command(answer.undo)) : null,
      this.choices(answer.undo ? this.button("Undo…", "", () => this.preview(undo)) : null, this.button("Close", "primary", () => this.dialog.close())),
    );
  }

  fail(failure, button) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.code === "ABORTED") this.showConflict(failure);
    else if (failure.code === "INVALID_ARGUMENT" && failure.fields.length && this.isOfTheForm()) {
      this.dialog.close();
      this.refused(failure);
    } else this.showFailure(failure, button);
  }

  isOfTheForm() {
    return this.change.rollback_to === undefined && this.change.preset === undefined;
  }

  showConflict(failure) {
    const fields = failure.fields.map((each) => el("li", { class: "change" }, el("b", {}, this.labelOf(each.name)), ` is ${each.allowed}`));
    this.open(
      "Changed by somebody else meanwhile",
      el("p", {}, "Nothing of yours was applied, and none of your edits is lost. Since your preview:"),
      fields.length ? el("ul", {}, fields) : el("p", {}, failure.message),
      this.choices(this.button("Back", "", () => this.dialog.close()), this.button("Review anew", "primary", () => this.preview(this.change))),
    );
  }

  showFailure(failure, button) {
    const fields = failure.fields.map((each) => el("li", {}, `${each.name} must be ${each.allowed}`));
    const notice = el("div", { class: "notice", "data-is": "bad", role: "alert" }, el("strong", {}, failure.message), fields.length ? el("ul", {}, fields) : null, failure.nextStep);
    if (button && !button.disabled) {
      this.dialog.querySelector(".notice[role=alert]")?.remove();
      button.closest(".choices").before(notice);
    } else this.open("Not done", notice, this.choices(this.button("Close", "primary", () => this.dialog.close())));
  }

  open(title, ...content) {
    fill(this.dialog, el("div", { class: "sheet" }, el("h2", { id: "review-title", tabindex: "-1" }, title), ...content));
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector("#review-title").focus();
  }

  changeList(answer) {
    const states = Object.fromEntries(answer.settings.map((each) => [each.name, each]));
    return el(
      "ul",
      {},
      answer.changes.map((each) =>
        el("li", { class: "change" }, el("b", {}, this.labelOf(each.name)), el("div", { class: "diff" }, diffOf(each, this.unitOf(each.name))), whenOf(states[each.name])),
      ),
    );
  }

  // Values of a preset that the coordinator's own hide, and what would let them through.
  hiddenList(answer) {
    const hidden = answer.settings.filter((each) => each.state === "SHADOWED");
    if (!hidden.length) return null;
    const clear = { ...this.change, clears_hiding: true };
    return el(
      "div",
      { class: "notice", "data-is": "warn" },
      el("strong", {}, "Hidden, and so without effect"),
      el("ul", {}, hidden.map((each) => el("li", {}, `${this.labelOf(each.name)} ${each.detail}`))),
      el("p", {}, this.button("Clear the values that hide it…", "small", () => this.preview(clear))),
    );
  }

  labelOf(name) {
    const field = this.fields().get(name);
    return field ? `${field.setting.label} (${name})` : name;
  }

  unitOf(name) {
    return this.fields().get(name)?.setting.unit || "";
  }

  choices(...buttons) {
    return el("div", { class: "choices" }, ...buttons);
  }

  button(text, kind, act) {
    return el("button", { type: "button", class: kind, onclick: act }, text);
  }
}

const STAYS = { unset: "follows the layer below, still", own: "explicit override, still", pinned: "pinned at" };

// "3 → 5", or what became of the value's layer where the value stays, or of what could not be used.
export function diffOf(change, unit) {
  const before = asWords(change.before);
  const after = asWords(change.after, unit);
  if (change.how === "discarded") return [el("del", {}, before), " ", el("ins", {}, "discarded")];
  if (before === asWords(change.after)) return [el("ins", {}, `${STAYS[change.how] || STAYS.pinned} ${after}`)];
  return [el("del", {}, before), " → ", el("ins", {}, after)];
}

function whenOf(state) {
  return state && state.detail && state.state !== "REJECTED" ? el("p", { class: "meta" }, `Takes effect ${state.detail}`) : null;
}

function listOf(title, lines, none) {
  if (!lines.length) return none ? el("p", { class: "meta" }, none) : null;
  return el("div", {}, el("h3", {}, title), el("ul", {}, lines.map((line) => el("li", {}, line))));
}

function warningsOf(warnings) {
  if (!warnings.length) return null;
  return el("div", { class: "notice", "data-is": "warn" }, el("strong", {}, "Think of this"), el("ul", {}, warnings.map((line) => el("li", {}, line))));
}

function sameTitle() {
  return el("h3", {}, "The same as a command");
}
