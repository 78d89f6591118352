// The panes of the page: the first shows the conversation, the second comes in where there are two answers.

/** @import { Turn } from "../types" */
/** @import { Pane } from "./pane.js" */

export class Panes {
  /** @type {Pane[]} */
  #all = [];

  /** @param {Pane} pane */
  add(pane) {
    this.#all[pane.index] = pane;
  }

  /** Those that are on the page; while it comes up, the second may be there before the first. */
  get all() {
    return Object.values(this.#all);
  }

  /** @param {number} index */
  at(index) {
    return this.#all[index];
  }

  /**
   * Says under the conversation what has gone wrong, or with the tone "note" what is only to be known.
   * @param {string} text
   * @param {"bad" | "note"} [tone]
   * @param {HTMLElement} [act]  what can be done about it
   */
  notice(text, tone, act) {
    this.#all[0]?.notice(text, tone, act);
  }

  /**
   * On a narrow screen one pane is in view at a time; both stream on.
   * @param {number} index
   */
  turnTo(index) {
    document.body.dataset.pane = "ab"[index];
  }

  /**
   * Shows one answer to each message.
   * @param {Turn[]} turns
   */
  show(turns) {
    this.#all[0]?.show(turns);
    this.#all[1]?.hide();
    this.turnTo(0);
  }

  /**
   * Shows which turns a message will replace, from this one on; none where there is no such turn.
   * @param {number} at
   */
  markEdited(at) {
    this.#all[0]?.markEdited(at);
  }

  /**
   * Nothing more will come: what still streams was stopped, or has broken off.
   * @param {boolean} stopped
   */
  end(stopped) {
    for (const pane of this.#all.filter((pane) => pane.streaming)) {
      if (stopped) pane.stopped();
      else pane.cutOff();
    }
  }

  /** Resolves when each stopped answer says all that had come of it. */
  async settled() {
    await Promise.all(this.#all.map((pane) => pane.settled()));
  }
}
