// The colour of what ships do, the same in every view and chart.

const ACTIVITIES = ["Trading", "Supplying factories", "Collecting output", "Selling what is left", "Scouting", "Buying ships", "Waiting for stock"];
const IN_SUMS_OVER_TIME = { "Probes": "Scouting", "Without a trip": "Idle" };

// Its number among the colours of the style sheet, or "idle".
export function partOf(activity) {
  const known = IN_SUMS_OVER_TIME[activity] ?? activity;
  if (known === "Idle") return "idle";
  const at = ACTIVITIES.indexOf(known);
  return at < 0 ? ACTIVITIES.length : at;
}
