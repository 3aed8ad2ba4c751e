// The preset of the coordinator: named values below its own. To choose one is to preview it.

import { el, fill, show, tell } from "../base/dom.js";
import { ask } from "../base/wire.js";

const NONE = "";

export class Presets {
  constructor(place, choose) {
    this.place = place;
    this.select = place.querySelector("select");
    this.purpose = place.querySelector("p");
    this.known = null;
    this.select.addEventListener("change", () => {
      choose(this.select.value);
      this.paint(); // until it is applied, the one that is applied is shown
    });
  }

  // The presets may be others with every revision.
  async update(which, settings) {
    this.applied = settings.preset || NONE;
    const known = `${which.container_id} ${settings.revision}`;
    if (known === this.known) return;
    this.known = known;
    try {
      this.presets = (await ask("/api/presets", { player_id: which.player_id })).presets;
    } catch {
      this.known = null; // asked again with the next news
      return;
    }
    if (known !== this.known) return;
    const none = el("option", { value: NONE }, "none");
    fill(this.select, none, this.presets.map((each) => el("option", { value: each.name }, each.name)));
    this.paint();
    show(this.place, true);
  }

  leave() {
    this.known = null;
    show(this.place, false);
  }

  paint() {
    this.select.value = this.applied;
    tell(this.purpose, this.presets.find((each) => each.name === this.applied)?.description || "");
  }
}
