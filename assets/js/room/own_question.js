// The part of the form of a new room for a question of the teacher's own: what is asked, predicted, dealt out, plotted.

import { el } from "../core/dom.js";
import { t, translated } from "../core/words.js";
import { area, field, whole } from "./field.js";

/** @typedef {{name: string, hint: string, first: string}} Varied  What can be dealt out, and what is typed for it. */
/** @typedef {{name: string, label: string, what: string}} Measured */
/** @typedef {{parameters: Varied[], measures: Measured[], tokens: {usual: number, most: number},
 *   most_students: number}} Offers */

const BEGINNING = { varied: "temperature", measure: "distinct_1" };

/** @param {{name: string, label?: string}[]} offers */
const options = (offers) =>
  offers.map(({ name, label = name }) => el("option", { value: name }, translated(label)));

export class OwnQuestion {
  /** @param {Offers} offers */
  constructor({ parameters, measures, tokens, most_students }) {
    this.mostValues = most_students;
    this.parameters = new Map(parameters.map((each) => [each.name, each]));
    this.measures = new Map(measures.map((each) => [each.name, each.what]));
    this.prompt = area(2, { value: "Write one sentence about the sea." });
    this.system = area(1);
    this.tokens = whole(tokens.usual, tokens.most);
    this.question = area(1);
    this.choices = area(3, { oninput: () => this.#choose() });
    this.right = el("select");
    this.varied = el("select", { onchange: () => this.#vary() }, ...options(parameters));
    this.varied.append(el("option", { value: "" }, t("none: all ask alike")));
    this.values = area(1, { spellcheck: false });
    this.hint = el("span");
    this.measure = el("select", { onchange: () => this.#measured() }, ...options(measures));
    this.what = el("span");
    this.whichRight = field(t("What comes true"), this.right, t("Marked at the reveal, and not before."));
    this.whatValues = field(t("Values"), this.values, this.hint);
    this.node = this.#fields(tokens.most);
    this.varied.value = BEGINNING.varied;
    this.measure.value = BEGINNING.measure;
    this.#vary();
    this.#measured();
    this.#choose();
  }

  /** @param {number} most  tokens of an answer */
  #fields(most) {
    const group = (/** @type {string} */ title, /** @type {HTMLElement[]} */ ...fields) =>
      el("fieldset", {}, el("legend", {}, title), ...fields);
    return el(
      "div",
      { class: "own" },
      group(
        t("What the class asks"),
        field(t("Prompt"), this.prompt),
        field(t("System prompt"), this.system, t("Instructions before it; may be empty.")),
        field(t("Longest answer"), this.tokens, t("Tokens, at most {most}.", { most })),
      ),
      group(
        t("What it predicts before"),
        field(t("Question"), this.question, t("May be empty.")),
        field(t("Choices"), this.choices, t("One on each line.")),
        this.whichRight,
      ),
      group(
        t("What differs"),
        field(t("Parameter"), this.varied, t("Its values are dealt out evenly.")),
        this.whatValues,
        field(t("Measure"), this.measure, this.what),
      ),
    );
  }

  /** As the server takes it. */
  get plan() {
    return {
      prompt: this.prompt.value,
      system: this.system.value,
      parameters: { max_tokens: Number(this.tokens.value) },
      question: this.question.value,
      choices: this.#listed(),
      right: this.right.value === "" ? null : Number(this.right.value),
      varied: this.varied.value,
      values: this.values.value,
      measure: this.measure.value,
    };
  }

  #listed() {
    const lines = this.choices.value.split("\n").map((each) => each.trim());
    return lines.filter(Boolean);
  }

  /** One of the choices as they are now; which of them was chosen stays. */
  #choose() {
    const choices = this.#listed();
    const before = this.right.value;
    const each = choices.map((text, place) => el("option", { value: String(place) }, text));
    this.right.replaceChildren(el("option", { value: "" }, t("not known")), ...each);
    this.right.value = Number(before) < choices.length ? before : "";
    this.whichRight.hidden = choices.length < 2;
  }

  #vary() {
    const chosen = this.parameters.get(this.varied.value);
    this.values.value = chosen?.first ?? "";
    this.values.rows = chosen?.hint.includes("a line") ? 3 : 1;
    const hint = chosen?.hint ?? "";
    this.hint.textContent = t("{hint}; at most {most} values.", {
      hint: translated(hint),
      most: this.mostValues,
    });
    this.whatValues.hidden = !chosen;
  }

  #measured() {
    this.what.textContent = t("What is plotted over the class. {measure}", {
      measure: translated(this.measures.get(this.measure.value) ?? ""),
    });
  }
}
