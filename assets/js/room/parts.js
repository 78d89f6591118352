// What the views of a room share: parts that are drawn anew only when what they show has changed, bars, the wall, the
// plot of the class.

import { amount } from "../core/amounts.js";
import { el, nodes } from "../core/dom.js";
import { fixed, t, translated } from "../core/words.js";
import { Lines } from "../sweeps/lines.js";
import { short } from "../sweeps/numbers.js";
import { noteTyping, redraw } from "./redraw.js";

/** @import { Child } from "../core/dom.js" */

/**
 * A part of the page that is drawn from data. What is open, focused or half typed in it is so again when it was drawn
 * anew, found by its `data-focus`.
 * @template Data
 */
export class Part {
  /**
   * @param {string} looks
   * @param {(data: Data) => Child[]} draw
   * @param {string} [label]  what a screen reader calls it
   */
  constructor(looks, draw, label) {
    this.node = el("section", { class: looks, "aria-label": label, hidden: true });
    this.draw = draw;
    this.shown = "";
    noteTyping(this.node);
  }

  /** @param {Data | null | undefined | false} data  Nothing hides it. */
  paint(data) {
    const now = data ? JSON.stringify(data) : "";
    if (now === this.shown) return;
    this.shown = now;
    this.node.hidden = !data;
    redraw(this.node, data ? nodes(this.draw(data)) : []);
  }
}

/** @typedef {{text: string, count: number, share?: number, note?: string, isRight?: boolean}} Bar */

/**
 * Bars with their numbers: counts, and where there are any the model's own shares beside them.
 * @param {string} title
 * @param {Bar[]} bars
 */
function barsOf(title, bars) {
  const total = Math.max(
    1,
    bars.reduce((sum, { count }) => sum + count, 0),
  );
  const rows = bars.map(({ text, count, share, note, isRight }) =>
    el(
      "li",
      { class: isRight ? "bar-row right" : "bar-row" },
      el("span", { class: "bar-text" }, text, isRight ? el("strong", {}, t(" ✓ right")) : null),
      el(
        "span",
        { class: "bar-track" },
        el("span", { class: "bar votes", style: `--part: ${count / total}` }),
        el("span", { class: "bar-count" }, note ?? String(count)),
      ),
      share === undefined
        ? null
        : el(
            "span",
            { class: "bar-track model" },
            el("span", { class: "bar share", style: `--part: ${share}` }),
            el("span", { class: "bar-count" }, t("{it}% model", { it: fixed(100 * share, 1) })),
          ),
    ),
  );
  return el("div", { class: "bars" }, el("h2", {}, title), el("ul", {}, ...rows));
}

/**
 * How many predicted what.
 * @param {{choices: string[]}} view
 * @param {{histogram: number[], right: number | null}} revealed
 * @param {boolean} tells  whether the right one is marked
 */
export function histogramOf({ choices }, { histogram, right }, tells) {
  const bars = choices.map((text, at) => ({
    text,
    count: histogram[at] ?? 0,
    isRight: tells && at === right,
  }));
  return barsOf(t("Predictions"), bars);
}

/** The plot of the whole class, with its numbers as a table. */
export class Plot {
  constructor() {
    this.lines = new Lines();
    this.table = el("table", { class: "plot-table" });
    const details = el("details", {}, el("summary", {}, t("The numbers")), this.table);
    this.node = el("div", { class: "class-plot", hidden: true }, this.lines.node, details);
    this.shown = "";
  }

  /** @param {any} plot */
  paint(plot) {
    const now = plot?.cells.length ? JSON.stringify(plot) : "";
    this.node.hidden = !now;
    if (now === this.shown || !now) return;
    this.shown = now;
    const { axis, cells, metric } = plot;
    this.lines.paint([axis], cells, metric);
    this.lines.title.textContent = t("{label} over {parameter}: the class", {
      label: translated(metric.label),
      parameter: axis.parameter,
    });
    this.lines.note.textContent = translated(metric.what);
    const head = el(
      "tr",
      {},
      ...[axis.parameter, translated(metric.label), t("answers")].map((text) =>
        el("th", { scope: "col" }, text),
      ),
    );
    const rows = cells.map((/** @type {any} */ { at, means }) => {
      const mean = means[metric.name];
      return el(
        "tr",
        {},
        ...[axis.labels[at[0]], short(mean.value), mean.count].map((text) => el("td", {}, text)),
      );
    });
    this.table.replaceChildren(head, ...rows);
  }
}

/**
 * The answers of the class, each with what it was asked with.
 * @param {any[]} wall
 * @param {string} varied
 * @param {(answer: any) => Child} [beside]
 */
export function wallOf(wall, varied, beside = () => null) {
  const cards = wall.map((answer) =>
    el(
      "li",
      { class: "answer-card" },
      el(
        "p",
        { class: "whose" },
        whoOf(answer),
        answer.value ? el("code", {}, ` ${varied} ${answer.value}`) : null,
      ),
      answer.prompt ? el("p", { class: "own-prompt" }, answer.prompt) : null,
      ...saidOf(answer),
      beside(answer),
    ),
  );
  return el("div", {}, el("h2", {}, t("Answers")), el("ul", { class: "wall" }, ...cards));
}

/**
 * What the model said, and what failed: an answer may have come, or a part of it, before something went wrong.
 * @param {{text: string, error: string}} said
 */
export const saidOf = ({ text, error }) => [
  text || !error ? el("p", { class: "said" }, text || t("(no text)")) : null,
  error ? el("p", { class: "problem" }, translated(error)) : null,
];

/** @param {{number: number, name: string}} student */
export const whoOf = ({ number, name }) => name || t("Student {number}", { number });

/**
 * A word of the model as it can be seen: a space or the end of a line is part of it.
 * @param {string} text
 */
export const wordOf = (text) => text.replaceAll("\n", "\u21b5").replace(/^ /, "\u00b7");

/**
 * The votes for the next word beside the model's own bars.
 * @param {{bars: {text: string, votes: number, share: number}[], voted: number}} sampler
 */
export function votesForWords({ bars, voted }) {
  const rows = bars.map(({ text, votes, share }) => ({
    text: wordOf(text),
    count: votes,
    share,
    note: amount(votes, "vote"),
  }));
  return barsOf(t("{votes} for the next word", { votes: amount(voted, "vote") }), rows);
}
