// Conversations out of a file: our own, a line of messages each, ChatGPT's, Open WebUI's, HuggingFace's playground's.
// What cannot be read is named by its line or its entry, and keeps nothing else from being read.

import { few } from "../core/few.js";
import { parsed } from "../core/json.js";
import { t, tn } from "../core/words.js";
import { fromChatgpt, isChatgpt } from "./chatgpt.js";
import { MARK, VERSION } from "./files.js";
import { filed, isObject, LONGEST_TITLE, markOf, time, Unreadable } from "./foreign.js";
import { fromHuggingface, isHuggingface, projectIn } from "./huggingface.js";
import { fromOpenWebui, isOpenWebui } from "./open_webui.js";
import { ROLES, shaped } from "./shape.js";

/** @import { Turn } from "../types" */
/** @import { Filed } from "./files.js" */
/** @import { One, Read } from "./foreign.js" */

/** The largest file that is read; what a browser reads at once takes several times as much memory. */
const LARGEST_MB = 200;

/**
 * Why a file of so many bytes is not read; empty where it is.
 * @param {string} name
 * @param {number} bytes
 */
export const tooLarge = (name, bytes) =>
  bytes > LARGEST_MB * 1e6
    ? t("{name} is larger than {largest_mb} MB, which is more than can be imported at once.", {
        name,
        largest_mb: LARGEST_MB,
      })
    : "";

const UNKNOWN = t(
  "it is no conversation of this page, and none of ChatGPT's, Open WebUI's or HuggingFace's playground",
);

/**
 * @param {any} message
 * @returns {message is Turn}
 */
const isMessage = (message) => isObject(message) && ROLES.includes(message.role);

/** @param {any} entry */
const isOwn = (entry) =>
  isObject(entry) &&
  Array.isArray(entry.turns) &&
  entry.turns.every(isMessage) &&
  typeof entry.title === "string";

/**
 * One of this page's own files.
 * @param {Record<string, any>} entry
 * @returns {One}
 */
function fromOwn({ id, revision, title, named, pinned, created_at, updated_at, instruction, turns }) {
  const said = { instruction: isMessage(instruction) ? instruction : null, turns };
  if (!turns.length) throw new Unreadable(t("nothing is said in it"));
  const mark = id && revision ? "" : markOf(JSON.stringify(said));
  const found = {
    id: String(id ?? mark),
    revision: String(revision ?? mark),
    title,
    named: named === true,
    pinned: pinned === true,
    created_at: time(created_at),
    updated_at: time(updated_at),
    ...said,
  };
  return { found, lost: 0 };
}

/**
 * A list of messages, bare or under `messages`.
 * @param {any} entry
 * @returns {One}
 */
function fromMessages(entry) {
  /** @type {Turn[]} */
  const messages = Array.isArray(entry) ? entry : entry.messages;
  const at = messages.findIndex((message) => !isMessage(message));
  if (at >= 0) throw new Unreadable(t("message {at} has no role", { at: at + 1 }));
  return { found: filed(messages, { from: "messages" }), lost: 0 };
}

/** @type {[is: (entry: any) => boolean, read: (entry: any) => One][]} */
const FORMS = [
  [isOwn, fromOwn],
  [isChatgpt, fromChatgpt],
  [isOpenWebui, fromOpenWebui],
  [isHuggingface, fromHuggingface],
  [
    (entry) => Array.isArray(entry?.messages) || (Array.isArray(entry) && entry.some(isMessage)),
    fromMessages,
  ],
];

/** @param {string | undefined} message  the browser's own */
const notJson = (message) => (message === undefined ? undefined : t("not JSON: {message}", { message }));

/**
 * The entries of a file, each with where it stands. Raises Unreadable.
 * @param {string} text
 * @returns {[where: string, entry: any, problem?: string][]}
 */
function entriesIn(text) {
  const { value = projectIn(text), message, line } = parsed(text);
  if (value === null || value === undefined) {
    const lines = text
      .split("\n")
      .flatMap((each, at) => (each.trim() ? [{ at: at + 1, ...parsed(each) }] : []));
    if (lines.length > 1 && lines.some((each) => isObject(each.value))) {
      return lines.map((each) => [t("line {at}", { at: each.at }), each.value, notJson(each.message)]);
    }
    throw new Unreadable(
      t("line {line}: {problem}", {
        line,
        problem: notJson(message) ?? t("nothing is in it"),
      }),
    );
  }
  if (isObject(value) && MARK in value && value[MARK] !== VERSION) {
    throw new Unreadable(
      t("it was made by another version of this page ({value}, this one reads {version})", {
        value: value[MARK],
        version: VERSION,
      }),
    );
  }
  const list = isObject(value) && Array.isArray(value.conversations) ? value.conversations : value;
  if (!Array.isArray(list) || list.some(isMessage)) return [[t("it"), list]];
  return list.map((entry, at) => [t("entry {at}", { at: at + 1 }), entry]);
}

/**
 * All conversations of a file, and in sentences what of it is not among them.
 * @param {string} name
 * @param {string} text
 * @returns {Read}
 */
export function conversationsIn(name, text) {
  /** @type {Filed[]} */
  const found = [];
  /** @type {string[]} */
  const left = [];
  let lost = 0;
  let aside = 0;
  try {
    for (const [where, entry, problem] of entriesIn(text)) {
      try {
        const [, read] = FORMS.find(([is]) => is(entry)) ?? [];
        if (problem || !read) throw new Unreadable(problem ?? UNKNOWN);
        const one = read(entry);
        const { title } = one.found;
        found.push({ ...shaped(one.found), title: title.slice(0, LONGEST_TITLE) });
        lost += one.lost;
        aside += one.aside ?? 0;
      } catch (error) {
        const why = error instanceof Unreadable ? error.message : t("its form is not the one that is known");
        const title = typeof entry?.title === "string" ? ` (${entry.title.slice(0, 60)})` : "";
        left.push(`${name}, ${where}${title}: ${why}.`);
      }
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    left.push(`${name}, ${error.message}.`);
  }
  const told = [...few(left)];
  if (lost)
    told.push(t("{name}: {lost} pictures, files or steps of its own tools are not in it.", { name, lost }));
  if (aside) {
    told.push(
      tn(
        "{name}: a message of a side branch is not in it.",
        "{name}: {count} messages of side branches are not in it.",
        aside,
        { name },
      ),
    );
  }
  return { found, left: told };
}

/**
 * Those that are not there yet. One that differs from what is here under its id is known by its revision as well.
 * @param {Filed[]} found
 * @param {Map<string, string>} revisions  what is here, by id
 */
export function newcomers(found, revisions) {
  const here = new Map(revisions);
  return found.flatMap((each) => {
    const { revision } = each;
    const differs = here.has(each.id) && here.get(each.id) !== revision;
    const id = differs ? `${each.id}#${revision}` : each.id;
    if (here.has(id)) return [];
    here.set(id, revision);
    return [{ ...each, id }];
  });
}
