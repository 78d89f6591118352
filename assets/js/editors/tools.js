// The editor of tools: a list of functions, each as a form, the whole as JSON, and a shelf of ready ones.

import { el } from "../dom.js";
import { asSent } from "./as_sent.js";
import { codeBox, readJson } from "./code.js";
import { editorControl, picker, questionButton, remarkList, tabs } from "./opening.js";
import { ShapeEditor, theShelf } from "./shape.js";

const pretty = (value) => JSON.stringify(value, null, 2);
const nameOf = (tool) => tool?.function?.name || "(no name)";
const newTool = (name) => ({ type: "function", function: { name, description: "", parameters: { type: "object", properties: {}, additionalProperties: false } } });

class ToolsEditor {
  constructor(shelf, tools, onchange) {
    this.onchange = onchange;
    this.tools = Array.isArray(tools) ? structuredClone(tools) : [];
    this.at = 0;
    this.fault = null;  // {view, text}: what cannot be read, and in which view it is to be mended
    this.json = codeBox({ label: "tools as JSON", placeholder: '[{"type": "function", "function": {"name": "...", "parameters": {}}}]', oninput: (text) => this.typed(text) });
    this.names = el("div", { class: "tool-names", role: "group", "aria-label": "functions" });
    this.one = el("div", { class: "tool-one" });
    this.said = el("div", { class: "remark-box", role: "status" });
    this.shape = new ShapeEditor({ views: ["form", "schema"], named: false, types: shelf.row_types, onchange: (value, problem) => this.reshaped(value, problem) });
    this.views = { list: el("div", { class: "view" }, this.names, this.one), json: el("div", { class: "view" }, this.json.node) };
    this.tabs = tabs([["list", "Functions"], ["json", "JSON"]], (key) => this.view(key));
    this.node = el("div", { class: "shape" }, this.tabs.node, this.views.list, this.views.json, this.said);
    this.tabs.pick("list");
    this.draw();
    this.json.set(tools === undefined ? "" : pretty(tools));
  }

  view(key) {
    for (const [name, node] of Object.entries(this.views)) node.hidden = name !== key;
    if (this.fault && this.fault.view !== key) this.insist();
  }

  /** The list has changed by the form: the JSON follows, and so does the parameter once all of it can be read. */
  changed() {
    this.json.set(this.tools.length ? pretty(this.tools) : "");
    if (!this.fault) this.said.replaceChildren();
    this.tell();
    this.drawNames();
  }

  tell() {
    this.onchange(this.fault || !this.tools.length ? undefined : structuredClone(this.tools), this.fault?.text);
  }

  /** Remembers what cannot be read: until it is mended the other view is closed, for an edit there would undo it. */
  hold(fault) {
    this.fault = fault;
    for (const [name, node] of Object.entries(this.views)) node.inert = fault !== null && name !== fault.view;
  }

  /** Says what must be mended before anything else is edited. */
  insist() {
    this.said.replaceChildren(remarkList([{ text: `Mend this first, under ${this.fault.view === "json" ? "JSON" : "Functions"}. ${this.fault.text}` }], "bad"));
  }

  /** Whether nothing is unfinished, so that another function may be shown. */
  async free() {
    await this.settle();
    if (this.fault) this.insist();
    return !this.fault;
  }

  typed(text) {
    const { value, remark } = text.trim() === "" ? { value: [] } : readJson(text);
    const wrong = remark ?? (Array.isArray(value) ? null : { text: "Tools are a list: begin with [.", line: 1 });
    this.json.mark(wrong ? [wrong.line] : []);
    this.said.replaceChildren(...(wrong ? [remarkList([wrong], "bad", () => this.json.go(wrong.line))] : []));
    this.hold(wrong && { view: "json", text: wrong.text });
    if (!wrong) this.tools = value;
    this.tell();
    if (!wrong) this.draw();
  }

  reshaped(value, problem) {
    const tool = this.tools[this.at];
    if (!tool?.function) return;
    const text = problem && `${nameOf(tool)}: ${problem}`;
    if (text && !this.shape.touched) { this.onchange(undefined, text); return; }  // it came so, and stays so in the list
    this.hold(text ? { view: "list", text } : null);
    if (text) { this.tell(); return; }
    if (value !== undefined) tool.function.parameters = value;
    this.changed();
  }

  async add(tool) {
    if (!(await this.free())) return;
    this.tools.push(structuredClone(tool));
    this.at = this.tools.length - 1;
    this.draw();
    this.changed();
  }

  settle() { return this.shape.settle(); }

  async turnTo(at) {
    if (!(await this.free())) return;
    this.at = at;
    this.draw();
  }

  remove(at) {
    this.tools.splice(at, 1);
    this.hold(null);
    this.at = Math.max(0, Math.min(this.at, this.tools.length - 1));
    this.draw();
    this.changed();
  }

  drawNames() {
    const fresh = () => { let n = this.tools.length + 1; while (this.tools.some((tool) => nameOf(tool) === `function_${n}`)) n += 1; return `function_${n}`; };
    this.names.replaceChildren(
      ...this.tools.map((tool, at) => el("button", { type: "button", class: "plain-act", "aria-pressed": String(at === this.at), onclick: () => this.turnTo(at) }, nameOf(tool))),
      el("button", { type: "button", class: "plain-act", onclick: () => this.add(newTool(fresh())) }, "+ add a function"));
  }

  draw() {
    this.drawNames();
    const tool = this.tools[this.at];
    if (typeof tool?.function !== "object" || tool.function === null) {
      this.one.replaceChildren(el("p", { class: "fine" }, this.tools.length ? "This entry is no function: see the JSON." : "No function yet. Add one, take one from the ready examples, or paste a list as JSON."));
      return;
    }
    const field = (label, key, attributes) => el("label", { class: "field" }, el("span", {}, label), el("input", { type: "text", value: tool.function[key] ?? "", ...attributes, oninput: (event) => { tool.function[key] = event.target.value; this.changed(); } }));
    const index = this.at;
    this.one.replaceChildren(
      el("div", { class: "form-head" }, field("name", "name", { class: "mono" }), field("what it does", "description"), el("button", { type: "button", class: "plain-act", onclick: () => this.remove(index) }, "remove")),
      this.shape.node);
    this.shape.show(tool.function.parameters ?? { type: "object", properties: {} });
  }
}

export function toolsControl(spec) {
  let shelf;

  async function make(tools, change) {
    shelf = await theShelf();
    return new ToolsEditor(shelf, tools, change);
  }

  function dress(editor) {
    const hint = el("p", { class: "fine" });
    const take = (at) => {
      const { tool, shows, question, answers_itself: itself } = shelf.tools[at];
      const there = editor.tools.findIndex((one) => nameOf(one) === tool.function.name);
      editor.tabs.pick("list");
      if (there >= 0) editor.turnTo(there); else editor.add(tool);
      hint.replaceChildren(`${shows}${itself ? " A built-in function can answer it." : ""} `, questionButton(question));
    };
    return { about: "Functions that the model may ask to have called.", tools: [picker("ready examples", shelf.tools, take)], above: [hint], side: asSent(spec.name) };
  }

  const brief = (tools) => (Array.isArray(tools) ? tools.map(nameOf).join(", ") : "not a list");
  return editorControl(spec, { brief, make, dress });
}
