// The table of a sweep: a row for each cell with what it counted and every measure, and a way to its answers.

import { button, el } from "../core/dom.js";
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
    this.compare = button("small", "Compare two cells", () => {
      const [first, second] = [...this.#chosen].map((at) => at.split(",").map(Number));
      oncompare(first, second);
    });
    this.holder = el("div", { class: "sideways", tabIndex: 0 });
    const how = el("span", { class: "note" }, "Tick two, and read their answers side by side.");
    const head = el("p", { class: "table-head" }, this.compare, how);
    this.node = el("section", {}, el("h3", {}, "All cells"), head, this.holder);
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
      el("th", { scope: "col" }, el("span", { class: "visually-hidden" }, "compare")),
      ...axes.map(({ parameter }) => el("th", { scope: "col" }, parameter)),
      el("th", { scope: "col" }, "answers"),
      ...metrics.map(({ label, unit, what }) =>
        el("th", { scope: "col", class: "number", title: what }, label, unit && el("small", {}, ` ${unit}`)),
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
      "aria-label": `compare ${name}`,
      "data-cell": `tick ${at}`,
      onchange: () => this.#choose(at, tick),
    });
    const open = button("link", countsOf(cell), () => this.onopen(cell.at), {
      title: `Open the answers of ${name}`,
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
  if (answers === 0) return "none";
  if (different === 1 && answers > 1) return `${answers} of ${answers} alike`;
  return different === answers ? `${answers}` : `${answers}, ${different} different`;
}

/**
 * What is not in the means, or in them with a limit, said beside.
 * @param {Cell} cell
 */
function besideOf({ failed, cut, why }) {
  const parts = [
    failed > 0 && el("span", { class: "marred", title: why }, `${failed} failed`),
    cut > 0 && el("span", { title: "ended by their limit; their length is that of the limit" }, `${cut} cut`),
  ];
  return el("span", { class: "beside" }, ...parts);
}

/** @param {import("./numbers.js").Mean | undefined} mean */
function meanOf(mean) {
  if (!mean) return el("td", { class: "number" }, "\u2013");
  const within = reach(mean);
  return el("td", { class: "number" }, short(mean.value), within && el("small", {}, within));
}
