// The change that takes another one back, as the page would send it; none where it takes more than one.

import { asText, asTyped } from "../base/values.js";

export function wayBack({ layer, container_id, player_id, agent, name }, answer) {
  if (!answer.undo || answer.undo.includes(" && ")) return null;
  switch (layer) {
    case "container":
      return { layer, container_id, player_id, agent, rollback_to: answer.previous_revision };
    case "defaults":
      return { layer, player_id, agent, ...editsBack(answer.changes) };
    default:
      if (!answer.former) return { layer: "preset deletion", player_id, agent, name };
      return { layer: "preset", player_id, agent, name, set: texts(answer.former.values), description: answer.former.description };
  }
}

function editsBack(changes) {
  const named = (is) => changes.filter(is).map((each) => each.name);
  const isGone = (each) => each.before === null;
  const wasPinned = (each) => each.how === "own";
  const held = changes.filter((each) => !isGone(each) && !wasPinned(each));
  return { set: texts(Object.fromEntries(held.map((each) => [each.name, each.before]))), unset: named(isGone), pin: named(wasPinned) };
}

function texts(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, asTyped(asText(value))]));
}
