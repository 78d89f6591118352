// What all readers of other programs' files share: a conversation out of messages, and what was left out of it.

import { isInstruction, titleOf } from "./value.js";

/** @import { Answer, Asked, Turn } from "../types" */
/** @import { Filed } from "./files.js" */

/** @typedef {{found: Filed[], left: string[]}} Read  Conversations, and what of a file is not among them. */

/** Why an entry of a file cannot be read, in a sentence. */
export class Unreadable extends Error {}

/**
 * @param {any} value
 * @returns {value is Record<string, any>}
 */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A time in a form of JSON's own, out of one in seconds or milliseconds or of such a form.
 * @param {any} at
 */
export function time(at) {
  const number = Number(at);
  const date = new Date(
    Number.isFinite(number) && number > 0 ? (number < 1e11 ? number * 1000 : number) : at,
  );
  return (Number.isNaN(date.getTime()) ? new Date() : date).toISOString();
}

/**
 * An answer that was written elsewhere.
 * @param {string} where
 * @param {string} text
 * @param {string} model  empty where it is not told
 * @param {string} [reasoning]
 * @returns {Answer}
 */
export function answerFrom(where, text, model, reasoning = "") {
  /** @type {Asked} */
  const asked = { model, base_url: "", flavour: "", parameters: {}, extra_body: {}, second: {} };
  const nothing = { id: null, tool_calls: [], logprobs: [], report: [], attachments: [], body: null };
  const why = `from ${where}${model && `: ${model}`}`;
  return { ...nothing, text, reasoning, ended: "done", why, ...(model && { asked }) };
}

/**
 * Words in a row of one speaker are one turn: servers refuse two answers to one question.
 * @param {Turn[]} turns
 */
function joined(turns) {
  /** @type {Turn[]} */
  const found = [];
  for (const turn of turns) {
    const last = found.at(-1);
    const both = last?.role === turn.role && [last.content, turn.content].every((c) => typeof c === "string");
    if (!last || !both || turn.tool_calls || last.tool_calls || turn.role === "tool") found.push(turn);
    else {
      last.content = `${last.content}\n\n${turn.content}`;
      if (last.answer) last.answer = { ...last.answer, text: last.content };
    }
  }
  return found;
}

/**
 * A conversation out of all that was said in it.
 * @param {Turn[]} said
 * @param {{id: string, title?: any, pinned?: boolean, created_at: string, updated_at: string}} about
 * @returns {Filed}
 */
export function filed(said, { title, ...about }) {
  const [first, ...rest] = said;
  const instruction = isInstruction(first) ? first : null;
  const turns = joined(instruction ? rest : said);
  if (!turns.length) throw new Unreadable("nothing is said in it");
  const named = typeof title === "string" && title.trim() !== "";
  const called = named ? title.trim().slice(0, 120) : titleOf({ instruction, turns });
  return { ...about, revision: about.updated_at, title: called, named, instruction, turns };
}
