// Throws of our own dice over the last bars, and whether they fall as the bars say.

import { ask, reasons } from "../core/api.js";
import { button, el } from "../core/dom.js";
import { fixed, number, t } from "../core/words.js";

const TIMES = [1, 100, 10_000];
const LEAST_LIKELY = 0.001;

/**
 * What a test of the throws says, in a sentence.
 * @param {number} times
 * @param {{degrees: number, statistic: number, p_value: number}} fit
 */
function fitWords(times, { degrees, statistic, p_value: p }) {
  const thrown = t("{times} throws of our own dice.", { times: number(times) });
  if (degrees === 0) return t("{thrown} Too few for a test, or only one token can fall.", { thrown });
  const test = t("Chi-square {statistic} with {degrees} degrees of freedom", {
    statistic: fixed(statistic, 1),
    degrees,
  });
  const often =
    p < LEAST_LIKELY
      ? t("less than one time in 1,000")
      : t("{p} % of the time", { p: fixed(p * 100, p < 0.1 ? 1 : 0) });
  return t("{thrown} {test}: honest dice fall at least as far off {often}.", { thrown, test, often });
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
      "aria-label": t("seed of the dice"),
    });
    this.said = el("p", { class: "fit", role: "status" });
    const throwers = TIMES.map((times) =>
      button("small", t("throw {times}", { times: number(times) }), () => this.#throw(times)),
    );
    const seed = el("label", {}, t("seed "), this.seed);
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
