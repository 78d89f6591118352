// What the editors share: a wide dialog, tabs, the button in a row that opens one, and a choice of examples.

import { composer } from "../../chat/composer.js";
import { dialog } from "../../core/dialog.js";
import { button, el } from "../../core/dom.js";
import { strictSwitch } from "./strict.js";

/** @import { Control, ControlSpec } from "../../types" */

/**
 * An editor of a value: `settle()` resolves once what was edited a moment ago has been read.
 * @typedef {{node: HTMLElement, settle?: () => Promise<unknown>}} Editor
 */

/**
 * What stands around an editor in its dialog; `side` beside it, `above` over it, `tools` at its head.
 * @typedef {object} Dress
 * @property {string} about
 * @property {HTMLElement[]} [tools]
 * @property {HTMLElement[]} [above]
 * @property {{node: HTMLElement, stop: () => void}} [side]
 * @property {(event: ClipboardEvent) => void} [onpaste]
 * @property {() => void} [onclose]
 */

/**
 * Sets the parameter; with `undefined` and a problem it says what cannot be read.
 * @typedef {(value: any, problem?: string) => void} Change
 */

/**
 * How an editor comes about, and what the button says of a value.
 * @template {Editor} Made
 * @typedef {object} Making
 * @property {(value: any) => string} brief
 * @property {(value: any, change: Change) => Made | Promise<Made>} make
 * @property {(editor: Made) => Dress} dress
 * @property {import("./strict.js").Strictness} [strict]  what its switch does to a value, where it has one
 */

/**
 * Opens a wide dialog with the parts of `body` side by side. Done waits for `settle`; `onclose` is called
 * once it has gone.
 * @param {string} title
 * @param {Dress} dress
 * @param {(HTMLElement | undefined)[]} body
 * @param {() => Promise<void>} settle
 * @param {() => void} onclose
 */
function openEditor(title, { about, tools = [], onpaste }, body, settle, onclose) {
  const node = dialog(title, el("div", { class: "editor-body" }, ...body));
  const done = button("main-act", "Done", async () => {
    await settle();
    node.close();
  });
  const spacer = el("span", { class: "spacer" });
  node.querySelector("header")?.lastChild?.replaceWith(el("p", {}, about), spacer, ...tools, done);
  node.classList.add("editor");
  if (onpaste) node.addEventListener("paste", onpaste);
  node.addEventListener("close", () => {
    node.remove();
    onclose();
  });
  node.showModal();
}

/**
 * A row of tabs, each of which shows its own view alone.
 * @param {[key: string, text: string, view: HTMLElement][]} options
 * @param {(key: string) => void} [onpick]
 */
export function tabs(options, onpick) {
  const buttons = options.map(([key, text]) => button("", text, () => pick(key), { role: "tab" }));
  /** @param {string} key */
  function pick(key) {
    for (const [at, [other, , view]] of options.entries()) {
      buttons[at].setAttribute("aria-selected", String(other === key));
      view.hidden = other !== key;
    }
    onpick?.(key);
  }
  pick(options[0][0]);
  return { node: el("div", { class: "editor-tabs", role: "tablist" }, ...buttons), pick };
}

/**
 * A row's control that is one button: it says what is set, and opens an editor of its own.
 *
 * `make(value, change)` gives the editor, `dress(editor)` what stands around it in the dialog. An editor with
 * a problem is kept, so that nothing that was typed is lost.
 * @template {Editor} Made
 * @param {ControlSpec} spec
 * @param {Making<Made>} parts
 * @returns {Control}
 */
export function editorControl({ name, kind, onchange }, { brief, make, dress, strict }) {
  const text = el("span", { class: "brief" });
  const verb = el("span", { class: "verb" }, "edit");
  const opener = button("opener", text, open, { "aria-label": `edit ${name}` });
  opener.append(verb);
  const box =
    strict &&
    strictSwitch(name, strict, (value) => {
      show(value);
      onchange(value);
    });
  /** @type {any} */
  let current;
  /** @type {Made | null} */
  let editor = null;
  let broken = false;

  function paint() {
    text.textContent = broken ? "not readable yet" : current === undefined ? "unset" : brief(current);
    opener.title = current === undefined ? kind.allowed : "";
    opener.classList.toggle("ghost", current === undefined);
    box?.show(current);
  }

  /** @type {Change} */
  function change(value, problem = "") {
    current = box ? box.kept(value) : value;
    broken = Boolean(problem);
    paint();
    onchange(current, problem);
  }

  /** @param {any} value */
  function show(value) {
    current = value ?? undefined;
    broken = false;
    if (!editor?.node.isConnected) editor = null; // one that is open stays the one that is kept
    paint();
  }

  /** Takes up what was edited a moment ago, where the editor has to ask what that means. */
  async function settle() {
    await editor?.settle?.();
  }

  async function open() {
    const shown = editor ?? (await make(current, change));
    editor = shown;
    const dressed = dress(shown);
    const main = el("div", { class: "editor-main" }, ...(dressed.above ?? []), shown.node);
    openEditor(name, dressed, [main, dressed.side?.node], settle, async () => {
      dressed.side?.stop();
      dressed.onclose?.();
      await settle();
      if (!broken && !editor?.node.isConnected) editor = null;
    });
  }

  return {
    node: el("div", { class: "control" }, opener),
    below: box?.node,
    show,
    hint() {},
    summarise: paint,
    settle,
  };
}

/**
 * A choice that starts again after each pick, since what it adds stays.
 * @param {string} label
 * @param {{title: string, shows: string}[]} options
 * @param {(at: number) => void} onpick
 */
export function picker(label, options, onpick) {
  const box = el(
    "select",
    { "aria-label": label },
    el("option", { value: "" }, label),
    ...options.map(({ title, shows }, at) => el("option", { value: at, title: shows }, title)),
  );
  box.addEventListener("change", () => {
    const at = box.value;
    box.value = "";
    if (at !== "") onpick(Number(at));
  });
  return box;
}

/** Closes the editor that is open. */
export const closeEditor = () =>
  /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog.editor"))?.close();

/**
 * A question that suits an example: a click puts it into the composer.
 * @param {string} question
 */
export const questionButton = (question) =>
  button("plain-act ask", `ask: ${question}`, () => {
    composer.put(question);
    closeEditor();
  });
