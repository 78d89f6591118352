// Rewriting an earlier message: until it is sent the conversation stays as it was, so that one can think better of it.

import { conversation } from "./conversation.js";

export class Editing {
  constructor(page) {
    this.page = page;
    this.turn = null;  // the message that is being rewritten
    this.draft = "";  // what stood in the composer before
  }

  /** Puts a message into the composer, above what is there. */
  begin(turn) {
    if (this.page.running) return;
    this.cancel();
    this.draft = this.page.draft;
    this.page.drawPanes();
    this.mark(turn);
    this.page.compose([turn.content, this.draft].filter(Boolean).join("\n"));
  }

  /** Shows which turns the message will replace, with a way out. */
  mark(turn) {
    this.turn = turn;
    this.page.panes[0].markEdited(conversation.turns.indexOf(turn));
  }

  /** Leaves the conversation as it was, and the composer too. */
  cancel() {
    if (!this.turn) return;
    this.end();
    this.page.compose(this.draft);
  }

  /** The turns are shown anew, none of them as one that will go. */
  end() {
    this.turn = null;
    this.page.panes[0]?.markEdited(-1);
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
