// Incidents: warnings and errors with their number and times, calls in doubt, and failed containers.

import { capital, el, empty, fill, repaint, show, setText } from "../base/dom.js";
import { plural, whole } from "../base/numbers.js";
import { moment } from "../base/time.js";
import { Failure, ask } from "../base/wire.js";
import { segments } from "../markets/price.js";
import { failureNotice } from "../shell/sheet.js";
import { explain } from "../shell/why.js";

const SPANS = { "24h": "Day", "168h": "Week" };
const AGAIN_MILLISECONDS = 10000;
const GRAVE = ["error", "container-failed", "container-abandoned", "book-difference", "universe-over"];

export class Incidents {
  constructor(page) {
    this.page = page;
    this.since = "24h";
    this.count = el("p", { class: "meta", role: "status" });
    this.problem = el("div");
    this.list = el("ul", { class: "incidents" });
    this.nothing = empty("There was no incident in that time.");
    this.element = el(
      "section",
      { class: "card", id: "incidents", "aria-labelledby": "incidents-title" },
      el("div", { class: "card-head" }, el("h2", { id: "incidents-title" }, "Incidents"), this.count, segments("incidents-span", SPANS, this.since, (since) => {
        this.since = since;
        this.fetch();
      })),
      this.problem,
      el("div", { class: "scroll incident-room", tabindex: "0", role: "region", "aria-label": "Incidents, newest first" }, this.list),
      this.nothing,
    );
  }

  // Something was logged: fetched again, not too often.
  refresh() {
    if (this.page.known.player && performance.now() > (this.asked ?? -AGAIN_MILLISECONDS) + AGAIN_MILLISECONDS) this.fetch();
  }

  async fetch() {
    this.asked = performance.now();
    const { since } = this;
    try {
      const answer = await ask("/api/incidents", { player_id: this.page.known.player.player_id, since });
      if (since !== this.since) return;
      fill(this.problem);
      this.paint(answer);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      fill(this.problem, failureNotice(failure));
    }
  }

  paint({ incidents, incidents_in_all: inAll }) {
    setText(this.count, inAll > incidents.length ? `the newest ${whole(incidents.length)} of ${whole(inAll)}` : plural(inAll, "incident"));
    show(this.list.parentElement, incidents.length > 0);
    show(this.nothing, !incidents.length);
    repaint(this.list, incidents, () => incidents.map((each) => this.item(each)));
  }

  item({ kind, subject, text, times, first_at: first, last_at: last }) {
    const when = times > 1 ? `${whole(times)} times, ${moment(first)} to ${moment(last)}` : moment(last);
    const about = subject ? el("button", { type: "button", class: "link", onclick: () => explain(this.page, subject, subject) }, subject) : null;
    return el("li", { class: "incident" }, el("span", { class: "tag", "data-is": GRAVE.includes(kind) ? "REJECTED" : "PENDING" }, capital(kind.replaceAll("-", " "))), el("div", {}, el("p", {}, text), el("p", { class: "meta" }, when, about ? " · " : "", about)));
  }
}
