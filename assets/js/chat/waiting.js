// What is half done in a conversation: an answer that has not ended, kept meanwhile, and a pair that it ends with,
// which is on the page again after a reload, or when it is opened again: it waits for its vote, or has had it.

import { conversation } from "./conversation.js";

/** @import { Answer, KeptPair } from "../types" */
/** @import { Panes } from "./panes.js" */

const PAUSE_MS = 1000;

/** Keeps an answer now and then while it comes, for a tab that crashes tells nobody. */
export class Meanwhile {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer = undefined;

  /**
   * More has come.
   * @param {() => {answer: Answer | undefined, pair: KeptPair | undefined} | null} now  null: it comes no more
   */
  note(now) {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const { answer, pair } = now() ?? {};
      if (answer) conversation.meanwhile(answer, pair);
    }, PAUSE_MS);
  }

  /** All of it has come. */
  end() {
    clearTimeout(this.#timer);
  }
}

/**
 * Shows both answers of the pair that the conversation ends with, and tells which of them it goes on with; null where
 * there is no pair.
 * @param {Panes} panes
 */
export function lastPair(panes) {
  const last = conversation.turns.at(-1);
  const { pair } = last ?? {};
  if (!last || !pair || pair.sides.length < 2 || panes.all.length < 2) return null;
  conversation.turns.pop(); // both sides are shown in its place
  panes.show(conversation.turns);
  panes.at(1).show(conversation.newest());
  for (const [index, side] of pair.sides.entries()) panes.at(index).resume(side);
  conversation.turns.push(last);
  const place = pair.sides.findIndex(({ id, text }) => id === last.answer?.id && text === last.answer?.text);
  return { pair, context: Math.max(place, 0) };
}
