// What the editors share: a wide dialog, tabs, the button in a row that opens one, and lists of remarks.

import { composer } from "../composer.js";
import { dialog } from "../dialog.js";
import { el } from "../dom.js";

/** Opens a wide dialog with the parts of `body` side by side. Done waits for `settle`; `onclose` is called once it has gone. */
function openEditor({ title, about, body, tools = [], onpaste, settle, onclose }) {
  const node = dialog(title, el("div", { class: "editor-body" }, ...body));
  const head = node.querySelector("header");
  const done = el("button", { type: "button", class: "main-act", onclick: async () => { await settle(); node.close(); } }, "Done");
  head.lastChild.replaceWith(el("p", {}, about), el("span", { class: "spacer" }), ...tools, done);
  node.classList.add("editor");
  if (onpaste) node.addEventListener("paste", onpaste);
  node.addEventListener("close", () => { node.remove(); onclose?.(); });
  node.showModal();
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

/** A row's control that is one button: it says what is set, and opens an editor of its own.
 *
 *  `make(value, change)` gives the editor, `dress(editor)` what stands around it in the dialog. `change(value)`
 *  sets the parameter, `change(undefined, problem)` says what cannot be read; an editor with a problem is kept, so
 *  that nothing that was typed is lost.
 */
export function editorControl({ name, kind, onchange }, { brief, make, dress }) {
  const text = el("span", { class: "brief" });
  const button = el("button", { type: "button", class: "opener", "aria-label": `edit ${name}`, onclick: open }, text, el("span", { class: "verb" }, "edit"));
  let current;
  let editor = null;
  let broken = false;

  function paint() {
    text.textContent = broken ? "not readable yet" : current === undefined ? "unset" : brief(current);
    button.title = current === undefined ? kind.allowed : "";
    button.classList.toggle("ghost", current === undefined);
  }

  function change(value, problem = "") {
    current = value;
    broken = Boolean(problem);
    paint();
    onchange(value, problem);
  }

  /** Takes up what was edited a moment ago, where the editor has to ask what that means. */
  async function settle() {
    await editor?.settle?.();
  }

  async function open() {
    editor ??= await make(current, change);
    const { side, above = [], onclose, ...around } = dress(editor);
    openEditor({
      title: name, ...around, body: [el("div", { class: "editor-main" }, ...above, editor.node), side?.node].filter(Boolean),
      settle,
      async onclose() { side?.stop(); onclose?.(); await settle(); if (!broken && !editor?.node.isConnected) editor = null; },
    });
  }

  return {
    node: el("div", { class: "control" }, button),
    show(value) {
      current = value ?? undefined;
      broken = false;
      if (!editor?.node.isConnected) editor = null;  // one that is open stays the one that is kept
      paint();
    },
    hint() {},
    settle,
  };
}

/** A choice that starts again after each pick, since what it adds stays. */
export function picker(label, options, onpick) {
  const box = el("select", { "aria-label": label, onchange: () => { const at = box.value; box.value = ""; if (at !== "") onpick(Number(at)); } },
    el("option", { value: "" }, label), ...options.map(({ title, shows }, at) => el("option", { value: at, title: shows }, title)));
  return box;
}

/** Closes the editor that is open. */
export const closeEditor = () => document.querySelector("dialog.editor")?.close();

/** A list of remarks from the server, each with its line or place; `onpick(remark)` goes there. */
export function remarkList(remarks, tone, onpick) {
  return el("ul", { class: `remarks ${tone}` }, ...remarks.map((remark) => {
    const where = remark.line ? `line ${remark.line}` : remark.pointer && remark.pointer !== "#" ? remark.pointer : "";
    return el("li", {}, where && (remark.line ? el("button", { type: "button", class: "where", onclick: () => onpick?.(remark) }, where) : el("code", { class: "where" }, where)), ` ${remark.text}`);
  }));
}

/** Calls `act` after a pause in typing, while which it is `pending`; `now()` does so at once, `drop()` not at all. */
export function after(pause, act) {
  let timer = 0;
  const later = () => { later.drop(); timer = setTimeout(later.now, pause); };
  later.drop = () => { clearTimeout(timer); timer = 0; };
  later.now = () => { later.drop(); return act(); };
  return Object.defineProperty(later, "pending", { get: () => timer !== 0 });
}

/** A question that suits an example: a click puts it into the composer. */
export function questionButton(question) {
  return el("button", { type: "button", class: "plain-act ask", onclick: () => { composer.put(question); closeEditor(); } }, `ask: ${question}`);
}
