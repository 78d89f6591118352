// Throws of our own dice over the last bars, and whether they fall as the bars say.

import { ask, reasons } from "../core/api.js";
import { button, el } from "../core/dom.js";

const TIMES = [1, 100, 10_000];
const LEAST_LIKELY = 0.001;

/**
 * What a test of the throws says, in a sentence.
 * @param {number} times
 * @param {{degrees: number, statistic: number, p_value: number}} fit
 */
function fitWords(times, { degrees, statistic, p_value: p }) {
  const thrown = `${times.toLocaleString("en")} throws of our own dice.`;
  if (degrees === 0) return `${thrown} Too few for a test, or only one token can fall.`;
  const test = `Chi-square ${statistic.toFixed(1)} with ${degrees} degrees of freedom`;
  const often =
    p < LEAST_LIKELY ? "less than one time in 1,000" : `${(p * 100).toFixed(p < 0.1 ? 1 : 0)} % of the time`;
  return `${thrown} ${test}: honest dice fall at least as far off ${often}.`;
}

export class Throws {
  /**
   * @param {() => object} place  the key, values and order that are shown
   * @param {(fallen: Map<number, number>) => void} onfallen
   */
  constructor(place, onfallen) {
    this.place = place;
    this.onfallen = onfallen;
    this.seed = el("input", {
      type: "number",
      min: 0,
      step: 1,
      value: "1",
      "aria-label": "seed of the dice",
    });
    this.said = el("p", { class: "fit", role: "status" });
    const throwers = TIMES.map((times) =>
      button("small", `throw ${times.toLocaleString("en")}`, () => this.#throw(times)),
    );
    const seed = el("label", {}, "seed ", this.seed);
    this.node = el(
      "div",
      { class: "dice-throws" },
      el("div", { class: "throwers" }, ...throwers, seed),
      this.said,
    );
  }

  clear() {
    this.said.textContent = "";
  }

  /** @param {number} times */
  async #throw(times) {
    const body = { ...this.place(), times, seed: Number(this.seed.value) };
    const told = await ask("playground/dice/throws", { body });
    if (!told.ok) {
      this.said.textContent = reasons(told);
      return;
    }
    const { rows, rest } = told.data;
    /** @type {[number, number][]} */
    const fallen = rows.map((/** @type {any[]} */ [id, , count]) => [id, count / times]);
    this.onfallen(new Map([...fallen, [-1, rest[0] / times]]));
    this.said.textContent = fitWords(times, told.data);
  }
}
