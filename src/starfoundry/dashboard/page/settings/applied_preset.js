// The preset that a coordinator applies: named values below its own. To choose one is to preview it.

import { el, fill, setText } from "../base/dom.js";

const NONE = "";

export class AppliedPreset {
  constructor(place, choose) {
    this.place = place;
    this.select = place.querySelector("select");
    this.purpose = place.querySelector("p");
    this.presets = [];
    this.select.addEventListener("change", () => {
      choose(this.select.value);
      this.paint(); // until it is applied, the one that is applied is shown
    });
  }

  update(settings, presets) {
    this.applied = settings.preset || NONE;
    this.presets = presets;
    const wanted = JSON.stringify(presets.map((each) => each.name));
    if (this.select.dataset.shows !== wanted) {
      this.select.dataset.shows = wanted;
      const none = el("option", { value: NONE }, "none");
      fill(this.select, none, presets.map((each) => el("option", { value: each.name }, each.name)));
    }
    this.paint();
  }

  paint() {
    this.select.value = this.applied;
    setText(this.purpose, this.presets.find((each) => each.name === this.applied)?.description || "");
  }
}
