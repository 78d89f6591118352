// Turns out of a file that anybody may have written or edited: what the page could not show is named, or left out.

import { t } from "../core/words.js";
import { isObject, Unreadable } from "./foreign.js";

/** @import { Answer, Turn } from "../types" */

/** @typedef {(value: any) => boolean} Is */

export const ROLES = ["system", "developer", "user", "assistant", "tool"];
const SAID = ["left", "right", "tie", "both_bad", "skip"];
const DEEPEST = 64; // levels of a conversation; a browser's stack holds far more

/** @type {Is} */
const isText = (value) => typeof value === "string";
/** @type {Is} */
const isNumber = (value) => typeof value === "number";
/** @type {Is} */
const isFlag = (value) => typeof value === "boolean";
/** @type {(is: Is) => Is} */
const listOf = (is) => (value) => Array.isArray(value) && value.every(is);
/** @type {(fields: Record<string, Is>) => Is} */
const objectOf = (fields) => (value) =>
  isObject(value) && Object.entries(fields).every(([name, is]) => is(value[name]));
/** @type {(is: Is) => Is} */
const orNone = (is) => (value) => value === undefined || value === null || is(value);

const isCall = objectOf({ name: isText, arguments: isText });
const isTold = objectOf({ message: isText, next_step: isText });
const isBranch = objectOf({ token: isNumber, piece: isText, depth: isNumber });
const isProblem = objectOf({ problems: listOf(isObject), gave_up: isText });
const isFormat = objectOf({ violations: listOf(isObject), unchecked: listOf(isText) });
/** @type {Is} */
const isLikely = (value) => Array.isArray(value) && isText(value[0]) && isNumber(value[1]);
/** @type {Is} */
const isScore = (value) => isLikely(value) && listOf(isLikely)(value[2]);

/** Lists of an answer, each with what stands in it. */
const LISTS = {
  tool_calls: isCall,
  logprobs: isScore,
  report: objectOf({ parameter: isText, state: isText }),
  attachments: objectOf({ kind: isText, url: isText, title: isText }),
};

/** What else the page looks for in an answer, as far as it is there. */
const FIELDS = {
  id: isText,
  ended: isText,
  why: isText,
  error: isTold,
  eaten: isTold,
  message: isObject,
  beside_text: isText,
  usage: objectOf({ completion_tokens: isNumber }),
  evidence: (/** @type {any} */ value) => isObject(value) && Object.values(value).every(isObject),
  verdict: objectOf({ format: orNone(isFormat), calls: listOf(isProblem) }),
  prefill: isText,
  asked: objectOf({
    model: isText,
    base_url: orNone(isText),
    parameters: isObject,
    extra_body: orNone(isObject),
    second: orNone(isObject),
  }),
  blind: isFlag,
  place: isNumber,
  branch: isBranch,
  first_token_s: isNumber,
  tokens_per_second: isNumber,
  body: objectOf({ messages: orNone(Array.isArray) }),
  slot: isText,
  preset: isText,
  model: isText,
  settings: listOf(isText),
};

/**
 * Whether a value goes no deeper than so many levels.
 * @param {any} value
 * @param {number} levels
 * @returns {boolean}
 */
const isFlat = (value, levels) =>
  typeof value !== "object" ||
  value === null ||
  (levels > 0 && Object.values(value).every((each) => isFlat(each, levels - 1)));

/**
 * An answer with all that the page looks for in one; undefined where there is none.
 * @param {any} given
 * @param {any} [content]  of its message, for one that has no text
 * @returns {Answer | undefined}
 */
function answerOf(given, content) {
  if (!isObject(given)) return undefined;
  /** @type {Record<string, any>} */
  const answer = { ...given, text: isText(given.text) ? given.text : content };
  for (const name of ["text", "reasoning"]) if (!isText(answer[name])) answer[name] = "";
  for (const [name, is] of Object.entries(LISTS))
    answer[name] = Array.isArray(answer[name]) ? answer[name].filter(is) : [];
  for (const [name, is] of Object.entries(FIELDS))
    if (answer[name] !== null && name in answer && !is(answer[name])) delete answer[name];
  if (answer.others !== undefined) answer.others = answersOf(answer.others);
  return /** @type {Answer} */ ({ id: null, body: null, ended: "done", ...answer });
}

/** @param {any} given */
const answersOf = (given) =>
  (Array.isArray(given) ? given : []).map((each) => answerOf(each)).filter((answer) => answer !== undefined);

/**
 * A pair with both its answers; undefined where it is none.
 * @param {any} given
 */
function pairOf(given) {
  if (!isObject(given) || !isText(given.round_id)) return undefined;
  const sides = answersOf(given.sides);
  const said = SAID.includes(given.said) ? given.said : null;
  const isOpen = given.mode === "open";
  const { whose, ...pair } = given;
  const isWhose = objectOf({ slot: isText, model: isText, settings: listOf(isText) });
  const told = objectOf({ left: isWhose, right: isWhose })(whose) ? { whose } : {};
  return sides.length === 2 ? { ...pair, ...told, mode: isOpen ? "open" : "blind", sides, said } : undefined;
}

/** @type {Is} */
const isContent = (value) => orNone(isText)(value) || listOf(objectOf({ type: isText }))(value);
/** @type {Is} */
const isCalls = orNone(listOf(objectOf({ function: isCall })));

/**
 * A turn that the page can show: of what stands beside its words, what it can show.
 * @param {Turn} turn
 * @param {string} where
 * @returns {Turn}
 */
function turnOf({ answer, beside, branch, pair, ...message }, where) {
  if (!ROLES.includes(message.role)) throw new Unreadable(t("{where} has no role", { where }));
  if (!isContent(message.content))
    throw new Unreadable(t("{where} has no content that can be read", { where }));
  if (!isCalls(message.tool_calls))
    throw new Unreadable(t("{where} has calls that cannot be read", { where }));
  /** @type {Record<string, any>} */
  const facts = {
    answer: answerOf(answer, message.content),
    beside: beside === undefined ? undefined : answersOf(beside),
    branch: isBranch(branch) ? branch : undefined,
    pair: pairOf(pair),
  };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return { ...message, ...Object.fromEntries(known) };
}

/**
 * The same conversation as far as the page can show it. Raises Unreadable where it has a message that is none.
 * @template {{instruction: Turn | null, turns: Turn[]}} T
 * @param {T} conversation
 * @returns {T}
 */
export function shaped(conversation) {
  if (!isFlat(conversation, DEEPEST)) throw new Unreadable(t("it is nested too deeply"));
  const { instruction, turns } = conversation;
  return {
    ...conversation,
    instruction: instruction && turnOf(instruction, t("its system prompt")),
    turns: turns.map((turn, at) => turnOf(turn, t("message {at}", { at: at + 1 }))),
  };
}
