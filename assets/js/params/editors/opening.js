// What the editors share: a wide dialog, tabs, the button in a row that opens one, and a choice of examples.

import { composer } from "../../chat/composer.js";
import { dialog } from "../../core/dialog.js";
import { button, el, uniqueId } from "../../core/dom.js";
import { t, translated } from "../../core/words.js";
import { half, restored, typedIn, typeInto } from "./half.js";
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
  const done = button("main-act", t("Done"), async () => {
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
  const buttons = options.map(([key, text, view]) => {
    view.id ||= uniqueId("view");
    return button("", text, () => pick(key), { role: "tab", "aria-controls": view.id });
  });
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
 * A button that says what is set, and opens an editor of it; one with a problem is kept, so that nothing that
 * was typed is lost.
 * @template {Editor} Made
 */
class Opener {
  /** @type {any} */
  #current;
  /** @type {Made | null} */
  #editor = null;
  #broken = false;
  #isHere = false; // before, what a reload has left is neither shown nor to be forgotten

  /**
   * @param {ControlSpec} spec
   * @param {Making<Made>} parts
   */
  constructor({ name, kind, onchange }, parts) {
    this.name = name;
    this.kind = kind;
    this.onchange = onchange;
    this.parts = parts;
    this.text = el("span", { class: "brief" });
    this.button = button("opener", this.text, () => this.open(), {
      "aria-label": t("edit {name}", { name }),
    });
    this.button.append(el("span", { class: "verb" }, t("edit")));
    this.box =
      parts.strict &&
      strictSwitch(name, parts.strict, (value) => {
        this.show(value);
        onchange(value);
      });
  }

  paint() {
    const current = this.#current;
    const said = current === undefined ? t("unset") : this.parts.brief(current);
    this.text.textContent = this.#broken ? t("not readable yet") : said;
    this.button.title = current === undefined ? translated(this.kind.allowed) : "";
    this.button.classList.toggle("ghost", current === undefined);
    this.box?.show(current);
  }

  /** @type {Change} */
  #change = (value, problem = "") => {
    this.#current = this.box ? this.box.kept(value) : value;
    this.#broken = Boolean(problem);
    this.paint();
    this.onchange(this.#current, problem);
    this.#note();
  };

  /** @param {any} value */
  show(value) {
    this.#current = value ?? undefined;
    this.#broken = false;
    if (!this.#editor?.node.isConnected) this.#editor = null; // one that is open stays the one that is kept
    this.paint();
    if (this.#isHere) this.#note();
  }

  /** Takes up what was edited a moment ago, where the editor has to ask what that means. */
  async settle() {
    await this.#editor?.settle?.();
  }

  async #made() {
    this.#editor ??= await this.parts.make(this.#current, this.#change);
    return this.#editor;
  }

  async open() {
    const editor = await this.#made();
    const dressed = this.parts.dress(editor);
    const main = el("div", { class: "editor-main" }, ...(dressed.above ?? []), editor.node);
    const settle = () => this.settle();
    openEditor(this.name, dressed, [main, dressed.side?.node], settle, () => this.#closed(dressed));
    this.#note();
  }

  /** @param {Dress} dressed */
  async #closed({ side, onclose }) {
    side?.stop();
    onclose?.();
    await this.settle();
    if (!this.#broken && !this.#editor?.node.isConnected) this.#editor = null;
    this.#note();
  }

  /** Remembers, for a reload, that it is open, and the very text that cannot be read. */
  #note() {
    const editor = this.#editor;
    const isOpen = Boolean(editor?.node.isConnected);
    const typed = this.#broken && editor ? typedIn(editor.node) : {};
    half.note(this.name, isOpen || this.#broken ? { isOpen, typed } : null);
  }

  /** Goes on where a reload, or a crash, has ended it. */
  async resume() {
    this.#isHere = true;
    const before = half.of(this.name);
    if (!before) return;
    typeInto((await this.#made()).node, before.typed);
    if (before.isOpen) await this.open();
  }
}

/**
 * A row's control that is one button, which opens an editor of its own: `make(value, change)` gives it,
 * `dress(editor)` what stands around it in the dialog.
 * @template {Editor} Made
 * @param {ControlSpec} spec
 * @param {Making<Made>} parts
 * @returns {Control}
 */
export function editorControl(spec, parts) {
  const opener = new Opener(spec, parts);
  restored.then(() => opener.resume());
  return {
    node: el("div", { class: "control" }, opener.button),
    below: opener.box?.node,
    show: (value) => opener.show(value),
    hint() {},
    summarise: () => opener.paint(),
    settle: () => opener.settle(),
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
  button("plain-act ask", t("ask: {question}", { question }), () => {
    composer.put(question);
    closeEditor();
  });
