// What becomes of an answer once it is whole: it is checked, and the functions that it calls get their results.

import { callsOf } from "./calls.js";
import { conversation } from "./conversation.js";

export class Loop {
  constructor(page) {
    this.page = page;
    this.asked = {};
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
