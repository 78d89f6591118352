// A parameter as one row: its real name, its control, its state, help on demand, and what is wrong with it.
//
// The store has its value; the component's own is only what it begins with, where null or "" stands for
// unset.

import { button, el, fill, nodes, uniqueId } from "../core/dom.js";
import { outer, store } from "../core/store.js";
import { t, translated } from "../core/words.js";
import { AuthorsValue } from "./author.js";
import { CONTROLS } from "./controls.js";
import { chip, inWords, truthList, truths } from "./effects.js";

/** @import { Control, Mount, Preview } from "../types" */

/**
 * What a row is made of. `state` stands at the end of its line, `more` below it.
 * @typedef {object} Parts
 * @property {Control} control
 * @property {HTMLElement} state
 * @property {HTMLElement[]} [more]
 * @property {string} [unsetting]  what the button that unsets it says to those who point at it
 */

/** @param {any} value */
const given = (value) => (value === null || value === "" ? undefined : value);

/**
 * A name that may go on in the next line after a dot or an underscore.
 * @param {string} name
 */
const breakable = (name) => name.split(/(?<=[._])/).flatMap((part) => [part, el("wbr")]);

/** The row of one value in the store; what it shows at its end is its heirs' to say. */
export class Row {
  /**
   * @param {string} name  in the store
   * @param {string} title
   */
  constructor(name, title = name) {
    this.name = name;
    this.title = title;
    this.labelId = uniqueId(name);
    this.problem = el("p", { class: "problem", role: "alert", id: `${this.labelId}-problem`, hidden: true });
    this.told = ""; // of the problem
    this.body = el("div", { class: "pp-row" });
    /** @type {HTMLButtonElement | null} */
    this.unset = null;
  }

  get value() {
    return store.value(this.name);
  }

  /**
   * Puts the row onto the page and its value into the store.
   * @param {Mount} mount
   * @param {Parts} parts
   */
  begin({ element, props }, { control, state, more = [], unsetting = t("leave it to the server") }) {
    this.control = control;
    const help = el(
      "p",
      { class: "help", id: `${this.labelId}-help`, hidden: true },
      translated(props.help ?? ""),
    );
    this.unset = el("button", { type: "button", class: "unset", title: unsetting }, "\u00d7");
    this.unset.setAttribute("aria-label", t("unset {title}", { title: this.title }));
    this.unset.addEventListener("click", () => store.set(this.name, undefined));
    this.body.append(
      el("div", { class: "line" }, this.#head(help), control.node, this.unset, state, control.below),
      ...more,
      help,
      this.problem,
    );
    fill(element, this.body);
    store.on("value", ({ name, by }) => {
      if (name === this.name) this.changed(by);
    });
    store.on("problems", () => this.showProblem());
    store.declare(this.name, given(props.value), control.settle);
  }

  /** @param {HTMLElement} help */
  #head(help) {
    const head = el("button", { type: "button", class: "name", id: this.labelId, title: t("what is this?") });
    head.append(...breakable(this.title));
    head.setAttribute("aria-expanded", "false");
    head.setAttribute("aria-controls", help.id);
    head.addEventListener("click", () => {
      help.hidden = !help.hidden;
      head.setAttribute("aria-expanded", String(!help.hidden));
    });
    return head;
  }

  /**
   * Its own control has made this of it.
   * @param {any} value
   * @param {string} [unreadable]
   */
  make(value, unreadable = "") {
    store.set(this.name, value, { unreadable, by: this });
  }

  /**
   * The value is another, or has been set again.
   * @param {unknown} by  its own control shows what it has made already, and what is being typed must stay
   */
  changed(by) {
    if (by !== this) this.control?.show(this.value);
    this.paint();
    this.showProblem();
  }

  paint() {
    const set = this.value !== undefined;
    this.body.classList.toggle("set", set);
    if (this.unset) this.unset.disabled = !set && !store.unreadable(this.name);
  }

  /** What cannot be read, as a sentence about this row. */
  get fault() {
    const fault = store.unreadable(this.name);
    return fault && `${this.name}: ${fault}`;
  }

  showProblem() {
    const text = this.fault || translated(store.problem(this.name));
    const nearest = this.fault ? undefined : store.nearest(this.name);
    const offer =
      nearest !== undefined &&
      button("remedy", t("Set {nearest}", { nearest }), () => store.set(this.name, nearest));
    if (this.told === `${text} ${nearest}`) return; // what is announced, or has the focus, is not made anew
    this.told = `${text} ${nearest}`;
    this.problem.replaceChildren(...nodes([text, offer && " ", offer]));
    this.problem.hidden = !text;
    this.body.classList.toggle("wrong", Boolean(text));
    for (const box of this.control?.node.querySelectorAll("input, select, textarea") ?? []) {
      if (text) box.setAttribute("aria-describedby", this.problem.id);
      else box.removeAttribute("aria-describedby");
      box.setAttribute("aria-invalid", String(Boolean(text)));
    }
  }
}

/** The row of a parameter, at whose end stands in a word what became of it. */
class ParameterRow extends Row {
  /** @param {Mount} mount */
  constructor(mount) {
    const { name, kind } = mount.props;
    super(name);
    /** @type {import("./effects.js").Known} */
    this.known = { name, given: false };
    this.state = el("button", { type: "button", class: "state", id: `${this.labelId}-state` });
    this.author = new AuthorsValue(name);
    this.warning = el("p", { class: "foretold", role: "status", hidden: true });
    this.details = el("dl", { class: "truths", id: `${this.labelId}-truths`, hidden: true });
    this.#wire();
    const control = CONTROLS[/** @type {keyof typeof CONTROLS} */ (kind.control)]({
      name,
      labelId: this.labelId,
      kind,
      onchange: (/** @type {any} */ value, /** @type {string | undefined} */ text) => this.make(value, text),
    });
    control.hint(null);
    this.begin(mount, { control, state: this.state, more: [this.author.node, this.warning, this.details] });
  }

  #wire() {
    this.state.setAttribute("aria-labelledby", `${this.labelId} ${this.state.id}`);
    this.state.setAttribute("aria-expanded", "false");
    this.state.setAttribute("aria-controls", this.details.id);
    this.state.addEventListener("click", () => {
      this.details.hidden = !this.details.hidden;
      this.state.setAttribute("aria-expanded", String(!this.details.hidden));
    });
    store.on("preview", (preview) => this.foresee(preview));
    store.on("evidence", (shown) => this.learn(shown));
    store.on("verdicts", () => this.know({ probe: store.verdict(this.name) }));
  }

  /** What an answer has shown is true of the value that it was asked with, and of no other. */
  paint() {
    super.paint();
    const { support } = this.known;
    this.known = { name: this.name, given: false, support, probe: store.verdict(this.name) };
    this.author.paint();
    this.know({ given: this.value !== undefined });
  }

  /**
   * Shows the word at the end of the row, and the sentences behind it.
   * @param {Partial<import("./effects.js").Known>} more
   */
  know(more) {
    this.known = { ...this.known, ...more };
    const { word, tone } = chip(this.known);
    const found = truths(this.known);
    this.state.textContent = word;
    Object.assign(this.state.dataset, { state: word, tone });
    this.state.title = inWords(found);
    this.details.replaceChildren(...truthList(found));
    const warning = this.known.evidence ? "" : (this.known.support?.warning ?? "");
    this.warning.textContent = warning;
    this.warning.hidden = !warning;
  }

  /**
   * Before anything is sent: whether the model takes it, and what would become of it.
   * @param {Readonly<Preview>} preview
   */
  foresee({ hints, briefs, suggestions, suggested, support, report }) {
    const { name, control } = this;
    this.author.learn(suggested[name]);
    control?.hint(hints[name] ?? null);
    if (name in suggestions) control?.suggest?.(suggestions[name]);
    if (name in briefs) control?.summarise?.(briefs[name]);
    const line = store.busy ? undefined : report.find(({ parameter }) => parameter === outer(name));
    this.know({ support: support[name], ...(line && { line }) });
  }

  /**
   * After an answer: what became of it. Null: what was shown holds no more.
   * @param {import("../core/store.js").Shown | null} shown
   */
  learn(shown) {
    if (!shown) this.know({ line: undefined, evidence: undefined });
    else if (this.value !== undefined) {
      const name = outer(this.name);
      const line = shown.report.find(({ parameter }) => parameter === name);
      this.know({ line, evidence: shown.evidence?.[name] });
    }
  }
}

/** @param {Mount} mount */
export function mount(mount) {
  new ParameterRow(mount);
}
