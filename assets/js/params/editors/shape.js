// One shape in three views that stay in step: Python source, JSON Schema, form. The server reads, this only
// shows.

import { ask } from "../../core/api.js";
import { el } from "../../core/dom.js";
import { after } from "../../core/later.js";
import { remarkList } from "../../core/remarks.js";
import { t, translated } from "../../core/words.js";
import { codeBox, readJson } from "./code.js";
import { FormView } from "./form.js";
import { tabs } from "./opening.js";

/** @import { Remark } from "../../types" */

/** @typedef {{source: string, root?: string}} Written  The classes that a schema was read from. */
/** @typedef {"source" | "schema" | "form"} View */

/**
 * Hears the value as it is to be sent, or undefined and what is wrong, and the classes it was read from.
 * @typedef {(value: any, problem?: string, written?: Written) => void} Reshaped
 */

const PAUSE_MS = 250;
const NAMES = { source: "Pydantic", schema: "JSON Schema", form: t("Form") };
const SOURCE = "from pydantic import BaseModel\n\n\nclass Answer(BaseModel):\n    ...";
/** @param {unknown} value */
const pretty = (value) => JSON.stringify(value, null, 2);

/** @type {any} */
let shelf = null;

/** The ready examples and what a form can hold, fetched once. */
export async function theShelf() {
  shelf ??= (await ask("playground/shelf")).data;
  return shelf;
}

export class ShapeEditor {
  /** @param {{views?: View[], named?: boolean, types: string[], onchange: Reshaped}} parts */
  constructor({ views = ["source", "schema", "form"], named = true, types, onchange }) {
    this.onchange = onchange;
    this.source = codeBox({
      label: t("Pydantic source"),
      placeholder: SOURCE,
      oninput: (text) => this.edited("source", { source: text }),
    });
    this.schema = codeBox({
      label: "JSON Schema",
      placeholder: '{"type": "object", "properties": {}}',
      oninput: (text) => this.editedSchema(text),
    });
    this.form = new FormView({ types, named, onchange: (form) => this.edited("form", { form }) });
    this.remarks = el("div", { class: "remark-box", role: "status" });
    this.roots = el("select", { "aria-label": t("root class"), hidden: true });
    this.roots.addEventListener("change", () => this.edited("source", { source: this.source.value }));
    const pasting = t("Paste Pydantic classes. They are read, never run. ");
    const nodes = {
      source: el("div", { class: "view" }, el("p", { class: "fine" }, pasting, this.roots), this.source.node),
      schema: el("div", { class: "view" }, this.schema.node),
      form: el("div", { class: "view" }, this.form.node),
    };
    this.tabs = tabs(views.map((view) => [view, NAMES[view], nodes[view]]));
    const shown = views.map((view) => nodes[view]);
    this.node = el("div", { class: "shape" }, this.tabs.node, ...shown, this.remarks);
    this.later = after(PAUSE_MS, () => {
      this.asking = this.ask();
      return this.asking;
    });
    /** @type {Promise<void> | undefined} */
    this.asking = undefined;
    /** @type {View} */
    this.from = "schema";
    /** @type {any} */
    this.body = {};
    /** @type {any} */
    this.verbatim = undefined;
    this.asked = 0;
    this.touched = false; // whether it was edited here since it was shown
  }

  /**
   * Shows a value from outside; `written` is what it was made from, where that is known.
   * @param {any} value
   * @param {Written} [written]
   */
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

  /**
   * Takes a ready example in place of what is there.
   * @param {string} source
   */
  take(source) {
    this.tabs.pick("source");
    this.source.set(source);
    this.edited("source", { source });
    this.later.now();
  }

  /**
   * @param {View} from
   * @param {any} body
   */
  edited(from, body) {
    this.from = from;
    this.body = body;
    this.verbatim = undefined;
    this.touched = true;
    this.later.soon();
  }

  /** Takes up at once what was edited a moment ago; resolves when it is known what that means. */
  async settle() {
    await (this.later.pending ? this.later.now() : this.asking);
  }

  /** @param {string} text */
  editedSchema(text) {
    this.later.drop();
    this.touched = true;
    if (text.trim() === "") {
      this.asked += 1;
      this.onchange(undefined);
      this.say([], []);
      return;
    }
    const { value, remark } = readJson(text);
    if (remark) {
      this.asked += 1;
      this.refuse([remark], []);
      return;
    }
    this.edited("schema", { schema: value });
    this.verbatim = value;
  }

  /** Asks what the edited view means, and brings the others in step. */
  async ask(tell = true) {
    this.asked += 1;
    const number = this.asked;
    if (this.from === "source" && this.body.source.trim() === "") {
      if (tell) this.onchange(undefined);
      this.say([], []);
      return;
    }
    const chosen = this.from === "source" && !this.roots.hidden ? { root: this.roots.value } : {};
    const { ok, data } = await ask("playground/shape", { body: { ...chosen, ...this.body } });
    if (number !== this.asked) return;
    if (!ok) {
      this.refuse([{ text: data?.message ?? t("Not read: this page has lost its own server.") }], []);
      return;
    }
    this.follow(data);
    if (data.problems.length) {
      this.refuse(data.problems, data.notes);
      return;
    }
    if (tell) this.#tell(data);
    this.say([], data.notes);
  }

  /** @param {any} views  of the server */
  #tell({ schema, root }) {
    const value = this.from === "schema" ? this.verbatim : schema;
    this.onchange(value, "", this.from === "source" ? { source: this.body.source, root } : undefined);
  }

  /** @param {any} views  of the server */
  follow({ problems, source, schema, form, models, root }) {
    if (!problems.length) {
      if (this.from !== "source") this.source.set(source ?? "");
      if (this.from !== "schema") this.schema.set(pretty(schema));
      if (this.from !== "form") this.form.show(form);
    }
    this.roots.hidden = this.from !== "source" || models.length < 2;
    if (this.from !== "source") return;
    const options = models.map((/** @type {string} */ name) =>
      el("option", { value: name, selected: name === root }, t("root: {name}", { name })),
    );
    this.roots.replaceChildren(...options);
  }

  /**
   * @param {Remark[]} problems
   * @param {Remark[]} notes
   */
  refuse(problems, notes) {
    this.say(problems, notes);
    const first = problems[0];
    this.onchange(
      undefined,
      `${first.line ? t("line {line}: ", { line: first.line }) : ""}${translated(first.text)}`,
    );
  }

  /**
   * @param {Remark[]} problems
   * @param {Remark[]} notes
   */
  say(problems, notes) {
    const box = this.from === "source" ? this.source : this.schema;
    const go = (/** @type {Remark} */ remark) => box.go(remark.line ?? 1);
    this.source.mark([]);
    this.schema.mark([]);
    if (this.from !== "form") box.mark(problems.map((problem) => problem.line).filter(Boolean));
    this.remarks.replaceChildren(
      ...(problems.length ? [remarkList(problems, "bad", go)] : []),
      ...(notes.length ? [remarkList(notes, "note", go)] : []),
    );
  }
}
