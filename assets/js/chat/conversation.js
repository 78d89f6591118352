// The turns of the conversation, kept for this tab so that a reload loses nothing and two tabs never
// overwrite each other.
//
// A turn is an OpenAI-style message; an assistant's may carry the answer it came from under `answer`. An
// answer that came to nothing stays in view, but is no message. A system prompt at the head of the list is
// the first message and no turn: it has a field of its own.

import { recall, remember } from "../core/memory.js";
import { named, thingsOf } from "../core/pictures.js";
import { same, store } from "../core/store.js";
import { stow, unstow } from "../core/stowed.js";

/** @import { Answer, Turn } from "../types" */

const TOKENS_KEPT = 400;

/** @param {Turn} turn */
const isEmpty = (turn) => turn.role === "assistant" && !turn.content && !turn.tool_calls;

/**
 * Whether a message at the head of a list is its system prompt: an instruction in words, be it in one text or in parts.
 * @param {Turn | undefined} message
 */
const isInstruction = (message) =>
  (message?.role === "system" || message?.role === "developer") &&
  (typeof message.content === "string" ||
    (Array.isArray(message.content) && !thingsOf(message.content).length));

/**
 * A request without the messages that are the turns before it: else each answer would keep all earlier ones
 * again. Its system prompt stays, for that may be another by now.
 * @param {any} body
 */
function bodyAlone(body) {
  if (!body) return body;
  const [first] = body.messages ?? [];
  return { ...body, messages: isInstruction(first) ? [first] : [] };
}

/**
 * The turns as they were: each request with its messages again.
 * @param {Turn[]} turns
 */
function whole(turns) {
  /** @type {Turn[]} */
  const messages = [];
  for (const turn of turns) {
    const { answer } = turn;
    for (const each of [answer, ...(answer?.others ?? [])]) {
      if (each?.body) each.body.messages = [...(each.body.messages ?? []), ...named(messages)];
    }
    if (!isEmpty(turn)) messages.push(messageOf(turn));
  }
  return turns;
}

/**
 * A turn as a server takes it.
 * @param {Turn} turn
 * @returns {Turn}
 */
const messageOf = ({ answer, beside, branch, ...message }) => message;

/**
 * An answer as it is kept for a reload, with those beside it.
 * @param {Answer} answer
 * @returns {Answer}
 */
const kept = ({ message, ...answer }) => ({
  ...answer,
  body: bodyAlone(answer.body),
  logprobs: answer.logprobs.slice(0, TOKENS_KEPT),
  ...(answer.others && { others: answer.others.map((other) => (other.id ? kept(other) : other)) }),
});

/**
 * The same where the browser has no room: scores and requests are given up before any text is.
 * @param {Answer} answer
 * @returns {Answer}
 */
const keptAsText = ({ message, others, place, ...answer }) => ({
  ...answer,
  body: null,
  report: [],
  evidence: {},
  logprobs: [],
});

/**
 * An answer as a turn: what it says behind its prefill, and what its server tells at its end goes back beside
 * it.
 * @param {Answer} answer
 * @returns {Turn}
 */
const turnOf = (answer) => ({
  role: "assistant",
  content: (answer.prefill ?? "") + answer.text || null,
  ...answer.message,
  answer,
});

export const conversation = {
  /** @type {Turn | null} */
  instruction: recall("instruction"),
  /** @type {Turn[]} */
  turns: whole((await unstow("turns")) ?? []),

  /**
   * The list of messages as a server takes it.
   * @returns {Turn[]}
   */
  messages() {
    const said = this.turns.filter((turn) => !isEmpty(turn)).map(messageOf);
    return this.instruction ? [this.instruction, ...said] : said;
  },

  /**
   * Says what stands before all turns, in the role that it had; empty for nothing.
   * @param {string} text
   */
  instruct(text) {
    this.setInstruction(text ? { role: "system", ...this.instruction, content: text } : null);
    const messages = this.messages();
    store.set("messages", messages.length ? messages : undefined, { by: this });
  },

  /** @param {Turn} turn */
  add(turn) {
    this.turns.push(turn);
    this.save();
  },

  /**
   * Takes one turn out again; whether it was there.
   * @param {Turn} turn
   */
  remove(turn) {
    const at = this.turns.indexOf(turn);
    if (at >= 0) this.turns.splice(at, 1);
    this.save();
    return at >= 0;
  },

  /** @param {Turn[]} turns */
  restore(turns) {
    this.turns = turns;
    this.save();
  },

  /**
   * An answer has come; one that goes on from a prefilled turn becomes one with it.
   * @param {Answer} answer
   */
  answered(answer) {
    const begun = this.begun();
    if (begun) {
      this.turns.pop();
      answer.prefill = begun.content;
    }
    this.add(turnOf(answer));
  },

  /**
   * More of a stopped answer has become known than was there at first; whether it is still in the
   * conversation.
   * @param {Answer} answer
   */
  grown(answer) {
    return this.chosen(answer);
  },

  /**
   * Another of the answers to one request is what the conversation goes on with; whether they are in it.
   * @param {Answer} answer
   */
  chosen(answer) {
    const ids = [answer, ...(answer.others ?? [])].map(({ id }) => id).filter(Boolean);
    const at = this.turns.findLastIndex((each) => ids.includes(each.answer?.id ?? ""));
    if (at >= 0) this.turns[at] = turnOf(answer);
    this.save();
    return at >= 0;
  },

  /** The turn that the next answer goes on from: a last one of the assistant that was not generated. */
  begun() {
    const last = this.turns.at(-1);
    const typed = last?.role === "assistant" && !last.answer && !last.tool_calls;
    return typed && last.content && typeof last.content === "string" ? last : null;
  },

  /**
   * How the next answer begins.
   * @returns {string}
   */
  prefill() {
    return this.begun()?.content ?? "";
  },

  /** What the next answer answers: the last message, or all results in a row, and how the answer begins. */
  newest() {
    let at = this.turns.length - (this.prefill() ? 2 : 1);
    while (this.turns[at]?.role === "tool" && this.turns[at - 1]?.role === "tool") at -= 1;
    return this.turns.slice(Math.max(at, 0));
  },

  /** Takes the answers off the end. */
  dropAnswers() {
    const at = this.turns.findLastIndex((turn) => turn.role !== "assistant") + 1;
    const dropped = this.turns.splice(at);
    const { prefill, branch, id, others = [] } = dropped[0]?.answer ?? {};
    const beside = others.filter((other) => other.id && other.id !== id);
    if (prefill) this.turns.push({ role: "assistant", content: prefill, beside, branch });
    this.save();
  },

  /** @param {number} index */
  cut(index) {
    this.turns.length = index;
    this.save();
  },

  /**
   * Takes a list as it was edited; whether its turns have changed, and not only the system prompt.
   * @param {Turn[]} messages
   */
  replace(messages) {
    const [first, ...rest] = messages;
    const instruction = isInstruction(first) ? first : null;
    const turns = instruction ? rest : messages;
    const before = this.messages().slice(this.instruction ? 1 : 0);
    this.setInstruction(instruction && { ...instruction });
    if (same(turns, before)) return false;
    this.turns = turns.map((message) => ({ ...message }));
    this.save();
    return true;
  },

  /** Takes all turns away; the system prompt stays for the next conversation. */
  clear() {
    this.turns = [];
    this.save();
    this.sync();
  },

  /** @param {Turn | null} instruction */
  setInstruction(instruction) {
    this.instruction = instruction;
    remember("instruction", instruction);
    store.tell("turns", null);
  },

  /** Keeps the turns for a reload of this tab. */
  save() {
    const light = (/** @type {(answer: Answer) => Answer} */ of) =>
      this.turns.map((turn) => ({ ...messageOf(turn), ...(turn.answer && { answer: of(turn.answer) }) }));
    if (!stow("turns", light(kept))) stow("turns", light(keptAsText));
    store.tell("turns", null);
  },

  /**
   * The row `messages` shows the conversation as it would be sent, or as it was sent while the answer comes.
   */
  sync() {
    const messages = this.messages();
    if (same(store.value("messages") ?? [], messages)) return;
    store.set("messages", messages.length ? messages : undefined, { by: this });
  },
};
