// What the editors share: a wide dialog, tabs, the button in a row that opens one, and lists of remarks.

import { dialog } from "../dialog.js";
import { el } from "../dom.js";
import { page } from "../page.js";

/** Opens a wide dialog with the parts of `body` side by side; `onclose` is called once it has gone. */
export function openEditor({ title, about, body, tools = [], onclose }) {
  const node = dialog(title, el("div", { class: "editor-body" }, ...body));
  const head = node.querySelector("header");
  const done = el("button", { type: "button", class: "main-act", onclick: () => node.close() }, "Done");
  head.lastChild.replaceWith(el("p", {}, about), el("span", { class: "spacer" }), ...tools, done);
  node.classList.add("editor");
  node.addEventListener("close", () => { node.remove(); onclose?.(); });
  node.showModal();
  return node;
}

/** A row of tabs; `onpick(key)` shows what belongs to one. */
export function tabs(options, onpick) {
  const buttons = new Map(options.map(([key, text]) => [key, el("button", { type: "button", role: "tab", onclick: () => pick(key) }, text)]));
  function pick(key) {
    for (const [other, button] of buttons) button.setAttribute("aria-selected", String(other === key));
    onpick(key);
  }
  return { node: el("div", { class: "editor-tabs", role: "tablist" }, ...buttons.values()), pick };
}

/** A row's control that is one button: it says what is set, and opens the editor. */
export function openerControl({ name, kind }, { brief, open }) {
  const text = el("span", { class: "brief" });
  const button = el("button", { type: "button", class: "opener", "aria-label": `edit ${name}`, onclick: () => open() }, text, el("span", { class: "verb" }, "edit"));
  return {
    node: el("div", { class: "control" }, button),
    show(value) { text.textContent = value === undefined ? "unset" : brief(value); button.title = value === undefined ? kind.allowed : ""; button.classList.toggle("ghost", value === undefined); },
    hint() {},
  };
}

/** A list of remarks from the server, each with its line or place; `onpick(remark)` goes there. */
export function remarkList(remarks, tone, onpick) {
  return el("ul", { class: `remarks ${tone}` }, ...remarks.map((remark) => {
    const where = remark.line ? `line ${remark.line}` : remark.pointer && remark.pointer !== "#" ? remark.pointer : "";
    return el("li", {}, where && (remark.line ? el("button", { type: "button", class: "where", onclick: () => onpick?.(remark) }, where) : el("code", { class: "where" }, where)), ` ${remark.text}`);
  }));
}

/** Calls `act` after a pause in typing; `now()` does so at once. */
export function after(pause, act) {
  let timer = 0;
  const later = () => { clearTimeout(timer); timer = setTimeout(act, pause); };
  later.now = () => { clearTimeout(timer); act(); };
  return later;
}

/** A question that suits an example: a click puts it into the composer. */
export function questionButton(question, then) {
  return el("button", { type: "button", class: "plain-act ask", onclick: () => { page.compose(question); then(); } }, `ask: ${question}`);
}
