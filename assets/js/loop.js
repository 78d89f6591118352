// What becomes of an answer once it is whole: it is checked, and the functions that it calls get their results.

import { callsOf } from "./calls.js";
import { conversation } from "./conversation.js";

const NOT_MADE = "The call was not made: the user went on without its result.";

const waitingNote = (count) => `${count === 1 ? "A call waits for its result" : `${count} calls wait for their results`}. With a message instead, the model is told that a call without one was not made.`;

export class Loop {
  constructor(page) {
    this.page = page;
    this.asked = {};
    this.taker = 0;  // the pane that takes the results
  }

  /** Remembers what the answer to `request` is checked against; nothing where the second side has a shape of its own. */
  begin({ parameters, second }) {
    const own = "response_format" in second || "tools" in second;
    this.asked = own ? {} : { format: parameters.response_format, tools: parameters.tools };
  }

  /** What came is checked, and kept with its verdict; calls then wait for their results. */
  async judge() {
    await Promise.all(this.page.panes.map((pane) => pane.check()));
    conversation.save();
    this.offer(this.page.pair?.context ?? 0);
  }

  /** Where the last turn calls functions, its pane takes what they return. */
  offer(index) {
    const calls = callsOf(conversation.turns.at(-1)?.tool_calls);
    const { panes, rows, running } = this.page;
    if (!calls.length || running || !panes[index]) return;
    for (const pane of panes) pane.closeResults();
    this.taker = index;
    panes[0].notice(waitingNote(calls.length), "note");
    panes[index].offerResults(calls, rows.get("tools")?.value(), this.#choice(rows.get("tool_choice")), (results) => this.answer(results));
  }

  /** A word, and a way out, where tool_choice would make the model call again whatever the result. */
  #choice(row) {
    const choice = row?.value();
    if (choice === undefined || choice === "auto" || choice === "none") return null;
    return {
      text: `tool_choice is ${JSON.stringify(choice)}: it must call again.`, verb: "set it to auto",
      act: (event) => { row.set("auto"); event.target.parentElement.remove(); },
    };
  }

  /** A tool message for each call that has none, for servers refuse a list with a call that is not answered. */
  unanswered() {
    const { turns } = conversation;
    const at = turns.findLastIndex(({ role }) => role !== "tool");
    const answered = turns.slice(at + 1).map((turn) => turn.tool_call_id);
    const open = callsOf(turns[at]?.tool_calls).filter(({ id }) => !answered.includes(id));
    const typed = this.page.panes[this.taker]?.results() ?? [];
    return open.map(({ id }, place) => ({ role: "tool", tool_call_id: id, content: typed[place] || NOT_MADE }));
  }

  /** The results go back as tool messages, and the model goes on. */
  async answer(results) {
    const { page } = this;
    if (page.running) return;
    const before = conversation.turns.length;
    for (const { id, content } of results) conversation.add({ role: "tool", tool_call_id: id, content });
    if (await page.run()) return;
    conversation.cut(before);
    page.showConversation();
    page.panes[0].notice(page.refusal);
  }
}
