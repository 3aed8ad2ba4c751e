// A change from preview to answer, in one dialog: what would change, what it would do now, the command that does the
// same; then what came of it, and the way back. Where somebody else was faster it says who, and previews it again.

import { capital, command, el, fill } from "../base/dom.js";
import { Failure, send } from "../base/wire.js";
import { asWords } from "../base/values.js";
import { Forecast, proposalsOf } from "./forecast.js";
import { wayBack } from "./way_back.js";

const ENDINGS = {
  APPLIED: "In force",
  PENDING: "Stored, not in force yet",
  NEXT_START: "Stored for the next start",
  REJECTED: "Refused by the coordinator",
  UNCHANGED: "Nothing changed",
  SAVED: "Saved",
  DELETED: "Deleted",
};

export class Review {
  // `fields()` are those of the form; the others are shown by the page.
  constructor(dialog, { fields, previewed, refused, done }) {
    this.dialog = dialog;
    this.fields = fields;
    this.previewed = previewed;
    this.refused = refused;
    this.done = done;
    dialog.addEventListener("close", () => this.forecast?.stop());
  }

  // `change` has its layer and whose it is; `isOfTheForm` says that it is the edits of the form.
  async preview(change, { isOfTheForm = false } = {}) {
    const { expected_revision, plan, ...wanted } = change; // not what an earlier preview bound it to
    this.change = { ...wanted, request_id: crypto.randomUUID() };
    this.isOfTheForm = isOfTheForm;
    try {
      const answer = await send("/api/preview", this.change);
      Object.assign(this.change, answer.terms);
      this.previewed(answer);
      this.showPreview(answer);
    } catch (failure) {
      this.fail(failure);
    }
  }

  showPreview(answer) {
    const nothing = this.change.layer === "container" ? answer.changes.length === 0 && answer.revision === answer.previous_revision : answer.state === "UNCHANGED";
    const verb = this.change.layer === "preset deletion" ? "Delete" : "Apply";
    const reason = el("input", { id: "reason", type: "text", maxlength: 500, value: this.change.reason || "", placeholder: "kept with the change" });
    const same = el("div", {}, command(answer.command));
    reason.addEventListener("change", () => this.retell(reason.value.trim(), same));
    const apply = this.button(verb, "primary", () => this.apply(reason.value.trim(), apply));
    reason.addEventListener("keydown", (event) => {
      if (event.key === "Enter") apply.click();
    });
    const noteless = nothing ? null : el("label", { for: "reason" }, "Why (optional)", reason);
    const isRefused = answer.state === "REJECTED";
    const proposals = isRefused ? [] : proposalsOf(this.change, answer);
    const { player_id, agent } = this.change;
    const forecast = proposals.length ? new Forecast(proposals, { player_id, agent }) : null;
    this.open(
      nothing ? "Nothing would change" : `Preview: ${this.what(answer)}`,
      isRefused ? el("p", { class: "notice", "data-is": "bad", role: "alert" }, capital(answer.message)) : null,
      this.changeList(answer),
      this.hiddenList(answer),
      this.reachedList(answer),
      isRefused || this.change.layer !== "container" ? null : listOf("At once", answer.effects, nothing ? "" : "Nothing turns at once."),
      warningsOf(answer.warnings),
      forecast?.element,
      noteless,
      nothing ? null : el("div", {}, sameTitle(), same),
      this.choices(this.button("Back", "", () => this.dialog.close()), nothing ? null : apply),
    );
    this.forecast = forecast;
  }

  // The command again, with the reason that was typed.
  async retell(reason, place) {
    try {
      const answer = await send("/api/preview", { ...this.change, reason });
      fill(place, command(answer.command));
    } catch {
      // An error is shown when it is applied.
    }
  }

  async apply(reason, button) {
    this.change.reason = reason;
    button.disabled = true;
    button.textContent = "Applying…";
    try {
      const answer = await send("/api/apply", this.change);
      this.done(answer, { isOfTheForm: this.isOfTheForm, layer: this.change.layer });
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
    const undo = wayBack(this.change, answer);
    const isGood = ["APPLIED", "UNCHANGED", "SAVED", "DELETED"].includes(answer.state);
    this.open(
      ENDINGS[answer.state] || answer.state,
      el("p", { class: "notice", "data-is": isGood ? "good" : "warn" }, capital(answer.message)),
      this.changeList(answer),
      this.reachedList(answer),
      warningsOf(answer.warnings),
      el("div", {}, sameTitle(), command(answer.command)),
      answer.undo ? el("div", {}, el("h3", {}, "To undo it"), command(answer.undo)) : null,
      this.choices(undo ? this.button("Undo…", "", () => this.preview(undo)) : null, this.button("Close", "primary", () => this.dialog.close())),
    );
  }

  fail(failure, button) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.code === "ABORTED") this.showConflict(failure);
    else if (failure.code === "INVALID_ARGUMENT" && failure.fields.length && this.isOfTheForm) {
      this.dialog.close();
      this.refused(failure);
    } else this.showFailure(failure, button);
  }

  what(answer) {
    switch (this.change.layer) {
      case "container":
        return `revision ${answer.revision}`;
      case "defaults":
        return "player defaults";
      default:
        return this.change.layer === "preset" ? `preset ${this.change.name}` : `delete preset ${this.change.name}`;
    }
  }

  showConflict(failure) {
    const fields = failure.fields.map((each) => el("li", { class: "change" }, el("b", {}, this.labelOf(each.name)), ` is ${each.allowed}`));
    this.open(
      "Changed by somebody else meanwhile",
      el("p", {}, "Nothing of yours was applied, and none of your edits is lost. Since your preview:"),
      fields.length ? el("ul", {}, fields) : el("p", {}, failure.message),
      this.choices(this.button("Back", "", () => this.dialog.close()), this.button("Review again", "primary", () => this.preview(this.change, { isOfTheForm: this.isOfTheForm }))),
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
    this.forecast?.stop();
    fill(this.dialog, el("div", { class: "sheet" }, el("h2", { id: "review-title", tabindex: "-1" }, title), ...content));
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector("#review-title").focus();
  }

  changeList(answer) {
    const { description } = this.change;
    const described = description === undefined ? null : el("li", { class: "change" }, el("b", {}, "What for"), el("div", { class: "diff" }, el("del", {}, answer.former?.description || "none"), " → ", el("ins", {}, description || "none")));
    return el("ul", {}, described, this.diffs(answer.changes, Object.fromEntries(answer.settings.map((each) => [each.name, each]))));
  }

  diffs(changes, states = {}) {
    return changes.map((each) => el("li", { class: "change" }, el("b", {}, this.labelOf(each.name)), el("div", { class: "diff" }, diffOf(each, this.unitOf(each.name))), whenOf(states[each.name])));
  }

  // The coordinators that a change of a lower layer reaches, and those whose own values hide it.
  reachedList({ reached }) {
    if (this.change.layer !== "defaults" && this.change.layer !== "preset") return null;
    if (!reached.length) return el("p", { class: "meta" }, "No coordinator follows it.");
    const items = reached.map((each) =>
      el(
        "li",
        { class: "change", "data-reached": each.container_id },
        el("b", {}, each.container_id),
        each.changes.length ? [` becomes revision ${each.revision}`, el("ul", {}, this.diffs(each.changes))] : " stays as it is",
        each.shadowed.length ? el("p", { class: "meta" }, `It has its own ${each.shadowed.join(", ")}`) : null,
        each.problem ? el("p", { class: "problem" }, capital(each.problem)) : null,
      ),
    );
    return el("div", {}, el("h3", {}, "Coordinators"), el("ul", {}, items));
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
      el("p", {}, this.button("Clear the values that hide it…", "small", () => this.preview(clear, { isOfTheForm: this.isOfTheForm }))),
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
