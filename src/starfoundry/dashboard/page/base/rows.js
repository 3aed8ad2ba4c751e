// Rows by key; an event has only those that have changed.

export function merge(known, { whole, set, gone }) {
  const rows = whole || !known ? new Map() : known;
  for (const [key, row] of Object.entries(set)) rows.set(key, row);
  for (const key of gone) rows.delete(key);
  return rows;
}
