// What becomes of an answer once it is whole: it is checked, and the functions that it calls get their
// results.

import { store } from "../core/store.js";
import { t, tn } from "../core/words.js";
import { callsOf } from "./calls_of.js";
import { conversation } from "./conversation.js";

/** @import { Shapes, Turn } from "../types" */

const NOT_MADE = "The call was not made: the user went on without its result.";
const WITHOUT = t("With a message instead, the model is told that a call without one was not made.");

/** @param {number} count */
const waitingNote = (count) =>
  `${tn("A call waits for its result.", "{count} calls wait for their results.", count)} ${WITHOUT}`;

/** A word, and a way out, where tool_choice would make the model call again whatever the result. */
function advice() {
  const choice = store.value("tool_choice");
  if (choice === undefined || choice === "auto" || choice === "none") return null;
  return {
    text: t("tool_choice is {choice}: it must call again.", { choice: JSON.stringify(choice) }),
    verb: t("set it to auto"),
    act: (/** @type {any} */ event) => {
      store.set("tool_choice", "auto");
      event.target.parentElement.remove();
    },
  };
}

export class ToolLoop {
  /** @param {import("./controller.js").Chat} chat */
  constructor(chat) {
    this.chat = chat;
    /** @type {Shapes} */
    this.asked = {};
    this.taker = 0; // the pane that takes the results
  }

  /**
   * Remembers what the answer to a request is checked against; nothing where the second side has a shape of
   * its own.
   * @param {{parameters: Record<string, any>, second: object}} request
   */
  begin({ parameters, second }) {
    const own = "response_format" in second || "tools" in second;
    this.asked = own ? {} : { format: parameters.response_format, tools: parameters.tools };
  }

  /** What came is checked, and kept with its verdict; calls then wait for their results. */
  async judge() {
    await Promise.all(this.chat.panes.all.map((pane) => pane.check()));
    conversation.save();
    this.offer(this.chat.context);
  }

  /**
   * Where the last turn calls functions, its pane takes what they return.
   * @param {number} index
   */
  offer(index) {
    const calls = callsOf(conversation.turns.at(-1)?.tool_calls);
    const panes = this.chat.panes.all;
    if (!calls.length || store.busy || !panes[index]) return;
    for (const pane of panes) pane.closeResults();
    this.taker = index;
    this.chat.panes.notice(waitingNote(calls.length), "note");
    panes[index].offerResults(calls, store.value("tools"), advice(), (results) =>
      this.chat.goOnWith(results.map(({ id, content }) => ({ role: "tool", tool_call_id: id, content }))),
    );
  }

  /**
   * A tool message for each call that has none, for servers refuse a list with a call that is not answered.
   * @returns {Turn[]}
   */
  unanswered() {
    const { turns } = conversation;
    const at = turns.findLastIndex(({ role }) => role !== "tool");
    const answered = turns.slice(at + 1).map((turn) => turn.tool_call_id);
    const open = callsOf(turns[at]?.tool_calls).filter(({ id }) => !answered.includes(id));
    const typed = this.chat.panes.at(this.taker)?.results() ?? [];
    return open.map(({ id }, place) => ({
      role: "tool",
      tool_call_id: id,
      content: typed[place] || NOT_MADE,
    }));
  }
}
