// Open alerts and muted rules, with buttons that acknowledge an alert and mute or unmute a rule.

import { capital, command, el, empty, fill, repaint, show, setText } from "../base/dom.js";
import { plural } from "../base/numbers.js";
import { moment } from "../base/time.js";
import { Failure, send } from "../base/wire.js";
import { button, choices, failureNotice, openSheet } from "../shell/sheet.js";

const HOUR = 3600;
const SPANS = [1, 8, 24];

export class Alerts {
  constructor(page) {
    this.page = page;
    this.count = el("p", { class: "meta", role: "status" });
    this.muteAll = button("Mute all…", "small", () => this.mute(""));
    this.acknowledgeAll = button("Acknowledge all", "small", () => this.act("/api/acknowledge", { alert_id: 0 }));
    this.muted = el("ul", { class: "incidents" });
    this.list = el("ul", { class: "incidents" });
    this.nothing = empty("No alert is open.");
    this.problem = el("div");
    this.element = el(
      "section",
      { class: "card", id: "alerts", "aria-labelledby": "alerts-title" },
      el("div", { class: "card-head" }, el("h2", { id: "alerts-title", tabindex: "-1" }, "Alerts"), this.count, this.acknowledgeAll, this.muteAll),
      this.problem,
      this.muted,
      el("div", { class: "scroll incident-room", tabindex: "0", role: "region", "aria-label": "Open alerts" }, this.list),
      this.nothing,
    );
  }

  paint({ alerts, muted, has_targets: hasTargets }) {
    setText(this.count, `${plural(alerts.length, "open alert")}`);
    show(this.list.parentElement, alerts.length > 0);
    show(this.acknowledgeAll, alerts.some((each) => !each.acked_at));
    show(this.muteAll, hasTargets);
    show(this.nothing, !alerts.length);
    setText(this.nothing.firstChild, hasTargets ? "No alert is open." : "Rules are evaluated once there is a target: spacetraders alerts target add NAME --url-file FILE");
    repaint(this.list, alerts, () => alerts.map((each) => this.item(each)));
    repaint(this.muted, muted, () => muted.map((each) => this.mutedItem(each)));
  }

  item(alert) {
    const { alert_id: id, kind, text, next_step: next, is_urgent: isUrgent, opened_at: opened, told_at: sent, acked_at: acked, acked_by: by } = alert;
    const facts = [`open since ${moment(opened)}`, sent ? `sent ${moment(sent)}` : "not sent", acked ? `acknowledged by ${by}` : ""];
    const buttons = [
      acked ? null : button("Acknowledge", "small", () => this.act("/api/acknowledge", { alert_id: id })),
      button(`Mute ${kind}…`, "small", () => this.mute(kind)),
    ];
    return el(
      "li",
      { class: "incident" },
      el("span", { class: "tag", "data-is": isUrgent ? "REJECTED" : "PENDING" }, capital(kind.replaceAll("-", " "))),
      el("div", {}, el("p", {}, text), el("p", { class: "meta" }, facts.filter(Boolean).join(" · ")), next.startsWith("spacetraders ") ? command(next) : el("p", { class: "meta" }, next), el("div", { class: "alert-choices" }, buttons)),
    );
  }

  mutedItem({ kind, muted_until: until }) {
    const end = button("End the mute", "small", () => this.act("/api/mute", { kind, seconds: 0 }));
    return el("li", { class: "incident" }, el("span", { class: "tag" }, "Muted"), el("div", { class: "alert-choices" }, el("p", {}, `${kind} until ${moment(until)}`), end));
  }

  // Asks for how long; an empty kind is every rule.
  mute(kind) {
    const dialog = document.getElementById("sheet");
    let hours = SPANS[0];
    const same = el("div", {});
    const paintCommand = () => fill(same, el("h3", {}, "The same as a command"), command(`spacetraders alerts mute${kind ? ` ${kind}` : ""} --for ${hours}h`));
    const radios = SPANS.map((each, at) => {
      const input = el("input", { type: "radio", name: "mute-hours", checked: at === 0 });
      input.addEventListener("change", () => {
        hours = each;
        paintCommand();
      });
      return el("label", { class: "choice" }, input, `${each} h`);
    });
    paintCommand();
    const act = button("Mute", "primary", async () => {
      dialog.close();
      await this.act("/api/mute", { kind, seconds: hours * HOUR });
    });
    const consequence = "No notification is sent meanwhile. Alerts that are still open afterwards are sent then.";
    openSheet(dialog, kind ? `Mute ${kind}?` : "Mute all rules?", el("p", {}, consequence), el("fieldset", { class: "scopes" }, el("legend", {}, "For how long"), radios), same, choices(button("Back", "", () => dialog.close()), act));
  }

  async act(path, wanted) {
    try {
      await send(path, { player_id: this.page.known.player.player_id, ...wanted });
      fill(this.problem);
      document.getElementById("alerts-title").focus({ preventScroll: true });
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      fill(this.problem, failureNotice(failure));
    }
  }
}
