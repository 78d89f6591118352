// The table of a sweep: a row for each cell with what it counted and every measure, and a way to its answers.

import { button, el } from "../core/dom.js";
import { t, translated } from "../core/words.js";
import { nameOf, reach, short } from "./numbers.js";

/** @import { Axis, Cell, Metric } from "./numbers.js" */

const MOST_COMPARED = 2;

export class CellTable {
  /** @type {Set<string>} */
  #chosen = new Set();

  /**
   * @param {(at: number[]) => void} onopen
   * @param {(first: number[], second: number[]) => void} oncompare
   */
  constructor(onopen, oncompare) {
    this.onopen = onopen;
    this.compare = button("small", t("Compare two cells"), () => {
      const [first, second] = [...this.#chosen].map((at) => at.split(",").map(Number));
      oncompare(first, second);
    });
    this.holder = el("div", { class: "sideways", tabIndex: 0 });
    const how = el("span", { class: "note" }, t("Tick two, and read their answers side by side."));
    const head = el("p", { class: "table-head" }, this.compare, how);
    this.node = el("section", {}, el("h3", {}, t("All cells")), head, this.holder);
  }

  /** Nothing is ticked any more: these are the cells of another sweep. */
  clear() {
    this.#chosen.clear();
  }

  /**
   * @param {Axis[]} axes
   * @param {Cell[]} cells
   * @param {Metric[]} metrics
   */
  paint(axes, cells, metrics) {
    const left = this.holder.scrollLeft;
    const focused = document.activeElement?.getAttribute("data-cell");
    const heads = [
      el("th", { scope: "col" }, el("span", { class: "visually-hidden" }, t("compare"))),
      ...axes.map(({ parameter }) => el("th", { scope: "col" }, parameter)),
      el("th", { scope: "col" }, t("answers")),
      ...metrics.map(({ label, unit, what }) =>
        el(
          "th",
          { scope: "col", class: "number", title: translated(what) },
          translated(label),
          unit && el("small", {}, ` ${translated(unit)}`),
        ),
      ),
    ];
    const rows = cells.map((cell) => this.#row(axes, cell, metrics));
    const table = el(
      "table",
      { class: "cells" },
      el("thead", {}, el("tr", {}, ...heads)),
      el("tbody", {}, ...rows),
    );
    this.holder.replaceChildren(table);
    this.holder.scrollLeft = left;
    if (focused) /** @type {HTMLElement | null} */ (table.querySelector(`[data-cell="${focused}"]`))?.focus();
    this.#allow();
  }

  /**
   * @param {Axis[]} axes
   * @param {Cell} cell
   * @param {Metric[]} metrics
   */
  #row(axes, cell, metrics) {
    const at = cell.at.join();
    const name = nameOf(axes, cell.at);
    const tick = el("input", {
      type: "checkbox",
      checked: this.#chosen.has(at),
      "aria-label": t("compare {name}", { name }),
      "data-cell": `tick ${at}`,
      onchange: () => this.#choose(at, tick),
    });
    const open = button("link", countsOf(cell), () => this.onopen(cell.at), {
      title: t("Open the answers of {name}", { name }),
      "data-cell": `open ${at}`,
    });
    return el(
      "tr",
      {},
      el("td", {}, tick),
      ...axes.map(({ labels }, axis) => el("th", { scope: "row" }, labels[cell.at[axis]])),
      el("td", {}, open, besideOf(cell)),
      ...metrics.map(({ name: metric }) => meanOf(cell.means[metric])),
    );
  }

  /**
   * @param {string} at
   * @param {HTMLInputElement} tick
   */
  #choose(at, tick) {
    if (!tick.checked) this.#chosen.delete(at);
    else if (this.#chosen.size < MOST_COMPARED) this.#chosen.add(at);
    else tick.checked = false;
    this.#allow();
  }

  #allow() {
    this.compare.disabled = this.#chosen.size !== MOST_COMPARED;
  }
}

/** @param {Cell} cell */
function countsOf({ answers, different }) {
  if (answers === 0) return t("none");
  if (different === 1 && answers > 1) return t("{answers} of {answers} alike", { answers });
  return different === answers ? `${answers}` : t("{answers}, {different} different", { answers, different });
}

/**
 * What is not in the means, or in them with a limit, said beside.
 * @param {Cell} cell
 */
function besideOf({ failed, cut, why }) {
  const parts = [
    failed > 0 && el("span", { class: "marred", title: why }, t("{failed} failed", { failed })),
    cut > 0 &&
      el(
        "span",
        { title: t("ended by their limit; their length is that of the limit") },
        t("{cut} cut", { cut }),
      ),
  ];
  return el("span", { class: "beside" }, ...parts);
}

/** @param {import("./numbers.js").Mean | undefined} mean */
function meanOf(mean) {
  if (!mean) return el("td", { class: "number" }, "\u2013");
  const within = reach(mean);
  return el("td", { class: "number" }, short(mean.value), within && el("small", {}, within));
}
