// One shape in three views that stay in step: Python source, JSON Schema, form. The server reads, this only shows.

import { el } from "../dom.js";
import { post } from "../stream.js";
import { codeBox, readJson } from "./code.js";
import { after, remarkList, tabs } from "./opening.js";
import { FormView } from "./form.js";

const PAUSE_MS = 250;
const pretty = (value) => JSON.stringify(value, null, 2);

let shelf = null;

/** The ready examples and what a form can hold, fetched once. */
export async function theShelf() {
  shelf ??= await fetch("playground/shelf").then((response) => response.json());
  return shelf;
}

/** `onchange(value, problem, {source, root})`: the value as it is to be sent, or undefined and what is wrong, and the classes it was read from. */
export class ShapeEditor {
  constructor({ views = ["source", "schema", "form"], named = true, types, onchange }) {
    this.onchange = onchange;
    this.source = codeBox({ label: "Pydantic source", placeholder: "from pydantic import BaseModel\n\n\nclass Answer(BaseModel):\n    ...", oninput: (text) => this.edited("source", { source: text }) });
    this.schema = codeBox({ label: "JSON Schema", placeholder: '{"type": "object", "properties": {}}', oninput: (text) => this.editedSchema(text) });
    this.form = new FormView({ types, named, onchange: (form) => this.edited("form", { form }) });
    this.remarks = el("div", { class: "remark-box", role: "status" });
    this.roots = el("select", { "aria-label": "root class", hidden: true, onchange: () => this.edited("source", { source: this.source.value }) });
    const nodes = { source: el("div", { class: "view" }, el("p", { class: "fine" }, "Paste Pydantic classes. They are read, never run. ", this.roots), this.source.node), schema: el("div", { class: "view" }, this.schema.node), form: el("div", { class: "view" }, this.form.node) };
    const names = { source: "Pydantic", schema: "JSON Schema", form: "Form" };
    this.tabs = tabs(views.map((view) => [view, names[view]]), (key) => { for (const [view, node] of Object.entries(nodes)) node.hidden = view !== key; });
    this.node = el("div", { class: "shape" }, this.tabs.node, ...views.map((view) => nodes[view]), this.remarks);
    this.later = after(PAUSE_MS, () => { this.asking = this.ask(); return this.asking; });
    this.asked = 0;
    this.touched = false;  // whether it was edited here since it was shown
    this.tabs.pick(views[0]);
  }

  /** Shows a value from outside; `written` is the source and the root class it was made from, where that is known. */
  async show(value, written) {
    this.later.drop();
    this.touched = false;
    this.from = written ? "source" : "schema";
    this.schema.set(value === undefined ? "" : pretty(value));
    if (written) this.source.set(written.source);
    this.body = written ?? { schema: value };
    this.verbatim = value;
    if (value === undefined) this.clear();
    else await this.ask(false);
  }

  clear() {
    this.source.set("");
    this.schema.set("");
    this.form.show(structuredClone(shelf.empty_form));
    this.say([], []);
  }

  edited(from, body) {
    this.from = from;
    this.body = body;
    this.verbatim = undefined;
    this.touched = true;
    this.later();
  }

  /** Takes up at once what was edited a moment ago; resolves when it is known what that means. */
  async settle() {
    await (this.later.pending ? this.later.now() : this.asking);
  }

  editedSchema(text) {
    this.later.drop();
    this.touched = true;
    if (text.trim() === "") { this.asked += 1; this.onchange(undefined); this.say([], []); return; }
    const { value, remark } = readJson(text);
    if (remark) { this.asked += 1; this.refuse([remark], []); return; }
    this.edited("schema", { schema: value });
    this.verbatim = value;
  }

  /** Asks what the edited view means, and brings the others in step. */
  async ask(tell = true) {
    const number = (this.asked += 1);
    if (this.from === "source" && this.body.source.trim() === "") { if (tell) this.onchange(undefined); this.say([], []); return; }
    const chosen = this.from === "source" && !this.roots.hidden ? { root: this.roots.value } : {};
    const response = await post("playground/shape", { ...chosen, ...this.body }).catch(() => null);
    const views = await response?.json().catch(() => null);
    if (number !== this.asked) return;
    if (!response?.ok) { this.refuse([{ text: views?.message ?? "Not read: this page has lost its own server." }], []); return; }
    this.follow(views);
    if (views.problems.length) this.refuse(views.problems, views.notes);
    else {
      if (tell) this.onchange(this.from === "schema" ? this.verbatim : views.schema, "", this.from === "source" ? { source: this.body.source, root: views.root } : undefined);
      this.say([], views.notes);
    }
  }

  follow(views) {
    if (this.from !== "source" && !views.problems.length) this.source.set(views.source ?? "");
    if (this.from !== "schema" && !views.problems.length) this.schema.set(pretty(views.schema));
    if (this.from !== "form" && !views.problems.length) this.form.show(views.form);
    if (this.from === "source") {
      this.roots.hidden = views.models.length < 2;
      this.roots.replaceChildren(...views.models.map((name) => el("option", { value: name, selected: name === views.root }, `root: ${name}`)));
    } else this.roots.hidden = true;
  }

  refuse(problems, notes) {
    this.say(problems, notes);
    const first = problems[0];
    this.onchange(undefined, `${first.line ? `line ${first.line}: ` : ""}${first.text}`);
  }

  say(problems, notes) {
    const box = this.from === "source" ? this.source : this.schema;
    this.source.mark([]);
    this.schema.mark([]);
    if (this.from !== "form") box.mark(problems.map((problem) => problem.line).filter(Boolean));
    this.remarks.replaceChildren(
      ...(problems.length ? [remarkList(problems, "bad", (remark) => box.go(remark.line))] : []),
      ...(notes.length ? [remarkList(notes, "note", (remark) => box.go(remark.line))] : []));
  }
}
