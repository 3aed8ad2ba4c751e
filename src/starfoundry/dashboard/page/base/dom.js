// Building elements. Whatever the daemon tells becomes text, never markup: nothing here takes HTML.

const SVG = "http://www.w3.org/2000/svg";

export function el(tag, attributes = {}, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, tag), attributes, children);
}

function furnish(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  fill(node, ...children);
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== ""));
}

// Changes a text only where it differs, so that a screen reader does not read the same again.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function show(node, isShown) {
  if (node.hidden === isShown) node.hidden = !isShown;
}

// Fills a place with what `make` builds, only where what it shows has changed.
export function repaint(node, shown, make) {
  const wanted = JSON.stringify(shown);
  if (node.shows === wanted) return;
  node.shows = wanted;
  fill(node, make());
}

// One element for each item, by its key: those that stay are updated in place, so that focus and selection stay too.
export function patch(parent, items, keyOf, make, update) {
  const present = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let next = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let node = present.get(key);
    if (!node) {
      node = make(item);
      node.dataset.key = key;
    }
    present.delete(key);
    update(node, item);
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
  }
  for (const gone of present.values()) gone.remove();
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

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// "X1-XJ30-F43" as people of the system call it: "F43".
export function shortName(waypoint) {
  return waypoint.split("-").at(-1);
}

export function empty(words, ...more) {
  return el("div", { class: "empty" }, el("p", {}, words), ...more);
}
