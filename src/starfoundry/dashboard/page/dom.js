// Building elements. Whatever the daemon tells becomes text, never markup: nothing here takes HTML.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  fill(node, ...children);
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
}

// Changes a text only where it differs, so that a screen reader is not told the same again.
export function tell(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function show(node, isShown) {
  if (node.hidden === isShown) node.hidden = !isShown;
}

// A command to paste into a terminal, with a button that copies it.
export function command(line) {
  const copy = el("button", { type: "button", class: "small", "aria-label": `Copy the command ${line}` }, "Copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(line);
    copy.textContent = "Copied";
  });
  return el("div", { class: "command" }, el("code", {}, line), copy);
}

// "2026-11-24T16:12:51.123Z" as the command line shows it: UTC, to the second.
export function moment(text) {
  return text ? `${text.slice(0, 19).replace("T", " ")} UTC` : "";
}

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
