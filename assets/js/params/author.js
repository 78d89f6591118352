// What a model's author suggests for a parameter: a small button at its row, which sets it, and a mark where
// the row is set to something else.

import { button, el } from "../core/dom.js";
import { store } from "../core/store.js";
import { translated } from "../core/words.js";

/** @import { Suggestion } from "../types" */

export class AuthorsValue {
  /** @type {Suggestion | undefined} */
  #suggested;

  /** @param {string} name  of the row */
  constructor(name) {
    this.name = name;
    this.button = button("author", "", () => store.set(this.name, this.#suggested?.value));
    this.node = el("div", { class: "of-author", hidden: true }, this.button);
  }

  /** @param {Suggestion | undefined} suggested */
  learn(suggested) {
    this.#suggested = suggested;
    this.paint();
  }

  paint() {
    const suggested = this.#suggested;
    const value = store.value(this.name);
    this.node.hidden = !suggested;
    if (!suggested) return;
    const follows = value === suggested.value;
    this.button.textContent = translated(suggested.label);
    this.button.title = translated(suggested.told);
    this.button.disabled = follows;
    this.node.dataset.stands = value === undefined ? "open" : follows ? "followed" : "deviates";
  }
}
