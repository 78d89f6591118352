// Several trials together: what the tests say, lengths and ends as small plots, and each trial to be looked at.

import { button, el } from "../core/dom.js";
import { number, t, translated } from "../core/words.js";

/** @import { Trial } from "./sides.js" */

/** @typedef {"before" | "after" | "again"} SideName */
/**
 * @typedef {object} Counts
 * @property {string} verdict
 * @property {number} trials
 * @property {number} changed
 * @property {number} by_itself
 * @property {Record<SideName, number[]>} lengths  tokens, in the order of the trials
 * @property {Record<SideName, [words: string, count: number][]>} ends
 */

const SVG = "http://www.w3.org/2000/svg";
const ROWS = /** @type {[SideName, string][]} */ ([
  ["before", t("before")],
  ["after", t("after")],
  ["again", t("before, once more")],
]);
const PLOT = { floor: 21, room: 17, apart: 5 }; // in pixels: dots of one length lie above each other

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * Each length as a dot between 0 and the longest.
 * @param {number[]} lengths
 * @param {number} longest
 */
function dots(lengths, longest) {
  const plot = document.createElementNS(SVG, "svg");
  plot.setAttribute("class", "replay-dots");
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", t("{lengths} tokens", { lengths: lengths.join(", ") }));
  const most = Math.max(...lengths.map((length) => lengths.filter((other) => other === length).length));
  const apart = Math.min(PLOT.apart, PLOT.room / Math.max(most - 1, 1));
  for (const [place, length] of lengths.entries()) {
    const below = lengths.slice(0, place).filter((other) => other === length).length;
    const dot = document.createElementNS(SVG, "circle");
    dot.setAttribute("cx", `${2 + (96 * length) / Math.max(longest, 1)}%`);
    dot.setAttribute("cy", String(PLOT.floor - below * apart));
    dot.setAttribute("r", "2.6");
    plot.append(dot);
  }
  return plot;
}

/**
 * How often each end came: a bar in proportion, and the counts in words.
 * @param {[words: string, count: number][]} ends
 */
function endsNode(ends) {
  const bar = el("span", { class: "replay-ends", "aria-hidden": "true" });
  for (const [place, [, count]] of ends.entries()) {
    const part = el("span", { class: `end-${Math.min(place, 2)}` });
    part.style.flexGrow = String(count);
    bar.append(part);
  }
  const words = ends.map(([said, count]) => `${number(count)} ${translated(said)}`).join(", ");
  return el("td", { class: "replay-how" }, bar, el("span", {}, words));
}

export class TallyView {
  /** @param {(trial: Trial) => void} onchoice  which trial is to be looked at */
  constructor(onchoice) {
    this.onchoice = onchoice;
    this.more = el("div", { class: "replay-more" });
    this.rows = el("tbody");
    this.axis = el("th", { scope: "col" });
    const [median, end] = [t("median"), t("how they ended")].map((text) => el("th", { scope: "col" }, text));
    const head = el("thead", {}, el("tr", {}, el("td"), this.axis, median, end));
    this.caption = el(
      "caption",
      { class: "visually-hidden" },
      t("Lengths in tokens and ends of the answers"),
    );
    this.table = el("table", { class: "replay-table" }, this.caption, head, this.rows);
    this.trials = el("div", { class: "replay-trials", role: "toolbar", "aria-label": t("trials") });
    const look = el(
      "p",
      { class: "replay-note" },
      t("Each seed, to look at. ≠ marks other words after the change."),
    );
    this.node = el(
      "section",
      { class: "replay-tally", hidden: true },
      this.more,
      this.table,
      look,
      this.trials,
    );
  }

  clear() {
    this.node.hidden = true;
    this.trials.replaceChildren();
  }

  /**
   * @param {Counts} tally
   * @param {Trial[]} trials
   * @param {string[]} told  what is to be said beside the first sentence
   */
  show(tally, trials, told) {
    this.node.hidden = false;
    this.more.replaceChildren(...told.map((sentence) => el("p", {}, translated(sentence))));
    const longest = Math.max(1, ...Object.values(tally.lengths).flat());
    this.axis.textContent = t("length: each answer a dot, from 0 to {longest} tokens", { longest });
    this.table.hidden = tally.trials === 0;
    this.rows.replaceChildren(...ROWS.map(([side, name]) => this.#row(name, side, tally, longest)));
    for (const [place, trial] of [...trials.entries()].slice(this.trials.childElementCount)) {
      this.trials.append(this.#button(place, trial));
    }
    this.press(trials.length - 1);
  }

  /**
   * @param {string} name
   * @param {SideName} side
   * @param {Counts} tally
   * @param {number} longest
   */
  #row(name, side, { lengths, ends }, longest) {
    const of = lengths[side];
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      el("td", { class: "replay-plot" }, dots(of, longest)),
      el("td", { class: "replay-number" }, of.length ? number(median(of)) : "\u2013"),
      endsNode(ends[side]),
    );
  }

  /**
   * @param {number} place
   * @param {Trial} trial
   */
  #button(place, trial) {
    const [sign, words] = !trial.whole
      ? ["!", t("failed")]
      : trial.changed
        ? ["\u2260", t("other words")]
        : ["=", t("the same words")];
    const name =
      trial.seed === null ? t("draw {place}", { place: place + 1 }) : t("seed {seed}", { seed: trial.seed });
    const choose = () => {
      this.press(place);
      this.onchoice(trial);
    };
    return button("place", `${name} ${sign}`, choose, { "aria-label": `${name}: ${words}` });
  }

  /** @param {number} chosen */
  press(chosen) {
    for (const [place, each] of [...this.trials.children].entries()) {
      each.setAttribute("aria-pressed", String(place === chosen));
    }
  }
}
