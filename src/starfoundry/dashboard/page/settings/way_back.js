// The change that undoes another, as the page would send it; null if there is none.

import { asText, asTyped } from "../base/values.js";

export function wayBack({ layer, container_id, player_id, agent, name }, answer) {
  if (!answer.undo) return null;
  switch (layer) {
    case "container":
      return { layer, container_id, player_id, agent, rollback_to: answer.previous_revision };
    case "defaults":
      return { layer, player_id, agent, ...editsBack(answer.changes, answer.former) };
    default:
      if (!answer.former) return { layer: "preset deletion", player_id, agent, name };
      return { layer: "preset", player_id, agent, name, set: texts(answer.former.values), description: answer.former.description };
  }
}

function editsBack(changes, former) {
  const isGone = (each) => each.before === null;
  const held = changes.filter((each) => !isGone(each));
  return {
    set: texts(Object.fromEntries(held.map((each) => [each.name, each.before]))),
    unset: changes.filter(isGone).map((each) => each.name),
    pin: held.filter((each) => former[each.name].pinned).map((each) => each.name),
  };
}

function texts(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, asTyped(asText(value))]));
}
