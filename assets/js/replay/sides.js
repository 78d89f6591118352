// One trial: what was said before and after the change, with what differs marked, and where the two part.

import { visible } from "../chat/tokens.js";
import { amount } from "../core/amounts.js";
import { ask } from "../core/api.js";
import { el, nodes } from "../core/dom.js";
import { fixed, number, t, tn, translated } from "../core/words.js";
import { Bars } from "../dice/bars.js";

/** @typedef {import("../dice/bars.js").BarRows & {drawn: number}} Drawn  Bars, and which of them came. */
/** @typedef {import("../dice/bars.js").BarRows & {drawn: [before: number, after: number]}} Exact */
/** @typedef {{text: string, bars: Drawn | null}} Next */
/** @typedef {{within: string, unit: string, place: number, shared: string, before: Next, after: Next}} Parting */
/**
 * @typedef {object} Said  One answer of a trial.
 * @property {string} text
 * @property {string} reasoning
 * @property {string} why
 * @property {number} tokens
 * @property {number} seconds
 * @property {{message: string, next_step: string} | null} error
 * @property {number | null} dollars
 */
/**
 * @typedef {object} Trial
 * @property {number | null} seed
 * @property {boolean} whole
 * @property {boolean} changed
 * @property {boolean} by_itself
 * @property {Said} before
 * @property {Said} after
 * @property {Parting | null} parting
 * @property {Exact | null} [bars]  what the dice were thrown over where they part; comes a moment later, or never
 */

const EXACT = t(
  "What the dice were thrown over there, exactly: every token of the vocabulary counts. Outlined at the right: before.",
);
const AS_CAME = t(
  "The likeliest there, as the server gave them: at most servers the model’s own, before temperature and cuts.",
);
/** @type {Intl.NumberFormatOptions} */
const DOLLARS = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" };
/** @type {Record<string, string>} */
const SIDES = { before: t("before"), after: t("after") };
const UNSCORED = t("No scores came with both answers, so what else could have come there is not known.");
const NO_TEXT = t("(no text)");

/** @param {Said} said */
function factsOf({ why, tokens, seconds, dollars }) {
  const cost = dollars ? number(dollars, { ...DOLLARS, maximumSignificantDigits: 3 }) : "";
  return [translated(why), amount(tokens, "token"), `${fixed(seconds, seconds < 10 ? 2 : 0)} s`, cost]
    .filter(Boolean)
    .join(" \u00b7 ");
}

class Side {
  /** @param {string} name */
  constructor(name) {
    this.thoughts = el("p", {});
    const summary = el("summary", {}, t("reasoning"));
    this.thinking = el("details", { class: "replay-thoughts", hidden: true }, summary, this.thoughts);
    this.text = el("div", {
      class: "replay-text",
      tabIndex: 0,
      role: "group",
      "aria-label": t("answer {name}", { name }),
    });
    this.facts = el("p", { class: "replay-facts" });
    this.failure = el("p", { class: "replay-failure", hidden: true });
    const head = el("h3", {}, name === "before" ? t("Before") : t("After"));
    this.node = el(
      "section",
      { class: "replay-side" },
      head,
      this.thinking,
      this.text,
      this.failure,
      this.facts,
    );
    this.clear();
  }

  clear() {
    this.text.replaceChildren();
    this.thinking.hidden = true;
    this.facts.textContent = "";
    this.failure.hidden = true;
  }

  /** @param {Said} said */
  show(said) {
    this.text.textContent = said.text || (said.error ? "" : NO_TEXT);
    this.thoughts.textContent = said.reasoning;
    this.thinking.hidden = !said.reasoning;
    this.facts.textContent = factsOf(said);
    this.failure.hidden = !said.error;
    this.failure.textContent = said.error
      ? translated(`${said.error.message} ${said.error.next_step}`.trim())
      : "";
  }

  /** @param {[piece: string, differs: boolean][]} pieces */
  mark(pieces) {
    const marked = pieces.map(([piece, differs]) => (differs ? el("mark", {}, piece) : piece));
    this.text.replaceChildren(...nodes(marked));
  }
}

export class Sides {
  constructor() {
    this.before = new Side("before");
    this.after = new Side("after");
    this.where = el("p", { class: "replay-where" });
    this.plots = el("div", { class: "replay-bars" });
    const head = el("h3", {}, t("Where they part"));
    this.parting = el("section", { class: "replay-parting", hidden: true }, head, this.where, this.plots);
    const both = el("div", { class: "replay-both" }, this.before.node, this.after.node);
    this.node = el("div", {}, both, this.parting);
    /** @type {Trial | null} */
    this.trial = null;
  }

  clear() {
    this.trial = null;
    this.before.clear();
    this.after.clear();
    this.parting.hidden = true;
  }

  /**
   * A piece of the answer that is coming.
   * @param {"before" | "after"} side
   * @param {string} piece
   */
  add(side, piece) {
    this[side].text.append(piece);
  }

  /** @param {Trial} trial */
  async show(trial) {
    this.trial = trial;
    this.before.show(trial.before);
    this.after.show(trial.after);
    this.#part(trial.parting);
    if (trial.bars) this.exactly(trial.bars);
    if (!trial.changed) return;
    const [left, right] = [this.before, this.after].map(({ text }) => text.textContent);
    const { ok, data } = await ask("playground/diff", { body: { left, right } });
    if (!ok || this.trial !== trial || !trial.before.text || !trial.after.text) return;
    this.before.mark(data.left);
    this.after.mark(data.right);
  }

  /** @param {Parting | null} parting */
  #part(parting) {
    this.parting.hidden = !parting;
    if (!parting) return;
    const { within, unit, place, shared, before, after } = parting;
    const begun = shared.length > 60 ? `\u2026${shared.slice(-60)}` : shared;
    this.where.replaceChildren(
      within === "words" ? "" : `${translated(`In their ${within}.`)} `,
      place
        ? unit === "token"
          ? tn("After {count} token that is the same, ", "After {count} tokens that are the same, ", place)
          : tn("After {count} word that is the same, ", "After {count} words that are the same, ", place)
        : t("At once: "),
      ...nodes([place > 0 && el("q", {}, begun), place > 0 && ": "]),
      ...token("before", before.text),
      ", ",
      ...token("after", after.text),
      ".",
    );
    const [left, right] = [before.bars, after.bars];
    if (left && right) this.#plot(AS_CAME, ["before", left], ["after", right]);
    else this.plots.replaceChildren(el("p", { class: "replay-note" }, UNSCORED));
  }

  /**
   * What the dice were thrown over on both sides, in the same order.
   * @param {Exact} bars
   */
  exactly({ rows, rest, drawn }) {
    /** @type {Drawn} */
    const before = {
      rows: rows.map(([id, piece, share]) => [id, piece, share, share]),
      rest: [rest[0], rest[0]],
      drawn: drawn[0],
    };
    this.#plot(EXACT, ["before", before], ["after", { rows, rest, drawn: drawn[1] }]);
  }

  /**
   * @param {string} note
   * @param {...[name: string, bars: Drawn]} plots
   */
  #plot(note, ...plots) {
    const lists = plots.map(([name, bars]) => {
      const shown = new Bars();
      shown.show(bars, bars.drawn);
      return el("div", {}, el("p", { class: "replay-name" }, SIDES[name]), shown.list);
    });
    this.plots.replaceChildren(el("p", { class: "replay-note" }, note), ...lists);
  }
}

/**
 * @param {string} side
 * @param {string} text
 */
const token = (side, text) =>
  text
    ? [`${SIDES[side]} `, el("code", {}, visible(text))]
    : [t("{side} it had ended", { side: SIDES[side] })];
