// The input of one setting, made from its JSON schema alone: a new kind of value needs a new schema, not a new page.

import { el, setText } from "../base/dom.js";
import { asText, asWords, sameText } from "../base/values.js";

const LARGE = 10000;

export function controlOf(setting, id, describedBy) {
  const input = inputOf(setting.json_schema, setting, { id, "aria-describedby": describedBy });
  const isSwitch = setting.json_schema.type === "boolean";
  const read = () => (isSwitch ? String(input.checked) : input.value);
  const large = el("p", { class: "hint" });
  const spell = () => setText(large, spelled(input, setting.unit));
  input.addEventListener("input", spell);
  return {
    input,
    large,
    element: el("div", { class: "control" }, input, setting.unit ? el("span", { class: "unit" }, setting.unit) : null),
    read,
    write(value) {
      if (isSwitch) input.checked = value === true;
      else if (!sameText(read(), asText(value))) input.value = asText(value);
      spell();
    },
    restore(text) {
      if (isSwitch) input.checked = text === "true";
      else input.value = text;
      spell();
    },
  };
}

// A large number once more with its thousands apart, so that a nought too many is seen.
function spelled(input, unit) {
  const isLarge = input.type === "number" && Math.abs(input.valueAsNumber) >= LARGE;
  return isLarge ? `= ${asWords(input.valueAsNumber, unit)}` : "";
}

function inputOf(schema, setting, attributes) {
  if (schema.enum) {
    return el("select", attributes, schema.enum.map((word) => el("option", { value: word }, word)));
  }
  switch (schema.type) {
    case "boolean":
      return el("input", { ...attributes, type: "checkbox", role: "switch" });
    case "integer":
      return el("input", { ...attributes, type: "number", inputmode: "numeric", step: 1, required: true, min: schema.minimum, max: schema.maximum });
    case "array":
      return el("input", { ...attributes, type: "text", placeholder: "none", spellcheck: "false", autocapitalize: "characters" });
    case "object":
      return el("textarea", { ...attributes, rows: 3, placeholder: "none", spellcheck: "false" });
    default:
      return el("input", { ...attributes, type: "text", placeholder: setting.label });
  }
}
