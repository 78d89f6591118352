// Bars of the likeliest tokens, before and behind a step, and one for all the others.

import { visible } from "../chat/tokens.js";
import { el } from "../core/dom.js";
import { fixed, t } from "../core/words.js";

/**
 * A token with its probability before and behind a step.
 * @typedef {[id: number, piece: string, before: number, after: number]} Bar
 */
/** @typedef {{rows: Bar[], rest: [before: number, after: number]}} BarRows */

const LEAST = -6; // the smallest power of ten that has a bar on the scale of logarithms

/** @param {number} share */
export const percent = (share) =>
  share === 0 ? "\u2013" : share < 0.0005 ? "< 0.1 %" : `${fixed(share * 100, 1)} %`;

/**
 * How long a bar is, from 0 to 1.
 * @param {number} share
 * @param {boolean} isLog
 */
const length = (share, isLog) =>
  isLog ? (share > 0 ? Math.max(0, 1 - Math.log10(share) / LEAST) : 0) : share;

class Row {
  constructor() {
    this.token = el("code", {});
    this.before = el("span", { class: "before" });
    this.after = el("span", { class: "after" });
    this.fallen = el("span", { class: "fallen", hidden: true });
    this.number = el("span", { class: "number" });
    const track = el("span", { class: "track" }, this.before, this.after, this.fallen);
    this.node = el("li", {}, this.token, track, this.number);
  }

  /**
   * @param {string} text
   * @param {[before: number, after: number]} shares
   * @param {boolean} isLog
   */
  paint(text, [before, after], isLog) {
    this.token.textContent = text;
    this.before.style.width = `${length(before, isLog) * 100}%`;
    this.after.style.width = `${length(after, isLog) * 100}%`;
    this.number.textContent = percent(after);
    this.node.classList.toggle("cut", after === 0);
  }

  /**
   * Marks how often it fell, as a share of the throws; null takes the mark away.
   * @param {number | null} share
   * @param {boolean} isLog
   */
  mark(share, isLog) {
    this.fallen.hidden = share === null;
    this.fallen.style.insetInlineStart = `${length(share ?? 0, isLog) * 100}%`;
  }
}

export class Bars {
  isLog = false;
  /** @type {Row[]} */
  #rows = [];
  #rest = new Row();
  /** @type {BarRows | null} */
  #shown = null;
  #drawn = -1;
  /** @type {Map<number, number> | null} */
  #fallen = null; // of each token the share of the throws that fell on it; -1 is the rest

  constructor() {
    this.list = el("ol", { class: "dice-bars" });
    this.#rest.node.classList.add("rest");
  }

  /**
   * @param {BarRows} bars
   * @param {number} drawn  the token that came, -1 for none
   */
  show(bars, drawn) {
    this.#shown = bars;
    this.#drawn = drawn;
    this.#paint();
  }

  /** @param {boolean} isLog */
  scale(isLog) {
    this.isLog = isLog;
    this.#paint();
  }

  /** @param {Map<number, number> | null} fallen */
  mark(fallen) {
    this.#fallen = fallen;
    this.#paint();
  }

  #paint() {
    if (!this.#shown) return;
    const { rows, rest } = this.#shown;
    while (this.#rows.length < rows.length) this.#rows.push(new Row());
    const used = this.#rows.slice(0, rows.length);
    for (const [place, row] of used.entries()) {
      const [id, piece, before, after] = rows[place];
      row.paint(visible(piece), [before, after], this.isLog);
      row.token.title = t("id {id}", { id });
      row.node.classList.toggle("came", id === this.#drawn);
      row.mark(this.#fallen?.get(id) ?? null, this.isLog);
    }
    this.#rest.paint(t("all others"), rest, this.isLog);
    this.#rest.mark(this.#fallen?.get(-1) ?? null, this.isLog);
    const nodes = [...used, this.#rest].map(({ node }) => node);
    if (nodes.length !== this.list.childElementCount) this.list.replaceChildren(...nodes);
  }
}
