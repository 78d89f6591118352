// What a lesson's experiment has found: a plot of its measure, and the answers of each arm, equal ones as one.

import { button, el, fill } from "../core/dom.js";
import { t, translated } from "../core/words.js";
import { openDice } from "../dice/dice.js";
import { Lines } from "../sweeps/lines.js";
import { short } from "../sweeps/numbers.js";

/** @import { Mean } from "../sweeps/numbers.js" */
/** @import { Lesson } from "./lesson.js" */

/**
 * @typedef {{count: number, yes: number | null, mean: Mean | null, said: [text: string, times: number][],
 *   more: number, failed: number, id: string}} ArmFound
 * @typedef {{done: number, total: number, arms: ArmFound[]}} Found
 */

/**
 * What an arm measured, in few characters.
 * @param {ArmFound} found
 */
const figure = ({ yes, count, mean }) =>
  yes !== null
    ? t("{yes} of {count}", { yes, count })
    : mean
      ? `${short(mean.value)}${count > 1 ? t(" on average") : ""}`
      : "\u2013";

class Stage {
  constructor() {
    this.title = el("h3");
    this.what = el("p", { class: "note" });
    this.lines = new Lines();
    this.bars = el("tbody");
    this.table = el(
      "table",
      { class: "lesson-bars" },
      el("caption", { class: "visually-hidden" }, t("The measure of each arm")),
      this.bars,
    );
    this.said = el("div", { class: "lesson-said" });
    this.node = el(
      "section",
      { class: "lesson-stage", hidden: true, "aria-label": t("what came") },
      this.title,
      this.what,
      this.table,
      this.lines.node,
      this.said,
    );
  }

  clear() {
    this.node.hidden = true;
  }

  /**
   * @param {Lesson} lesson
   * @param {Found} found
   */
  show(lesson, { arms }) {
    this.node.hidden = false;
    const { label, what } = lesson.measure;
    this.title.textContent = translated(label);
    this.what.textContent = translated(what);
    const isLine = lesson.plot === "line" && lesson.numbers !== null;
    this.lines.node.hidden = !isLine;
    this.title.hidden = isLine; // the plot has a heading of its own
    this.table.hidden = isLine; // each number stands beside its answers too
    if (isLine) this.#paintLine(lesson, arms);
    else this.#paintBars(lesson, arms);
    this.said.replaceChildren(...arms.map((arm, at) => this.#arm(lesson, arm, at)));
  }

  /**
   * @param {Lesson} lesson
   * @param {ArmFound[]} arms
   */
  #paintBars(lesson, arms) {
    const most = lesson.measure.is_share ? 1 : Math.max(1, ...arms.map(({ mean }) => mean?.value ?? 0));
    const rows = arms.map((arm, at) => {
      const bar = el("span", { class: "lesson-bar" });
      bar.style.width = `${(100 * (arm.mean?.value ?? 0)) / most}%`;
      const cell = el("td", { class: "lesson-track", "aria-hidden": "true" }, bar);
      return el("tr", {}, el("th", { scope: "row" }, lesson.arms[at]), cell, el("td", {}, figure(arm)));
    });
    this.bars.replaceChildren(...rows);
  }

  /**
   * @param {Lesson} lesson
   * @param {ArmFound[]} arms
   */
  #paintLine(lesson, arms) {
    const { label, is_share } = lesson.measure;
    const axis = { parameter: lesson.parameter, labels: lesson.arms, numbers: lesson.numbers };
    const metric = {
      name: label,
      label: translated(label),
      unit: "",
      what: "",
      least: 0,
      most: is_share ? 1 : null,
    };
    const cells = arms.map(({ mean, count }, at) => ({
      at: [at],
      answers: count,
      different: 0,
      failed: 0,
      cut: 0,
      why: "",
      not_sent: {},
      means: /** @type {Record<string, Mean>} */ (mean ? { [label]: mean } : {}),
    }));
    this.lines.paint([axis], cells, metric);
  }

  /**
   * @param {Lesson} lesson
   * @param {ArmFound} arm
   * @param {number} at
   */
  #arm(lesson, arm, at) {
    const { said, more, failed, id } = arm;
    const items = said.map(([text, times]) =>
      el("li", {}, el("q", {}, text || t("(nothing)")), times > 1 ? el("b", {}, ` ${times}\u00d7`) : ""),
    );
    const dice = id && button("small", t("why: the dice"), () => openDice(id, []));
    const name = el("h4", {}, `${lesson.arms[at]} `, el("span", { class: "note" }, figure(arm)));
    return el(
      "section",
      {},
      name,
      el(
        "ul",
        {},
        ...items,
        more > 0 && el("li", { class: "note" }, t("and {more} other answers", { more })),
      ),
      failed > 0 && el("p", { class: "warned" }, t("{failed} failed.", { failed })),
      dice,
    );
  }
}

export const stage = new Stage();

/** @param {import("../types").Mount} mount */
export function mount({ element }) {
  fill(element, stage.node);
}
