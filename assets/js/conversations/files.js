// Conversations as files: JSON with all of them, Markdown to read, and a line of messages each to train on.

import { KEYS } from "../contract.js";
import { eachText, isData, wordsOf } from "../core/pictures.js";
import { t, tn } from "../core/words.js";
import { askedOf, messagesOf } from "./value.js";

/** @import { Asked, Turn } from "../types" */
/** @import { Conversation } from "./value.js" */

/** @typedef {{title: string, named?: boolean, pinned?: boolean, created_at: string, updated_at: string}} About */
/** @typedef {About & Conversation & {id: string, revision: string}} Filed  A conversation as a file has it. */
/** @typedef {{name: string, type: string, text: string, notes: string[]}} File */

export const VERSION = 1;
/** Under which a file has its version. */
export const MARK = "parameter_playground_conversations";

const KEY = new RegExp(KEYS, "gs");
const SHORTEST_KEY = 8; // a shorter one may be any word
const SPEAKERS = new Map([
  ["user", "User"],
  ["assistant", "Assistant"],
  ["tool", "Result of a call"],
]);

/**
 * Without anything that looks like a key, or is one that was typed here; and how many there were.
 * @template T
 * @param {T} value
 * @param {string[]} typed
 * @returns {{clean: T, count: number}}
 */
function withoutKeys(value, typed) {
  let count = 0;
  const mark = () => {
    count += 1;
    return "[key]";
  };
  const clean = eachText(value, (text) => {
    if (isData(text)) return text;
    let left = String(text).replace(KEY, mark);
    for (const key of typed) left = left.replaceAll(key, mark);
    return left;
  });
  return { clean, count };
}

/**
 * A name that any file system takes.
 * @param {Filed[]} all
 */
const stem = ([first, ...others]) =>
  others.length
    ? "conversations"
    : first.title
        .replace(/[^\p{Letter}\p{Number}]+/gu, "-")
        .replace(/^-|-$/g, "")
        .toLowerCase() || "conversation";

/** @param {Filed[]} all */
const asJson = (all) => `${JSON.stringify({ [MARK]: VERSION, conversations: all }, null, 1)}\n`;

/** @param {Asked | undefined} asked */
function askedInWords(asked) {
  if (!asked) return "";
  const set = { ...asked.parameters, ...asked.extra_body };
  const words = Object.entries(set).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [asked.model, ...words].join(", ");
}

/** @param {Turn} turn */
function turnInWords({ role, content, tool_calls: calls, answer }) {
  const asked = askedInWords(answer?.asked);
  const parts = [
    `## ${SPEAKERS.get(role) ?? "System prompt"}`,
    asked && `*${asked.replace(/[*_`\\]/g, "\\$&")}*`,
    answer?.reasoning?.replace(/^/gm, "> "),
    wordsOf(content),
    ...(Array.isArray(content) ? content.filter((part) => part?.type !== "text") : []).map(
      (part) => `[${String(part?.type ?? "part").replace(/_url$/, "")}, not in this file]`,
    ),
    calls && `\`\`\`json\n${JSON.stringify(calls, null, 2)}\n\`\`\``,
  ];
  return parts.filter(Boolean).join("\n\n");
}

/** @param {Filed[]} all */
const asMarkdown = (all) =>
  all
    .map(({ title, created_at: at, instruction, turns }) => {
      const said = [instruction, ...turns].flatMap((turn) => (turn ? [turnInWords(turn)] : []));
      return `${[`# ${title}`, `${at.slice(0, 16).replace("T", " ")} UTC`, ...said].join("\n\n")}\n`;
    })
    .join("\n---\n\n");

/**
 * A line each: up to its last answer, and with the functions that were offered; nothing of one without an answer.
 * @param {Filed} filed
 */
function asLine(filed) {
  const messages = messagesOf(filed);
  const end = messages.findLastIndex(({ role }) => role === "assistant") + 1;
  const tools = askedOf(filed)?.parameters?.tools;
  return end ? `${JSON.stringify({ messages: messages.slice(0, end), ...(tools && { tools }) })}\n` : "";
}

/** @type {Record<string, {type: string, made: (all: Filed[]) => {text: string, notes: string[]}}>} */
const FORMS = {
  json: { type: "application/json", made: (all) => ({ text: asJson(all), notes: [] }) },
  md: { type: "text/markdown", made: (all) => ({ text: asMarkdown(all), notes: [] }) },
  jsonl: {
    type: "application/jsonl",
    made: (all) => {
      const lines = all.map(asLine);
      const left = lines.filter((line) => !line).length;
      return {
        text: lines.join(""),
        notes: left ? [t("Not in it: {count} without an answer.", { count: left })] : [],
      };
    },
  },
};

/**
 * The same conversations in one of the forms.
 * @param {Filed[]} all
 * @param {string} form  "json", "md", "jsonl"
 * @param {string[]} [keys]  that were typed here
 * @returns {File}
 */
export function fileOf(all, form, keys = []) {
  const { clean, count } = withoutKeys(
    all,
    keys.filter((key) => key.length >= SHORTEST_KEY),
  );
  const { text, notes } = FORMS[form].made(clean);
  const taken = count ? [tn("Taken out: a key.", "Taken out: {count} keys.", count)] : [];
  return { name: `${stem(clean)}.${form}`, type: FORMS[form].type, text, notes: [...notes, ...taken] };
}
