// Halt and resume of everything, a player or a coordinator, after a confirmation.

import { capital, command, el, fill, show, setText } from "../base/dom.js";
import { Failure, send } from "../base/wire.js";
import { button, choices, failureNotice, openSheet } from "./sheet.js";

export class Halting {
  constructor(opener, dialog, page) {
    this.opener = opener;
    this.dialog = dialog;
    this.page = page;
    opener.addEventListener("click", () => this.ask());
  }

  paint(known) {
    const halts = this.halts(known);
    show(this.opener, Boolean(known.player && known.daemon?.reachable));
    setText(this.opener, halts.length ? "Resume…" : "Halt…");
    this.opener.dataset.is = halts.length ? "halted" : "";
  }

  // What is halted at present, each as the scope that resumes it.
  halts({ daemon, player }) {
    const held = ((daemon && daemon.conditions) || []).filter((each) => each.kind === "halted");
    return held.map((each) => scopeOf(each, player));
  }

  ask() {
    const halts = this.halts(this.page.known);
    if (halts.length) this.confirm("Resume?", false, halts, ["What was halted continues at once: ships buy, sell and fly again."], "Resume");
    else {
      const consequence = "Nothing that changes the game is sent until somebody resumes. Ships in flight continue; reading from the game continues. A halt outlasts restarts.";
      this.confirm("Halt?", true, this.scopes(this.page.known), [consequence], "Halt");
    }
  }

  scopes({ player, chosen }) {
    const found = [{ words: "everything", wanted: {}, flags: "" }];
    if (player) found.push({ words: `player ${player.player_id}, ${player.agent}`, wanted: { player_id: player.player_id }, flags: ` --player-id ${player.player_id}` });
    if (chosen) found.push({ words: `coordinator ${chosen.container_id}`, wanted: { container_id: chosen.container_id }, flags: ` --container ${chosen.container_id}` });
    return found;
  }

  confirm(title, halted, scopes, lines, word) {
    let scope = scopes[0];
    const same = el("div", {});
    const retell = () => fill(same, el("h3", {}, "The same as a command"), command(`spacetraders ${halted ? "halt" : "resume"}${scope.flags}`));
    const radios = scopes.map((each, at) => {
      const input = el("input", { type: "radio", name: "scope", checked: at === 0 });
      input.addEventListener("change", () => {
        scope = each;
        retell();
      });
      return el("label", { class: "choice" }, input, capital(each.words));
    });
    retell();
    const act = button(word, halted ? "danger" : "primary", () => this.act({ halted, ...scope.wanted }, scope, act));
    const back = button("Back", "", () => this.dialog.close());
    openSheet(this.dialog, title, lines.map((line) => el("p", {}, line)), el("fieldset", { class: "scopes" }, el("legend", {}, "What"), radios), same, choices(back, act));
  }

  async act(wanted, scope, pressed) {
    pressed.disabled = true;
    setText(pressed, wanted.halted ? "Halting…" : "Resuming…");
    try {
      const answer = await send("/api/halt", wanted);
      this.setText(wanted.halted, scope, answer);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      openSheet(this.dialog, "Not done", failureNotice(failure), choices(button("Close", "primary", () => this.dialog.close())));
    }
  }

  setText(halted, scope, answer) {
    const under = answer.calls_under_way;
    const sure = under ? `${under} calls were under way and are not answered yet: halt again to be sure.` : "Nothing is under way: nothing that changes the game is sent from now on.";
    const still = answer.still_halted.length ? `Still halted: ${answer.still_halted.join(", ")}.` : "Nothing is halted any more.";
    openSheet(
      this.dialog,
      `${halted ? "Halted" : "Resumed"}: ${scope.words}`,
      el("p", { class: "notice", "data-is": halted && under ? "warn" : "good" }, halted ? sure : still),
      choices(button("Close", "primary", () => this.dialog.close())),
    );
  }
}

function scopeOf({ subject, player_id: number }, player) {
  if (!subject) return { words: "everything", wanted: {}, flags: "" };
  if (!number) return { words: `container ${subject}`, wanted: { container_id: subject }, flags: ` --container ${subject}` };
  const agent = player && player.player_id === number ? `, ${player.agent}` : "";
  return { words: `player ${number}${agent}`, wanted: { player_id: number }, flags: ` --player-id ${number}` };
}
