// A flat form of a JSON Schema: one row a property, those of an object below it. See schema/form/form.py.

import { HAS_RANGE, NEW_ROW } from "../../contract.js";
import { button, el, nodes } from "../../core/dom.js";
import { t, translated } from "../../core/words.js";

/** @typedef {any} FormRow  A property, as schema/form/form.py has it. */
/** @typedef {any} Form */

/** @typedef {{types: string[], named: boolean, onchange: (form: Form) => void}} Parts */

export class FormView {
  /**
   * `onchange` is called with each change; the form itself is edited in place.
   * @param {Parts} parts
   */
  constructor({ types, named, onchange }) {
    this.types = types;
    this.named = named;
    this.onchange = onchange;
    this.node = el("div", { class: "form" });
    /** @type {Form} */
    this.form = null;
  }

  /** @param {Form} form */
  show(form) {
    this.form = form;
    this.draw();
  }

  changed() {
    this.onchange(this.form);
  }

  draw() {
    if (!this.form) {
      const none = t("There is no form of this. See the remarks, or the other views.");
      this.node.replaceChildren(el("p", { class: "none" }, none));
      return;
    }
    const rows = this.form.rows.map((/** @type {FormRow} */ row) => this.row(row));
    const add = button("plain-act", t("+ add a property"), () => this.add([], this.form.rows.length));
    this.node.replaceChildren(...nodes([this.named && this.head(), ...rows, add]));
  }

  head() {
    return el(
      "div",
      { class: "form-head" },
      this.text(t("name"), this.form, "name"),
      this.text(t("what it is for"), this.form, "description"),
      this.flag(t("nothing else allowed"), this.form, "closed"),
    );
  }

  /**
   * @param {string} label
   * @param {any} target
   * @param {string} key
   */
  text(label, target, key, attributes = {}) {
    const box = el("input", { type: "text", value: target[key] ?? "", ...attributes });
    box.addEventListener("input", () => {
      target[key] = box.value;
      this.changed();
    });
    return el("label", { class: "field" }, el("span", {}, label), box);
  }

  /**
   * @param {string} label
   * @param {any} target
   * @param {string} key
   */
  number(label, target, key) {
    const box = el("input", { type: "number", step: "any", value: target[key] ?? "" });
    box.addEventListener("input", () => {
      target[key] = box.value === "" ? null : Number(box.value);
      this.changed();
    });
    return el("label", { class: "field short" }, el("span", {}, label), box);
  }

  /**
   * @param {string} label
   * @param {any} target
   * @param {string} key
   */
  flag(label, target, key) {
    const box = el("input", { type: "checkbox", checked: target[key] });
    box.addEventListener("change", () => {
      target[key] = box.checked;
      this.changed();
      if (key === "many") this.draw();
    });
    return el("label", { class: "tick" }, box, ` ${label}`);
  }

  /** @param {FormRow} row */
  row(row) {
    const more = el("div", { class: "form-more", hidden: true }, ...this.details(row));
    const node = el(
      "div",
      { class: "form-row" },
      el("div", { class: "form-line" }, ...this.line(row, more)),
      row.type === "choice" && this.choices(row),
      row.type === "JSON" && this.text("JSON Schema", row, "more", { class: "mono" }),
      this.text(t("description"), row, "description"),
      more,
    );
    node.style.setProperty("--depth", String(row.path.length - 1));
    return node;
  }

  /**
   * What stands in the first line of a row.
   * @param {FormRow} row
   * @param {HTMLElement} more  what its limits unfold
   */
  line(row, more) {
    const name = el("input", {
      type: "text",
      class: "mono",
      value: row.path.at(-1) ?? "",
      placeholder: t("name"),
    });
    name.setAttribute("aria-label", t("name of the property"));
    name.addEventListener("input", () => this.rename(row, name.value));
    const options = this.types.map((value) =>
      el("option", { value, selected: value === row.type }, translated(value)),
    );
    const type = el("select", { "aria-label": t("type") }, ...options);
    type.addEventListener("change", () => this.retype(row, type.value));
    const unfold = (/** @type {any} */ { currentTarget }) => {
      more.hidden = !more.hidden;
      currentTarget.setAttribute("aria-expanded", String(!more.hidden));
    };
    const inside = () => this.add(row.path, this.form.rows.indexOf(row) + 1);
    return [
      name,
      type,
      this.flag(t("required"), row, "required"),
      this.flag(t("list"), row, "many"),
      this.flag(t("or null"), row, "nullable"),
      button("plain-act", t("limits"), unfold, { "aria-expanded": "false" }),
      row.type === "object" && button("plain-act", t("+ inside"), inside),
      button("plain-act", "\u00d7", () => this.remove(row), {
        "aria-label": t("remove {at}", { at: row.path.at(-1) }),
      }),
    ];
  }

  /** @param {FormRow} row */
  details(row) {
    const ranged = HAS_RANGE.includes(row.type);
    const text = row.type === "text";
    return [
      ranged && this.number(text ? t("shortest") : t("least"), row, "minimum"),
      ranged && this.number(text ? t("longest") : t("most"), row, "maximum"),
      row.many && this.number(t("fewest items"), row, "least_items"),
      row.many && this.number(t("most items"), row, "most_items"),
      text && this.text(t("pattern"), row, "pattern", { class: "mono" }),
      text && this.text(t("format"), row, "format", { class: "mono" }),
      this.text(t("default (JSON)"), row, "default", { class: "mono" }),
      row.type !== "JSON" && this.text(t("more keywords (JSON)"), row, "more", { class: "mono" }),
    ];
  }

  /** @param {FormRow} row */
  choices(row) {
    /** @type {any[]} */
    const choices = row.choices;
    const texts = choices.every((one) => typeof one === "string");
    const box = el("textarea", {
      rows: Math.min(Math.max(choices.length, 2), 6),
      class: "mono",
      "aria-label": t("choices, one a line"),
      placeholder: t("one choice a line"),
      value: choices.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join("\n"),
    });
    box.addEventListener("input", () => {
      const lines = box.value.split("\n").filter((line) => line.trim() !== "");
      row.choices = texts ? lines : lines.map(asJson);
      this.changed();
    });
    return el("label", { class: "field" }, el("span", {}, t("choices")), box);
  }

  /**
   * The rows within an object: those that follow it and lie deeper. Not by name: two siblings may share one
   * for a while.
   * @param {FormRow} row
   */
  inside(row) {
    /** @type {FormRow[]} */
    const after = this.form.rows.slice(this.form.rows.indexOf(row) + 1);
    const end = after.findIndex((other) => other.path.length <= row.path.length);
    return end < 0 ? after : after.slice(0, end);
  }

  /**
   * @param {FormRow} row
   * @param {string} name
   */
  rename(row, name) {
    const at = row.path.length - 1;
    for (const each of [row, ...this.inside(row)]) each.path = each.path.with(at, name);
    this.changed();
  }

  /**
   * Takes these rows out of the form.
   * @param {FormRow[]} gone
   */
  drop(gone) {
    this.form.rows = this.form.rows.filter((/** @type {FormRow} */ row) => !gone.includes(row));
  }

  /**
   * @param {FormRow} row
   * @param {string} type
   */
  retype(row, type) {
    if (type !== "object") this.drop(this.inside(row));
    Object.assign(row, {
      type,
      choices: type === "choice" ? [t("yes"), t("no")] : [],
      minimum: null,
      maximum: null,
      pattern: "",
      format: "",
      more: type === "JSON" ? "{}" : "",
    });
    this.draw();
    this.changed();
  }

  /**
   * @param {string[]} path
   * @param {number} at
   */
  add(path, at) {
    /** @type {FormRow[]} */
    const rows = this.form.rows;
    const beside = rows.filter((row) => row.path.length === path.length + 1);
    const taken = new Set(beside.map((row) => row.path.at(-1)));
    let name = "property";
    for (let n = 2; taken.has(name); n += 1) name = `property_${n}`;
    let place = at;
    while (path.length && rows[place]?.path.length > path.length) place += 1;
    rows.splice(place, 0, { ...NEW_ROW, path: [...path, name] });
    this.draw();
    this.changed();
    const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (
      this.node.querySelectorAll(".form-line > input")
    );
    boxes[place]?.focus();
    boxes[place]?.select();
  }

  /** @param {FormRow} row */
  remove(row) {
    this.drop([row, ...this.inside(row)]);
    this.draw();
    this.changed();
  }
}

/**
 * A line as the value that it is in JSON, else as its text.
 * @param {string} line
 */
function asJson(line) {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
