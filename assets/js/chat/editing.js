// Rewriting an earlier message: until it is sent the conversation stays as it was, so that one can think
// better of it.

import { recall, remember } from "../core/memory.js";
import { thingsOf, wordsOf } from "../core/pictures.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { composer } from "./composer.js";
import { conversation } from "./conversation.js";
import { tray } from "./tray.js";

/** @import { Turn } from "../types" */

/** @typedef {{turn: Turn | null, gone: Turn[]}} Cut  What was taken away for a message that is being sent. */

const BUSY = t("An answer is still coming: edit when it has ended, or press Stop first.");

export class Editing {
  /** @param {import("./controller.js").Chat} chat */
  constructor(chat) {
    this.chat = chat;
    /** @type {Turn | null} */
    this.turn = null; // the message that is being rewritten
    this.draft = ""; // what stood in the composer before
    this.given = ""; // what was put into it then
    this.things = tray.parts; // and beside it
    this.interrupted = recall("editing"); // by a reload
  }

  /**
   * Puts a message into the composer, above what is there, and its pictures beside it.
   * @param {Turn} turn
   */
  begin(turn) {
    if (store.busy) {
      this.chat.panes.notice(BUSY, "note");
      return;
    }
    if (turn === this.turn) return;
    this.leave();
    this.draft = composer.text;
    this.given = [wordsOf(turn.content), this.draft].filter(Boolean).join("\n");
    tray.lend(thingsOf(turn.content));
    this.things = tray.parts;
    this.mark(turn);
    composer.put(this.given);
  }

  /**
   * Shows which turns the message will replace, with a way out.
   * @param {Turn} turn
   */
  mark(turn) {
    const at = conversation.turns.indexOf(turn);
    this.turn = turn;
    this.chat.panes.turnTo(0);
    this.chat.panes.markEdited(at);
    remember("editing", { at, draft: this.draft, given: this.given });
  }

  /** Goes on after a reload, which keeps what stands in the composer. */
  takeUp() {
    const { at, draft, given } = this.interrupted ?? {};
    if (!conversation.turns[at]) return;
    Object.assign(this, { draft, given });
    this.mark(conversation.turns[at]);
  }

  /** Leaves the conversation as it was, and the composer too. */
  cancel() {
    if (!this.turn) return;
    this.end();
    this.chat.panes.notice(""); // of a sending that failed, it says that the message is below
    tray.giveBack();
    composer.put(this.draft);
  }

  /** Something else comes in between: a message that has been rewritten stays in the composer. */
  leave() {
    if (composer.text === this.given && tray.parts === this.things) this.cancel();
    else this.end();
  }

  /** The turns are shown anew, none of them as one that will go. */
  end() {
    this.turn = null;
    this.chat.panes.markEdited(-1);
    remember("editing", null);
  }

  /**
   * The message is being sent: takes the old one away with all that followed, for `uncut` to put back.
   * @returns {Cut}
   */
  cut() {
    const { turn } = this;
    const at = turn ? conversation.turns.indexOf(turn) : conversation.turns.length;
    const gone = conversation.turns.slice(at);
    conversation.cut(at);
    return { turn, gone };
  }

  /**
   * It was not sent after all.
   * @param {Cut} cut
   */
  uncut({ turn, gone }) {
    conversation.restore([...conversation.turns, ...gone]);
    this.chat.showConversation();
    if (turn) this.mark(turn);
  }
}
