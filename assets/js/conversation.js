// The turns of the conversation, kept for this tab so that a reload loses nothing
// and two tabs never overwrite each other.
//
// A turn is an OpenAI-style message; an assistant's may carry the answer it came from under `answer`. An answer
// that came to nothing stays in view, but is no message.

import { withIds } from "./calls.js";
import { recall, remember } from "./memory.js";

const TOKENS_KEPT = 400;

const isEmpty = (turn) => turn.role === "assistant" && !turn.content && !turn.tool_calls;

/** A request without its messages, which are the turns before it: else each answer would keep all earlier ones again. */
const bodyAlone = (body) => (body ? { ...body, messages: null } : body);

/** The turns as they were: each request with its messages again. */
function whole(turns) {
  const messages = [];
  for (const turn of turns) {
    const { answer, ...message } = turn;
    if (answer?.body) answer.body = { ...answer.body, messages: [...messages] };
    if (!isEmpty(turn)) messages.push(message);
  }
  return turns;
}

/** An answer as a turn: what it says behind its prefill, and the functions that it calls. */
function turnOf(answer) {
  const turn = { role: "assistant", content: (answer.prefill ?? "") + answer.text || null, answer };
  const last = answer.tool_calls.at(-1);
  const calls = answer.tool_calls.filter((call) => call !== last || call.arguments || answer.ended !== "length");  // a mere name, cut off, is no call
  if (calls.length) {
    turn.tool_calls = withIds(calls).map(({ id, name, arguments: args }) => ({ id, type: "function", function: { name, arguments: args || "{}" } }));
  }
  return turn;
}

export const conversation = {
  turns: whole(recall("turns") ?? []),

  /** The list of messages as a server takes it. */
  messages() {
    return this.turns.filter((turn) => !isEmpty(turn)).map(({ answer, ...message }) => message);
  },

  add(turn) { this.turns.push(turn); this.save(); },

  /** Takes one turn out again; whether it was there. */
  remove(turn) {
    const at = this.turns.indexOf(turn);
    if (at >= 0) this.turns.splice(at, 1);
    this.save();
    return at >= 0;
  },

  restore(turns) { this.turns = turns; this.save(); },

  /** An answer has come; one that goes on from a prefilled turn becomes one with it. */
  answered(answer) {
    const prefill = this.prefill();
    if (prefill) { this.turns.pop(); answer.prefill = prefill; }
    this.add(turnOf(answer));
  },

  /** More of a stopped answer has become known than was there at first; whether it is still in the conversation. */
  grown(answer) {
    const turn = answer.id && this.turns.findLast((each) => each.answer?.id === answer.id);
    if (!turn) return false;
    Object.assign(turn, turnOf(answer));
    this.save();
    return true;
  },

  /** How the next answer begins: the text of a last turn of the assistant that was typed and not generated. */
  prefill() {
    const last = this.turns.at(-1);
    return last?.role === "assistant" && !last.answer && !last.tool_calls && typeof last.content === "string" ? last.content : "";
  },

  /** What the next answer answers: the last message, or all results in a row, and how the answer begins. */
  newest() {
    let at = this.turns.length - (this.prefill() ? 2 : 1);
    while (this.turns[at]?.role === "tool" && this.turns[at - 1]?.role === "tool") at -= 1;
    return this.turns.slice(Math.max(at, 0));
  },

  /** Takes the answers off the end, and returns them. */
  dropAnswers() {
    const at = this.turns.findLastIndex((turn) => turn.role !== "assistant") + 1;
    const dropped = this.turns.splice(at);
    const begun = dropped[0]?.answer?.prefill;
    if (begun) this.turns.push({ role: "assistant", content: begun });
    this.save();
    return dropped;
  },

  cut(index) { this.turns.length = index; this.save(); },

  replace(messages) { this.turns = messages.map((message) => ({ ...message })); this.save(); },

  /** Where the browser has no room left, scores and requests are given up before any text is. */
  save() {
    const kept = (light) => this.turns.map(({ answer, ...turn }) => (answer ? { ...turn, answer: light(answer) } : turn));
    const all = kept((answer) => ({ ...answer, body: bodyAlone(answer.body), logprobs: answer.logprobs.slice(0, TOKENS_KEPT) }));
    if (!remember("turns", all)) remember("turns", kept((answer) => ({ ...answer, body: null, report: [], evidence: {}, logprobs: [] })));
  },
};
