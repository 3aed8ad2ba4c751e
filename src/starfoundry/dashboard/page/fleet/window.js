// Moves and magnifies what a window shows: by dragging, by the wheel or two fingers, by buttons and by the keyboard.

import { el } from "../base/dom.js";

const STEP = 60;
const MORE = 1.35;
const SCALE_MAX = 400;

export class Window {
  // `view` is {x, y, scale}; `moved()` is called when it has changed, `home()` gives the first one.
  constructor(place, moved, home) {
    this.place = place;
    this.moved = moved;
    this.home = home;
    this.view = null;
    this.fingers = new Map();
    this.buttons = el(
      "div",
      { class: "map-buttons" },
      this.button("Magnify", "+", () => this.zoom(MORE)),
      this.button("Shrink", "−", () => this.zoom(1 / MORE)),
      this.button("Show every market", "⤢", () => this.reset()),
    );
    place.addEventListener("pointerdown", (event) => this.grab(event));
    place.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) place.addEventListener(name, (event) => this.fingers.delete(event.pointerId));
    place.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    place.addEventListener("keydown", (event) => this.key(event));
  }

  button(name, sign, act) {
    return el("button", { type: "button", class: "small", "aria-label": name, title: name, onclick: act }, el("span", { "aria-hidden": "true" }, sign));
  }

  set(view) {
    this.view = view;
    this.moved();
  }

  reset() {
    this.set(this.home());
  }

  grab(event) {
    if (event.button) return;
    this.fingers.set(event.pointerId, event);
  }

  drag(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before || !this.view) return;
    if (this.fingers.size === 1) this.pan(event.clientX - before.clientX, event.clientY - before.clientY);
    else this.pinch(event, before);
    this.fingers.set(event.pointerId, event);
    this.place.setPointerCapture(event.pointerId);
  }

  pan(dx, dy) {
    const { x, y, scale } = this.view;
    if (dx || dy) this.set({ x: x - dx / scale, y: y + dy / scale, scale });
  }

  pinch(event, before) {
    const other = [...this.fingers.values()].find((each) => each.pointerId !== event.pointerId);
    const far = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
    this.zoom(far(event) / far(before));
  }

  // The wheel magnifies around the pointer; a page that is scrolled is not held up: only with a modifier, as maps do.
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { left, top, width, height } = this.place.getBoundingClientRect();
    this.zoom(Math.exp(-event.deltaY / 300), event.clientX - left - width / 2, event.clientY - top - height / 2);
  }

  zoom(factor, dx = 0, dy = 0) {
    const { x, y, scale } = this.view;
    const next = Math.min(SCALE_MAX, Math.max(this.home().scale / 4, scale * factor));
    const shift = 1 / scale - 1 / next;
    this.set({ x: x + dx * shift, y: y - dy * shift, scale: next });
  }

  key(event) {
    const moves = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
    if (moves[event.key]) this.pan(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") this.zoom(MORE);
    else if (event.key === "-") this.zoom(1 / MORE);
    else if (event.key === "0") this.reset();
    else return;
    event.preventDefault();
  }
}
