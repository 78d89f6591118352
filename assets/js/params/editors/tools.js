// The editor of tools: a list of functions, each as a form, the whole as JSON, and a shelf of ready ones.

import { button, el } from "../../core/dom.js";
import { remarkList } from "../../core/remarks.js";
import { t } from "../../core/words.js";
import { asSent } from "./as_sent.js";
import { codeBox, readJson } from "./code.js";
import { editorControl, picker, questionButton, tabs } from "./opening.js";
import { ShapeEditor, theShelf } from "./shape.js";
import { strictTools } from "./strict.js";

/** @typedef {any} Tool  As it is sent. */
/**
 * @typedef {{view: "list" | "json", text: string}} Fault  What cannot be read, and in which view it is to be
 * mended.
 */

const EMPTY = t("No function yet. Add one, take one from the ready examples, or paste a list as JSON.");
const NO_LIST = { text: t("Tools are a list: begin with [."), line: 1 };
/** @param {unknown} value */
const pretty = (value) => JSON.stringify(value, null, 2);
/** @param {Tool} tool */
const nameOf = (tool) => tool?.function?.name || t("(no name)");
const nothing = () => ({ type: "object", properties: {} });
/** @param {string} name */
const newTool = (name) => ({
  type: "function",
  function: { name, description: "", parameters: { ...nothing(), additionalProperties: false } },
});

class ToolsEditor {
  /**
   * @param {any} shelf
   * @param {any} tools
   * @param {import("./opening.js").Change} onchange
   */
  constructor(shelf, tools, onchange) {
    this.onchange = onchange;
    /** @type {Tool[]} */
    this.tools = Array.isArray(tools) ? structuredClone(tools) : [];
    this.at = 0;
    /** @type {Fault | null} */
    this.fault = null;
    this.json = codeBox({
      label: t("tools as JSON"),
      placeholder: '[{"type": "function", "function": {"name": "...", "parameters": {}}}]',
      oninput: (text) => this.typed(text),
    });
    this.names = el("div", { class: "tool-names", role: "group", "aria-label": t("functions") });
    this.one = el("div", { class: "tool-one" });
    this.said = el("div", { class: "remark-box", role: "status" });
    this.shape = new ShapeEditor({
      views: ["form", "schema"],
      named: false,
      types: shelf.row_types,
      onchange: (value, problem) => this.reshaped(value, problem),
    });
    this.views = {
      list: el("div", { class: "view" }, this.names, this.one),
      json: el("div", { class: "view" }, this.json.node),
    };
    const { list, json } = this.views;
    this.tabs = tabs(
      [
        ["list", t("Functions"), list],
        ["json", "JSON", json],
      ],
      (key) => {
        if (this.fault && this.fault.view !== key) this.insist(this.fault);
      },
    );
    this.node = el("div", { class: "shape" }, this.tabs.node, list, json, this.said);
    this.draw();
    this.json.set(tools === undefined ? "" : pretty(tools));
  }

  /**
   * The list has changed by the form: the JSON follows, and so does the parameter once all of it can be read.
   */
  changed() {
    this.json.set(this.tools.length ? pretty(this.tools) : "");
    if (!this.fault) this.said.replaceChildren();
    this.tell();
    this.drawNames();
  }

  tell() {
    const tools = this.fault || !this.tools.length ? undefined : structuredClone(this.tools);
    this.onchange(tools, this.fault?.text);
  }

  /**
   * Remembers what cannot be read: until it is mended the other view is closed, for an edit there would undo
   * it.
   * @param {Fault | null} fault
   */
  hold(fault) {
    this.fault = fault;
    for (const [name, node] of Object.entries(this.views)) node.inert = fault !== null && name !== fault.view;
  }

  /**
   * Says what must be mended before anything else is edited.
   * @param {Fault} fault
   */
  insist({ view, text }) {
    const where = view === "json" ? "JSON" : t("Functions");
    this.said.replaceChildren(
      remarkList([{ text: t("Mend this first, under {where}. {text}", { where, text }) }], "bad"),
    );
  }

  /** Whether nothing is unfinished, so that another function may be shown. */
  async free() {
    await this.settle();
    if (this.fault) this.insist(this.fault);
    return !this.fault;
  }

  /** @param {string} text */
  typed(text) {
    const { value, remark } = text.trim() === "" ? { value: [] } : readJson(text);
    const wrong = remark ?? (Array.isArray(value) ? null : NO_LIST);
    const remarks = wrong ? [remarkList([wrong], "bad", () => this.json.go(wrong.line ?? 1))] : [];
    this.json.mark(wrong ? [wrong.line] : []);
    this.said.replaceChildren(...remarks);
    this.hold(wrong && { view: "json", text: wrong.text });
    if (!wrong) this.tools = value;
    this.tell();
    if (!wrong) this.draw();
  }

  /**
   * @param {any} value
   * @param {string} [problem]
   */
  reshaped(value, problem) {
    const tool = this.tools[this.at];
    if (!tool?.function) return;
    const text = problem && `${nameOf(tool)}: ${problem}`;
    if (text && !this.shape.touched) {
      this.onchange(undefined, text); // it came so, and stays so in the list
      return;
    }
    this.hold(text ? { view: "list", text } : null);
    if (text) {
      this.tell();
      return;
    }
    if (value !== undefined) tool.function.parameters = value;
    this.changed();
  }

  /** @param {Tool} tool */
  async add(tool) {
    if (!(await this.free())) return;
    this.tools.push(structuredClone(tool));
    this.at = this.tools.length - 1;
    this.draw();
    this.changed();
  }

  /**
   * Shows the function of this name, which is added where it is not there yet.
   * @param {Tool} tool
   */
  take(tool) {
    const there = this.tools.findIndex((one) => nameOf(one) === tool.function.name);
    this.tabs.pick("list");
    if (there >= 0) this.turnTo(there);
    else this.add(tool);
  }

  settle() {
    return this.shape.settle();
  }

  /** @param {number} at */
  async turnTo(at) {
    if (!(await this.free())) return;
    this.at = at;
    this.draw();
  }

  /** @param {number} at */
  remove(at) {
    this.tools.splice(at, 1);
    this.hold(null);
    this.at = Math.max(0, Math.min(this.at, this.tools.length - 1));
    this.draw();
    this.changed();
  }

  /** A name that none of them has. */
  freshName() {
    let number = this.tools.length + 1;
    while (this.tools.some((tool) => nameOf(tool) === `function_${number}`)) number += 1;
    return `function_${number}`;
  }

  drawNames() {
    const names = this.tools.map((tool, at) =>
      button("plain-act", nameOf(tool), () => this.turnTo(at), { "aria-pressed": String(at === this.at) }),
    );
    const add = button("plain-act", t("+ add a function"), () => this.add(newTool(this.freshName())));
    this.names.replaceChildren(...names, add);
  }

  draw() {
    this.drawNames();
    const tool = this.tools[this.at];
    if (typeof tool?.function !== "object" || tool.function === null) {
      const none = this.tools.length ? t("This entry is no function: see the JSON.") : EMPTY;
      this.one.replaceChildren(el("p", { class: "fine" }, none));
      return;
    }
    const index = this.at;
    const head = el(
      "div",
      { class: "form-head" },
      this.field(tool, t("name"), t("name"), { class: "mono" }),
      this.field(tool, t("what it does"), t("description")),
      button("plain-act", t("remove"), () => this.remove(index)),
    );
    this.one.replaceChildren(head, this.shape.node);
    this.shape.show(tool.function.parameters ?? nothing());
  }

  /**
   * @param {Tool} tool
   * @param {string} label
   * @param {string} key
   */
  field(tool, label, key, attributes = {}) {
    const box = el("input", { type: "text", value: tool.function[key] ?? "", ...attributes });
    box.addEventListener("input", () => {
      tool.function[key] = box.value;
      this.changed();
    });
    return el("label", { class: "field" }, el("span", {}, label), box);
  }
}

/** @param {import("../../types").ControlSpec} spec */
export function toolsControl(spec) {
  /** @type {any} */
  let shelf;

  /**
   * @param {any} tools
   * @param {import("./opening.js").Change} change
   */
  async function make(tools, change) {
    shelf = await theShelf();
    return new ToolsEditor(shelf, tools, change);
  }

  /** @param {ToolsEditor} editor */
  function dress(editor) {
    const hint = el("p", { class: "fine" });
    const take = (/** @type {number} */ at) => {
      const { tool, shows, question, answers_itself: itself } = shelf.tools[at];
      editor.take(tool);
      const builtIn = itself ? t(" A built-in function can answer it.") : "";
      hint.replaceChildren(`${shows}${builtIn} `, questionButton(question));
    };
    return {
      about: t("Functions that the model may ask to have called."),
      tools: [picker(t("ready examples"), shelf.tools, take)],
      above: [hint],
      side: asSent(spec.name),
    };
  }

  const brief = (/** @type {any} */ tools) =>
    Array.isArray(tools) ? tools.map(nameOf).join(", ") : t("not a list");
  return editorControl(spec, { brief, make, dress, strict: strictTools });
}
