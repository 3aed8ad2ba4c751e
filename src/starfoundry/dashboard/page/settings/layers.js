// The layers below a coordinator, each given to the form as settings of a coordinator are: a player's defaults, and a preset.

import { asText, sameText } from "../base/values.js";

export const LAYERS = { container: "Coordinator", player: "Player defaults", preset: "Presets" };

export function defaultSettings(schema, { defaults }) {
  return settingsOf(schema, (setting) => stackOf(setting, [defaultOf(defaults, setting)]));
}

export function presetSettings(schema, { defaults }, preset) {
  const own = ({ name }) => name in preset.values && { layer: "preset", value: preset.values[name], preset: preset.name, author: preset.author, at: preset.at };
  return settingsOf(schema, (setting) => stackOf(setting, [own(setting), defaultOf(defaults, setting)]));
}

export function freshPreset(name, description) {
  return { name, description, values: {}, built_in: false, author: "", at: "", containers: [], quarantine: [], isFresh: true };
}

// The values that a coordinator has of its own or by its preset, as a preset can hold them.
export function valuesOf(settings) {
  const set = settings.provenance.filter((each) => each.layer === "container" || each.layer === "preset");
  return Object.fromEntries(set.map((each) => [each.name, each.value]));
}

// Edits that put those values into what the form shows. One that holds already is put in as it is.
export function editsOf(values, { provenance }) {
  const below = new Map(provenance.map((each) => [each.name, asText(each.value)]));
  const edit = (text, from) => (sameText(text, from) ? { how: "pin", from } : { how: "set", text, from });
  return new Map(Object.entries(values).map(([name, value]) => [name, edit(asText(value), below.get(name))]));
}

function defaultOf(defaults, { name }) {
  const found = defaults.find((each) => each.name === name);
  return found && { ...found, layer: "player" };
}

function stackOf(setting, above) {
  return [...above.filter(Boolean), { layer: "built-in", value: setting.default, author: "", at: "" }];
}

function settingsOf(schema, stackOf) {
  const provenance = schema.map((setting) => {
    const [top, ...hides] = stackOf(setting);
    return { name: setting.name, revision: 0, pinned: false, preset: "", reason: "", ...top, hides };
  });
  return { provenance, settings: [], running: null };
}
