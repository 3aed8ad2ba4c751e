// Times as a person reads them, in the zone of whoever looks, and the daemon's clock, which in a sandbox runs faster.

const HOUR = 3600;
const clockFormat = new Intl.DateTimeFormat("sv-SE", { hour: "2-digit", minute: "2-digit" });
const wholeFormat = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium" });
const dayFormat = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });

export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

// "2026-11-24 17:12:51"
export function moment(text) {
  return text ? wholeFormat.format(new Date(text)) : "";
}

// "17:12"
export function clock(text) {
  return text ? clockFormat.format(new Date(text)) : "";
}

// "Tue 24 Nov, 17:12"
export function dayAndClock(seconds) {
  const at = new Date(seconds * 1000);
  return `${dayFormat.format(at)}, ${clockFormat.format(at)}`;
}

export function secondsOf(text) {
  return Date.parse(text) / 1000;
}

// "45 s", "12 min", "3 h 05 min", "2 d 4 h"
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / 60)} min`;
  const hours = Math.floor(whole / HOUR);
  if (hours < 48) return `${hours} h ${String(Math.floor((whole % HOUR) / 60)).padStart(2, "0")} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

// The daemon's time between two beats, in seconds: its last word, and what has passed here since, at its speed.
export class DaemonClock {
  constructor() {
    this.at = 0;
    this.heard = 0;
    this.speed = 1;
  }

  receive({ now, speed }) {
    this.at = secondsOf(now);
    this.heard = performance.now();
    this.speed = speed;
  }

  get isKnown() {
    return this.at > 0;
  }

  now() {
    return this.at + ((performance.now() - this.heard) / 1000) * this.speed;
  }
}
