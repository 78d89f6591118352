// A conversation as a value: what is kept of it, what is given up where there is no room, and what a list says of it.
//
// A turn is an OpenAI-style message; an assistant's may carry the answer it came from under `answer`. An answer that
// came to nothing stays in view, but is no message.

import { named, thingsOf, wordsOf } from "../core/pictures.js";
import { t } from "../core/words.js";

/** @import { Answer, Turn } from "../types" */

/** @typedef {{instruction: Turn | null, turns: Turn[]}} Conversation */

const TOKENS_KEPT = 400;
const TITLE_LETTERS = 60;
const MOST_WORDS = 200_000; // characters that are searched

/** @param {Turn} turn */
const isEmpty = (turn) => turn.role === "assistant" && !turn.content && !turn.tool_calls;

/**
 * Whether a message at the head of a list is its system prompt: an instruction in words, be it in one text or in parts.
 * @param {Turn | undefined} message
 */
export const isInstruction = (message) =>
  (message?.role === "system" || message?.role === "developer") &&
  (typeof message.content === "string" ||
    (Array.isArray(message.content) && !thingsOf(message.content).length));

/**
 * A turn as a server takes it.
 * @param {Turn} turn
 * @returns {Turn}
 */
const messageOf = ({ answer, beside, branch, pair, ...message }) => message;

/**
 * The list of messages as a server takes it.
 * @param {Conversation} conversation
 * @returns {Turn[]}
 */
export function messagesOf({ instruction, turns }) {
  const said = turns.filter((turn) => !isEmpty(turn)).map(messageOf);
  return instruction ? [instruction, ...said] : said;
}

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
export function whole(turns) {
  /** @type {Turn[]} */
  const messages = [];
  for (const turn of turns) {
    const { answer, beside = [], pair } = turn;
    for (const each of [answer, ...(answer?.others ?? []), ...beside, ...(pair?.sides ?? [])]) {
      if (each?.body) each.body.messages = [...(each.body.messages ?? []), ...named(messages)];
    }
    if (!isEmpty(turn)) messages.push(messageOf(turn));
  }
  return turns;
}

/**
 * An answer as it is kept, with those beside it.
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
 * The same where there is no room: scores and requests are given up before any text is.
 * @param {Answer} answer
 * @returns {Answer}
 */
const asText = ({ message, others, place, ...answer }) => ({
  ...answer,
  body: null,
  report: [],
  evidence: {},
  logprobs: [],
});

/**
 * @param {Conversation} conversation
 * @param {(answer: Answer) => Answer} of
 * @returns {Conversation}
 */
const each = ({ instruction, turns }, of) => ({
  instruction,
  turns: turns.map((turn) => ({
    ...turn,
    ...(turn.answer && { answer: of(turn.answer) }),
    ...(turn.beside && { beside: turn.beside.map(of) }),
    ...(turn.pair && { pair: { ...turn.pair, sides: turn.pair.sides.map(of) } }),
  })),
});

/**
 * What is kept of a conversation.
 * @param {Conversation} conversation
 */
export const keptOf = (conversation) => each(conversation, kept);

/**
 * The same, for little room.
 * @param {Conversation} conversation
 */
export const textOf = (conversation) => each(conversation, asText);

/**
 * What a list calls it: the first words of its first message.
 * @param {Conversation} conversation
 */
export function titleOf({ turns }) {
  const first = turns.find(({ role }) => role === "user") ?? turns[0];
  const words = wordsOf(first?.content).replace(/\s+/g, " ").trim();
  const letters = [...words];
  if (letters.length <= TITLE_LETTERS) return words || t("Without words");
  const cut = letters.slice(0, TITLE_LETTERS).join("");
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), TITLE_LETTERS / 2))}\u2026`;
}

/**
 * With what it was asked last; undefined where that is not known.
 * @param {Conversation} conversation
 */
export const askedOf = ({ turns }) => turns.findLast(({ answer }) => answer?.asked)?.answer?.asked;

/**
 * The request that its last answer came from; null where that is not known.
 * @param {Conversation} conversation
 */
export function requestOf({ instruction, turns }) {
  const at = turns.findLastIndex(({ answer }) => answer?.asked);
  const { asked, prefill } = turns[at]?.answer ?? {};
  if (!asked) return null;
  const begun = prefill ? [{ role: "assistant", content: prefill }] : [];
  return { ...asked, messages: [...messagesOf({ instruction, turns: turns.slice(0, at) }), ...begun] };
}

/**
 * All that is searched of it, in small letters.
 * @param {Conversation} conversation
 */
export function wordsIn({ instruction, turns }) {
  const all = [instruction, ...turns].map((turn) => wordsOf(turn?.content));
  return all.join("\n").toLowerCase().slice(0, MOST_WORDS);
}
