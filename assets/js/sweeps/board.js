// What a sweep has found so far: how far it is, one measure as a plot or a heat map, the table of all cells, the files.

import { amount } from "../core/amounts.js";
import { button, el } from "../core/dom.js";
import { Throttle } from "../core/throttle.js";
import { number, t, translated } from "../core/words.js";
import { openCell, openTwo } from "./answers.js";
import { heatMap } from "./heat.js";
import { Lines } from "./lines.js";
import { nameOf } from "./numbers.js";
import { CellTable } from "./table.js";

/** @import { Axis, Cell, Metric } from "./numbers.js" */

/**
 * @typedef {{id: string, name: string, axes: Axis[], total: number, done: number, failed: number,
 *   metrics: Metric[], cells: Cell[], prices?: string[]}} Whole  All that is known of a sweep.
 */

const FIRST_SHOWN = "words";

export class Board {
  /** @type {Whole | null} */
  #sweep = null;
  /** @type {Map<string, Cell>} */
  #cells = new Map();
  /** @type {Map<string, Metric>} */
  #metrics = new Map();
  #measure = FIRST_SHOWN;
  #painting = new Throttle(); // thousands of cells take their time
  #runs = false;

  /** @param {{goOn: (id: string) => void, again: (id: string) => void}} actions */
  constructor({ goOn, again }) {
    this.title = el("h2");
    this.state = el("p", { class: "note" });
    this.unsent = el("p", { class: "warned" });
    this.prices = el("p", { class: "note" });
    this.goOn = button("small", t("Go on"), () => this.#sweep && goOn(this.#sweep.id));
    this.anew = button("small", t("Run again"), () => this.#sweep && again(this.#sweep.id));
    this.files = ["csv", "parquet"].map((kind) =>
      el("a", { class: "small", download: true, "data-kind": kind }, kind === "csv" ? "CSV" : "Parquet"),
    );
    this.select = el("select", {
      "aria-label": t("measure"),
      onchange: () => this.#choose(this.select.value),
    });
    this.what = el("span", { class: "note" });
    this.lines = new Lines();
    this.heat = el("div", { class: "heat-holder" });
    this.table = new CellTable(
      (at) => this.#open(at),
      (first, second) => this.#openTwo(first, second),
    );
    const actions = el("p", { class: "sweep-actions" }, this.goOn, this.anew, ...this.files);
    const measure = el("p", { class: "measure" }, el("label", {}, t("measure "), this.select), this.what);
    const figures = el("div", { class: "figures" }, this.heat, this.lines.node);
    const found = el("div", { class: "found" }, measure, figures, this.table.node);
    this.found = found;
    const head = [this.title, this.state, this.prices, this.unsent, actions];
    this.node = el("section", { class: "board", hidden: true }, ...head, found);
  }

  /** @param {Whole} sweep */
  show(sweep) {
    this.#sweep = sweep;
    this.#cells.clear();
    this.#metrics.clear();
    this.table.clear();
    this.node.hidden = false;
    this.title.textContent = sweep.name;
    for (const link of this.files) link.href = `playground/sweep/${sweep.id}/file?as=${link.dataset.kind}`;
    this.prices.textContent = (sweep.prices ?? []).map(translated).join(" ");
    this.add(sweep);
    this.#painting.settle();
  }

  /** Nothing is shown any more, where it was this one. */
  forget(/** @type {string} */ id) {
    if (this.#sweep?.id !== id) return;
    this.#sweep = null;
    this.node.hidden = true;
  }

  /**
   * More has come.
   * @param {Pick<Whole, "done" | "failed" | "cells" | "metrics">} news
   */
  add({ done, failed, cells, metrics }) {
    if (!this.#sweep) return;
    Object.assign(this.#sweep, { done, failed });
    for (const cell of cells) this.#cells.set(cell.at.join(), cell);
    for (const metric of metrics) this.#metrics.set(metric.name, metric);
    this.#painting.run(() => this.#paint());
  }

  /** @param {boolean} runs */
  setRunning(runs) {
    this.#runs = runs;
    if (!runs) this.#painting.settle(); // a table made anew later would take the focus from who reads it already
    this.anew.disabled = runs;
    for (const link of this.files) link.toggleAttribute("data-off", runs);
    this.#paintState();
  }

  get progress() {
    const { total = 1, done = 0, failed = 0 } = this.#sweep ?? {};
    return { total, done, failed };
  }

  #paintState() {
    const { total, done, failed } = this.progress;
    const bad = failed ? t(" {failed} failed, and stand in no mean.", { failed: number(failed) }) : "";
    this.state.textContent = t("{done} of {amount}.{bad}", {
      done: number(done - failed),
      amount: amount(total, "answer"),
      bad,
    });
    this.goOn.hidden = this.#runs || (done >= total && !failed);
    this.goOn.textContent = failed && done >= total ? t("Ask the failed ones again") : t("Go on");
  }

  #paint() {
    if (!this.#sweep) return;
    this.#paintState();
    const cells = [...this.#cells.values()].sort(
      (a, b) => a.at[0] - b.at[0] || (a.at[1] ?? 0) - (b.at[1] ?? 0),
    );
    this.found.hidden = cells.length === 0;
    const reasons = new Map(cells.flatMap((cell) => Object.entries(cell.not_sent)));
    const unsent = [...reasons].map(([name, why]) =>
      t("{name} had no way to the model. {why}", { name, why: translated(why) }),
    );
    this.unsent.textContent = unsent.join(" ");
    this.unsent.hidden = unsent.length === 0;
    this.#offer();
    const metric = this.#metrics.get(this.#measure) ?? [...this.#metrics.values()][0];
    const { axes } = this.#sweep;
    this.lines.node.hidden = !metric;
    this.heat.hidden = !metric || axes.length < 2;
    this.table.paint(axes, cells, [...this.#metrics.values()]);
    if (!metric) return;
    this.what.textContent = translated(metric.what);
    this.lines.paint(axes, cells, metric);
    if (axes.length === 2) this.#paintHeat(axes, cells, metric);
  }

  /**
   * @param {Axis[]} axes
   * @param {Cell[]} cells
   * @param {Metric} metric
   */
  #paintHeat(axes, cells, metric) {
    const focused = this.heat.contains(document.activeElement)
      ? document.activeElement?.getAttribute("aria-label")?.split(":")[0]
      : null;
    this.heat.replaceChildren(heatMap(axes, cells, metric, (at) => this.#open(at)));
    if (!focused) return;
    const boxes = [.../** @type {NodeListOf<HTMLElement>} */ (this.heat.querySelectorAll(".heat-cell"))];
    boxes.find((box) => box.getAttribute("aria-label")?.startsWith(`${focused}:`))?.focus();
  }

  /** The measures that any cell has, to choose from. */
  #offer() {
    const names = [...this.#metrics.keys()];
    if (names.join() === [...this.select.options].map(({ value }) => value).join()) return;
    const options = [...this.#metrics.values()].map(({ name, label }) =>
      el("option", { value: name }, translated(label)),
    );
    this.select.replaceChildren(...options);
    this.select.value = this.#metrics.has(this.#measure) ? this.#measure : (names[0] ?? "");
  }

  /** @param {string} measure */
  #choose(measure) {
    this.#measure = measure;
    this.#paint();
  }

  /** @param {number[]} at */
  #open(at) {
    if (this.#sweep) openCell(this.#sweep.id, at, nameOf(this.#sweep.axes, at));
  }

  /**
   * @param {number[]} first
   * @param {number[]} second
   */
  #openTwo(first, second) {
    const { id, axes } = this.#sweep ?? { id: "", axes: [] };
    openTwo(
      id,
      [first, second].map((at) => [at, nameOf(axes, at)]),
    );
  }
}
