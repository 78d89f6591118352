// A flat form of a JSON Schema: one row a property, those of an object below it. See structured/form.py.

import { el } from "../dom.js";

const NEW_ROW = {
  type: "text", required: true, many: false, nullable: false, title: "", description: "", choices: [], minimum: null, maximum: null,
  least_items: null, most_items: null, pattern: "", format: "", default: "", more: "", more_of_list: "",
};
const LENGTHS = { text: ["shortest", "longest"], number: ["least", "most"], "whole number": ["least", "most"] };


/** `onchange(form)` is called with each change; the form itself is edited in place. */
export class FormView {
  constructor({ types, named, onchange }) {
    this.types = types;
    this.named = named;
    this.onchange = onchange;
    this.node = el("div", { class: "form" });
  }

  show(form) {
    this.form = form;
    this.draw();
  }

  changed() { this.onchange(this.form); }

  draw() {
    if (!this.form) { this.node.replaceChildren(el("p", { class: "none" }, "There is no form of this. See the remarks, or the other views.")); return; }
    const head = this.named && el("div", { class: "form-head" },
      this.text("name", this.form, "name"), this.text("what it is for", this.form, "description"),
      this.flag("nothing else allowed", this.form, "closed"));
    this.node.replaceChildren(...[head].filter(Boolean), ...this.form.rows.map((row) => this.row(row)),
      el("button", { type: "button", class: "plain-act", onclick: () => this.add([], this.form.rows.length) }, "+ add a property"));
  }

  text(label, target, key, attributes = {}) {
    return el("label", { class: "field" }, el("span", {}, label), el("input", {
      type: "text", value: target[key] ?? "", ...attributes,
      oninput: (event) => { target[key] = event.target.value; this.changed(); },
    }));
  }

  number(label, target, key) {
    return el("label", { class: "field short" }, el("span", {}, label), el("input", {
      type: "number", step: "any", value: target[key] ?? "",
      oninput: (event) => { target[key] = event.target.value === "" ? null : Number(event.target.value); this.changed(); },
    }));
  }

  flag(label, target, key) {
    return el("label", { class: "tick" }, el("input", { type: "checkbox", checked: target[key], onchange: (event) => { target[key] = event.target.checked; this.changed(); if (key === "many") this.draw(); } }), ` ${label}`);
  }

  row(row) {
    const depth = row.path.length - 1;
    const name = el("input", { type: "text", class: "mono", value: row.path.at(-1) ?? "", "aria-label": "name of the property", placeholder: "name", oninput: (event) => this.rename(row, event.target.value) });
    const type = el("select", { "aria-label": "type", onchange: () => this.retype(row, type.value) }, ...this.types.map((value) => el("option", { value, selected: value === row.type }, value)));
    const more = el("div", { class: "form-more", hidden: true }, ...this.details(row));
    const open = el("button", { type: "button", class: "plain-act", "aria-expanded": "false", onclick: () => { more.hidden = !more.hidden; open.setAttribute("aria-expanded", String(!more.hidden)); } }, "limits");
    const node = el("div", { class: "form-row" },
      el("div", { class: "form-line" }, name, type,
        this.flag("required", row, "required"), this.flag("list", row, "many"), this.flag("or null", row, "nullable"), open,
        row.type === "object" && el("button", { type: "button", class: "plain-act", onclick: () => this.add(row.path, this.form.rows.indexOf(row) + 1) }, "+ inside"),
        el("button", { type: "button", class: "plain-act", "aria-label": `remove ${row.path.at(-1)}`, onclick: () => this.remove(row) }, "\u00d7")),
      row.type === "choice" && this.choices(row),
      row.type === "JSON" && this.text("JSON Schema", row, "more", { class: "mono" }),
      this.text("description", row, "description"), more);
    node.style.setProperty("--depth", depth);
    return node;
  }

  details(row) {
    const [least, most] = LENGTHS[row.type] ?? [];
    return [
      least && this.number(least, row, "minimum"), most && this.number(most, row, "maximum"),
      row.many && this.number("fewest items", row, "least_items"), row.many && this.number("most items", row, "most_items"),
      row.type === "text" && this.text("pattern", row, "pattern", { class: "mono" }),
      row.type === "text" && this.text("format", row, "format", { class: "mono" }),
      this.text("default (JSON)", row, "default", { class: "mono" }),
      row.type !== "JSON" && this.text("more keywords (JSON)", row, "more", { class: "mono" }),
    ].filter(Boolean);
  }

  choices(row) {
    const box = el("textarea", { rows: Math.min(Math.max(row.choices.length, 2), 6), class: "mono", "aria-label": "choices, one a line", placeholder: "one choice a line", value: row.choices.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join("\n") });
    const texts = row.choices.every((one) => typeof one === "string");
    box.addEventListener("input", () => {
      const lines = box.value.split("\n").filter((line) => line.trim() !== "");
      row.choices = texts ? lines : lines.map((line) => { try { return JSON.parse(line); } catch { return line; } });
      this.changed();
    });
    return el("label", { class: "field" }, el("span", {}, "choices"), box);
  }

  /** The rows within an object: those that follow it and lie deeper. Not by name: two siblings may share one for a while. */
  inside(row) {
    const after = this.form.rows.slice(this.form.rows.indexOf(row) + 1);
    const end = after.findIndex((other) => other.path.length <= row.path.length);
    return end < 0 ? after : after.slice(0, end);
  }

  rename(row, name) {
    const at = row.path.length - 1;
    for (const each of [row, ...this.inside(row)]) each.path = each.path.with(at, name);
    this.changed();
  }

  /** Takes these rows out of the form. */
  drop(gone) {
    this.form.rows = this.form.rows.filter((row) => !gone.includes(row));
  }

  retype(row, type) {
    if (type !== "object") this.drop(this.inside(row));
    Object.assign(row, { type, choices: type === "choice" ? ["yes", "no"] : [], minimum: null, maximum: null, pattern: "", format: "", more: type === "JSON" ? "{}" : "" });
    this.draw();
    this.changed();
  }

  add(path, at) {
    const taken = new Set(this.form.rows.filter((row) => row.path.length === path.length + 1).map((row) => row.path.at(-1)));
    let name = "property";
    for (let n = 2; taken.has(name); n += 1) name = `property_${n}`;
    while (path.length && this.form.rows[at]?.path.length > path.length) at += 1;
    this.form.rows.splice(at, 0, { ...NEW_ROW, path: [...path, name] });
    this.draw();
    this.changed();
    const box = this.node.querySelectorAll(".form-line > input")[at];
    box?.focus();
    box?.select();
  }

  remove(row) {
    this.drop([row, ...this.inside(row)]);
    this.draw();
    this.changed();
  }
}
