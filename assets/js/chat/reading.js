// How answers are read: as Markdown, or as the very text that came. One switch for all of them, which this
// browser remembers.

import { LONGEST_READ } from "../contract.js";
import { button, el } from "../core/dom.js";
import { keep, kept } from "../core/memory.js";
import { store } from "../core/store.js";
import { number, t } from "../core/words.js";

export const reading = {
  /** Whether the text is shown as it came. */
  raw: kept("raw") === true,

  turn() {
    this.raw = !this.raw;
    keep("raw", this.raw);
    store.tell("reading", this.raw);
  },
};

/**
 * The switch, wherever an answer has one; a sentence in its place where the text is too long to be read.
 * @param {number} length  of the text, in characters
 */
export const rawSwitch = (length) =>
  length > LONGEST_READ
    ? el(
        "span",
        { class: "fact" },
        t("raw text: only up to {longest_read} characters are read", { longest_read: number(LONGEST_READ) }),
      )
    : button("tab raw", t("raw text"), () => reading.turn(), {
        "aria-pressed": String(reading.raw),
        title: t("The text as it came, or read as Markdown (key: r)"),
        "aria-keyshortcuts": "r",
      });
