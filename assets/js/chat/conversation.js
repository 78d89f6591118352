// The conversation of this tab: what is said, and what stands before it. It is kept in this browser as it changes.
//
// A system prompt at the head of the list is the first message and no turn: it has a field of its own.

import { keeper } from "../conversations/keeper.js";
import { isInstruction, messagesOf } from "../conversations/value.js";
import { after } from "../core/later.js";
import { same, store } from "../core/store.js";

/** @import { Answer, Asked, KeptPair, Turn } from "../types" */

const PAUSE_MS = 300;
const LEFT = "the page was left";

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

const restored = await keeper.restore();

/** A system prompt is kept when its letters pause, and before anything else is. */
const typing = after(PAUSE_MS, () => conversation.save());
const flush = () => typing.pending && typing.now();

export const conversation = {
  /** @type {Turn | null} */
  instruction: restored.instruction,
  /** @type {Turn[]} */
  turns: restored.turns,
  /** @type {Asked | undefined} */
  asked: undefined, // with what the answer under way is asked for

  /**
   * The list of messages as a server takes it.
   * @returns {Turn[]}
   */
  messages() {
    return messagesOf(this);
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
   * An answer is asked for: it remembers with what.
   * @param {Asked & {messages: object[]}} request
   */
  asks({ messages, ...asked }) {
    this.asked = structuredClone(asked);
    this.sync();
  },

  /**
   * An answer has come; one that goes on from a prefilled turn becomes one with it.
   * @param {Answer} answer
   */
  answered(answer) {
    answer.asked ??= this.asked;
    const begun = this.begun();
    if (begun) {
      this.turns.pop();
      answer.prefill = begun.content;
    }
    this.add(turnOf(answer));
  },

  /**
   * The newest answer is one of a pair.
   * @param {KeptPair} pair
   */
  paired(pair) {
    const last = this.turns.at(-1);
    if (last?.answer) last.pair = pair;
    this.save();
  },

  /**
   * Keeps what has come so far of an answer, or of a pair, should the page go before its end.
   * @param {Answer} answer
   * @param {KeptPair} [pair]
   */
  meanwhile(answer, pair) {
    const cut = (/** @type {Answer} */ each) =>
      each.ended ? each : { ...each, asked: this.asked, ended: "cancelled", why: LEFT };
    const turns = this.begun() ? this.turns.slice(0, -1) : this.turns;
    const sides = pair && { pair: { ...pair, sides: pair.sides.map(cut) } };
    keeper.keep({ instruction: this.instruction, turns: [...turns, { ...turnOf(cut(answer)), ...sides }] });
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
    answer.asked ??= this.turns[at]?.answer?.asked;
    if (at >= 0) this.turns[at] = { ...turnOf(answer), pair: this.turns[at].pair };
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
    if (!turns.length) {
      this.clear(); // what was said stays in the list
      return true;
    }
    this.turns = turns.map((message) => ({ ...message }));
    this.save();
    return true;
  },

  /** Another conversation begins; the system prompt stays for it, and what was said stays in the list. */
  clear() {
    flush();
    keeper.begin();
    this.turns = [];
    this.save();
    this.sync();
  },

  /**
   * Goes on with one that is kept; whether it is still there. Raises NotKept.
   * @param {string} id
   */
  async open(id) {
    flush();
    const found = await keeper.open(id);
    if (!found) return false;
    this.instruction = found.instruction;
    this.turns = found.turns;
    store.tell("turns", null);
    return true;
  },

  /** The page is being left. */
  leave() {
    flush();
    keeper.leave();
  },

  /** @param {Turn | null} instruction */
  setInstruction(instruction) {
    this.instruction = instruction;
    typing.soon();
    store.tell("turns", null);
  },

  /** Keeps it in this browser. */
  save() {
    typing.drop();
    keeper.keep(this);
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
