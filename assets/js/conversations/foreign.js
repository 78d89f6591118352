// What all readers of other programs' files share: a conversation out of messages, and what was left out of it.

import { t } from "../core/words.js";
import { isInstruction, titleOf } from "./value.js";

/** @import { Answer, Asked, Turn } from "../types" */
/** @import { Filed } from "./files.js" */

/** @typedef {{found: Filed[], left: string[]}} Read  Conversations, and what of a file is not among them. */
/**
 * One conversation, and what is not in it: how many pictures, files or steps of others' tools, and how many messages
 * that stand in another branch of its tree.
 * @typedef {{found: Filed, lost: number, aside?: number}} One
 */
/**
 * What a file says of a conversation; its own id, and when it was changed, where it has them.
 * @typedef {{from: string, id?: any, title?: any, pinned?: boolean, created?: any, updated?: any}} About
 */

export const LONGEST_TITLE = 120;

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
 * The nodes of a tree from its root down to one of them, each once.
 * @param {Record<string, any>} nodes  by id
 * @param {any} leaf
 * @param {string} parent  under which a node has the id of the one above it
 * @returns {any[]}
 */
export function pathTo(nodes, leaf, parent) {
  const found = new Set();
  for (let node = leaf; isObject(node) && !found.has(node); node = nodes[node[parent]]) found.add(node);
  return [...found].reverse();
}

/**
 * What a text is known again by: two equal ones have one mark. (FNV-1a, twice from different beginnings.)
 * @param {string} text
 */
export function markOf(text) {
  let [one, other] = [0x811c9dc5, 0x9dc5811c];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charCodeAt(at);
    one = Math.imul(one ^ letter, 0x01000193);
    other = Math.imul(other ^ letter ^ (at & 0xff), 0x01000193);
  }
  return [one, other].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}

/**
 * A conversation out of all that was said in it. One that has no id of its own is known again by what was said.
 * @param {Turn[]} said
 * @param {About} about
 * @returns {Filed}
 */
export function filed(said, { from, id, title, pinned = false, created, updated }) {
  const [first, ...rest] = said;
  const instruction = isInstruction(first) ? first : null;
  const turns = joined(instruction ? rest : said);
  if (!turns.length) throw new Unreadable(t("nothing is said in it"));
  const named = typeof title === "string" && title.trim() !== "";
  const mark = markOf(JSON.stringify([instruction, turns]));
  return {
    id: `${from}:${id ?? mark}`,
    revision: updated ? time(updated) : mark,
    title: named ? title.trim() : titleOf({ instruction, turns }),
    named,
    pinned,
    created_at: time(created),
    updated_at: time(updated ?? created),
    instruction,
    turns,
  };
}
