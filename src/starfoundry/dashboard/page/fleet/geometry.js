// Where things lie on a map: the window that is seen of a system, waypoints that share a place, ships on their way.

const ROOM = 36;
const APART = 11;

// A window onto a plane: `x`, `y` is the middle, `scale` the pixels of one unit.
export function fitting(waypoints, width, height) {
  const xs = waypoints.map((each) => each.x), ys = waypoints.map((each) => each.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min((width - 2 * ROOM) / Math.max(1, right - left), (height - 2 * ROOM) / Math.max(1, bottom - top));
  return { x: (left + right) / 2, y: (top + bottom) / 2, scale };
}

export function onScreen({ x, y, scale }, width, height, place) {
  return [(place.x - x) * scale + width / 2, (y - place.y) * scale + height / 2];
}

// A planet and what orbits it lie at one place: the first in the middle, the others around it, a few pixels apart.
export function spread(waypoints) {
  const groups = new Map();
  for (const each of waypoints) {
    const key = `${each.x} ${each.y}`;
    groups.set(key, [...(groups.get(key) || []), each]);
  }
  const offsets = new Map();
  for (const group of groups.values()) {
    group.forEach((each, at) => {
      const angle = (2 * Math.PI * (at - 1)) / Math.max(1, group.length - 1) - Math.PI / 2;
      offsets.set(each.symbol, at ? [APART * Math.cos(angle), APART * Math.sin(angle)] : [0, 0]);
    });
  }
  return offsets;
}

// How far a ship is on its way at a moment, from 0 to 1; null for one that does not fly.
export function progress(ship, now) {
  if (ship.status !== "IN_TRANSIT" || !ship.arrives_at || !ship.departed_at) return null;
  const from = Date.parse(ship.departed_at) / 1000, until = Date.parse(ship.arrives_at) / 1000;
  return until > from ? Math.min(1, Math.max(0, (now - from) / (until - from))) : 1;
}

// Labels that do not lie on each other: those first in the list are kept.
export function uncluttered(labels) {
  const kept = [];
  for (const each of labels) {
    const box = { left: each.x, right: each.x + each.text.length * 8.5, top: each.y - 12, bottom: each.y + 4 };
    const isFree = kept.every(({ box: other }) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom);
    if (isFree) kept.push({ each, box });
  }
  return new Set(kept.map(({ each }) => each.key));
}
