// The turns of the conversation, kept for this tab so that a reload loses nothing
// and two tabs never overwrite each other.
//
// A turn is an OpenAI-style message; an assistant's may carry the answer it came from under `answer`. An answer
// that came to nothing stays in view, but is no message.

import { recall, remember } from "./memory.js";


const TOKENS_KEPT = 400;

const isEmpty = (turn) => turn.role === "assistant" && !turn.content && !turn.tool_calls;

export const conversation = {
  turns: recall("turns") ?? [],

  /** The list of messages as a server takes it. */
  messages() {
    return this.turns.filter((turn) => !isEmpty(turn)).map(({ answer, ...message }) => message);
  },

  add(turn) { this.turns.push(turn); this.save(); },

  answered(answer) {
    const turn = { role: "assistant", content: answer.text || null, answer };
    if (answer.tool_calls.length) {
      turn.tool_calls = answer.tool_calls.map(({ id, name, arguments: args }, i) => ({ id: id || `call_${i}`, type: "function", function: { name, arguments: args } }));
    }
    this.add(turn);
  },

  /** Takes the answers off the end, and returns them. */
  dropAnswers() {
    const at = this.turns.findLastIndex((turn) => turn.role !== "assistant") + 1;
    const dropped = this.turns.splice(at);
    this.save();
    return dropped;
  },

  cut(index) { this.turns.length = index; this.save(); },

  replace(messages) { this.turns = messages.map((message) => ({ ...message })); this.save(); },

  save() {
    remember("turns", this.turns.map(({ answer, ...turn }) => (answer ? { ...turn, answer: { ...answer, logprobs: answer.logprobs.slice(0, TOKENS_KEPT) } } : turn)));
  },
};
