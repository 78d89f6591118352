// Builds DOM nodes from data. Text always goes in as text: nothing here ever parses markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name in node && name !== "list" && name !== "form") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

let nextId = 0;

/** An id that no other element of the page has, for labels and descriptions. */
export function uniqueId(stem) {
  nextId += 1;
  return `${stem}-${nextId}`;
}

/** Browsers offer the clipboard to secure pages alone; a class on a local network has a plain one. */
function copyByHand(text) {
  const box = el("textarea", { value: text, readOnly: true, class: "visually-hidden" });
  document.body.append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
}

/** A fresh id; `crypto.randomUUID` too is offered to secure pages alone. */
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

export async function copyText(text, button) {
  await (navigator.clipboard ? navigator.clipboard.writeText(text) : copyByHand(text));
  const label = button.textContent;
  button.textContent = "copied";
  setTimeout(() => { button.textContent = label; }, 1200);
}
