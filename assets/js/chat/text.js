// The text of one answer: read as Markdown, as it came, or token by token where scores came with it.
//
// It is painted by appending to one text node, or one span a token; a repaint costs what is new, not what is
// there. Blocks that are closed are made once and take the place of their text; the rest stays text.

import { el } from "../core/dom.js";
import { nodesOf } from "./document.js";
import { documentOf, fetchDocument, keepDocument } from "./documents.js";
import { reading } from "./reading.js";
import { tokenSpan } from "./tokens.js";

/** @import { Answer, Data, Grown, Score } from "../types" */

const BLANK_AT_END = /(?:\n|\r(?!\n))[ \t]*(?:\r?\n|\r)$/;

export class TextView {
  /** @type {Data[]} */
  #blocks = [];
  #end = 0; // of the text that they are made of
  #differs = false; // what differs is marked in it

  /**
   * @param {() => Answer} answer
   * @param {(change: () => void) => void} follow  makes a change that has another size, with the reader's place kept
   */
  constructor(answer, follow) {
    this.answer = answer;
    this.follow = follow;
    this.rest = document.createTextNode("");
    this.node = el("div", { class: "text" }, this.rest);
  }

  /** Whether the tokens that have scores make up the whole text. */
  get scored() {
    const { text, logprobs } = this.answer();
    return logprobs.length > 0 && logprobs.map(([token]) => token).join("") === text;
  }

  /** Whether it is read as Markdown: not where one must see which words are whose, a beginning's or a token's. */
  get #isRead() {
    const { prefill, logprobs } = this.answer();
    return !(reading.raw || prefill || logprobs.length);
  }

  // ---- while it streams ----------------------------------------------------------------------------------

  /** @param {string} piece */
  add(piece) {
    if (!this.answer().logprobs.length) this.rest.appendData(piece);
  }

  /**
   * Blocks that are closed.
   * @param {Grown} grown
   */
  set([kept, blocks, end]) {
    this.#blocks.splice(kept, this.#blocks.length, ...blocks);
    this.#end = end;
    if (this.#isRead && !this.#differs) this.#paintBlocks(kept);
  }

  /**
   * Scores arrive with the text or just after it: what has no score yet is repainted with them.
   * @param {Score[]} tokens
   */
  addTokens(tokens) {
    if (this.answer().logprobs.length === tokens.length) this.node.replaceChildren();
    this.#paintTokens(tokens);
  }

  // ---- when it has come ----------------------------------------------------------------------------------

  /** The last word: exact text, whatever the scores were. Returns whether those make up another one. */
  settle() {
    const { text, logprobs } = this.answer();
    if (logprobs.length && !this.scored) {
      this.#paintText(text);
      return true;
    }
    if (logprobs.length && !this.node.querySelector(".token")) this.restore(); // they came with the last word
    this.#complete();
    return false;
  }

  /** Paints all of it anew. */
  restore() {
    const { text, logprobs } = this.answer();
    this.#differs = false;
    if (this.scored) {
      this.node.replaceChildren();
      this.#paintTokens(logprobs);
    } else if (this.#isRead) {
      this.node.replaceChildren();
      this.#paintBlocks(0);
      this.#complete();
    } else this.#paintText(text);
  }

  /** It shall be read in the other way. */
  repaint() {
    if (!this.#differs) this.restore();
  }

  /** @param {[piece: string, differs: boolean][]} pieces */
  showDiff(pieces) {
    this.#differs = true;
    this.node.replaceChildren(...pieces.map(([piece, differs]) => (differs ? el("mark", {}, piece) : piece)));
  }

  /** What has come otherwise than in a stream, or was stopped in it, is asked for whole. */
  async #complete() {
    const { text, ended } = this.answer();
    if (!this.#isRead || !ended || !text) return;
    if (this.#end === text.length) {
      keepDocument(text, [0, this.#blocks, this.#end]);
      return;
    }
    const known = documentOf(text);
    if (known) return this.set(known);
    const found = await fetchDocument(text);
    if (found && this.answer().text === text) this.follow(() => this.set(found));
  }

  // ---- painting ------------------------------------------------------------------------------------------

  /** @param {string} text */
  #paintText(text) {
    this.rest = document.createTextNode(text);
    this.node.replaceChildren(this.rest);
  }

  /** @param {Score[]} tokens */
  #paintTokens(tokens) {
    const spans = tokens.map(tokenSpan);
    if (!this.node.querySelector(".token") && spans.length) spans[0].tabIndex = 0;
    this.node.append(...spans);
  }

  /**
   * The blocks from this one on, and behind them what is still text: in a new node, so that nothing moves.
   * @param {number} first
   */
  #paintBlocks(first) {
    this.rest = document.createTextNode(this.answer().text.slice(this.#end));
    const before = this.#end ? [...this.node.children].slice(0, first) : [];
    const behindBlank = BLANK_AT_END.test(this.answer().text.slice(0, this.#end));
    const rest = el("div", { class: behindBlank ? "rest apart" : "rest" }, this.rest);
    for (const gone of [...this.node.childNodes].slice(before.length)) gone.remove();
    this.node.append(...nodesOf(this.#blocks.slice(first)), rest);
  }
}
