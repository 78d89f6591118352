// Rewriting an earlier message: until it is sent the conversation stays as it was, so that one can think better of it.

import { composer } from "./composer.js";
import { conversation } from "./conversation.js";
import { recall, remember } from "./memory.js";

const BUSY = "An answer is still coming: edit when it has ended, or press Stop first.";

export class Editing {
  constructor(page) {
    this.page = page;
    this.turn = null;  // the message that is being rewritten
    this.draft = "";  // what stood in the composer before
    this.given = "";  // what was put into it then
    this.interrupted = recall("editing");  // by a reload
  }

  /** Puts a message into the composer, above what is there. */
  begin(turn) {
    if (this.page.running) { this.page.panes[0].notice(BUSY, "note"); return; }
    if (turn === this.turn) return;
    this.leave();
    this.draft = composer.text;
    this.given = [turn.content, this.draft].filter(Boolean).join("\n");
    this.mark(turn);
    composer.put(this.given);
  }

  /** Shows which turns the message will replace, with a way out. */
  mark(turn) {
    const at = conversation.turns.indexOf(turn);
    this.turn = turn;
    this.page.showPane(0);
    this.page.panes[0].markEdited(at);
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
    this.page.panes[0]?.notice("");  // of a sending that failed, it says that the message is below
    composer.put(this.draft);
  }

  /** Something else comes in between: a message that has been rewritten stays in the composer. */
  leave() {
    if (composer.text === this.given) this.cancel();
    else this.end();
  }

  /** The turns are shown anew, none of them as one that will go. */
  end() {
    this.turn = null;
    this.page.panes[0]?.markEdited(-1);
    remember("editing", null);
  }

  /** The message is being sent: takes the old one away with all that followed, for `uncut` to put back. */
  cut() {
    const { turn } = this;
    const at = turn ? conversation.turns.indexOf(turn) : conversation.turns.length;
    const gone = conversation.turns.slice(at);
    conversation.cut(at);
    return { turn, gone };
  }

  /** It was not sent after all. */
  uncut({ turn, gone }) {
    conversation.restore([...conversation.turns, ...gone]);
    this.page.showConversation();
    if (turn) this.mark(turn);
  }
}
