// Pictures as they stand in messages: data: addresses, which are long. How they are told from others, named in
// few words, and left out where they need not go.

import { PICTURES } from "../contract.js";
import { fixed, number, t } from "./words.js";

/** @import { Turn } from "../types" */

/** @typedef {{type: string, text?: string, image_url?: {url?: unknown}, [name: string]: unknown}} Part */

const LONG = 256;
const HEAD = 24; // letters of Base64 in which a file says what it is
const SHOWN = PICTURES.map((kind) => `data:${kind};base64,`);

/**
 * Whether it is a picture that can be shown from memory: one of a type that holds no script.
 * @param {unknown} url
 * @returns {url is string}
 */
export const isShowable = (url) => typeof url === "string" && SHOWN.some((head) => url.startsWith(head));

/**
 * Whether a text is the data of something large, and nothing to read.
 * @param {unknown} value
 * @returns {value is string}
 */
export const isData = (value) =>
  typeof value === "string" && value.length > LONG && value.startsWith("data:");

/**
 * How much a data: address holds, in bytes.
 * @param {string} url
 */
export const bytesOf = (url) => Math.round(((url.length - url.indexOf(",") - 1) * 3) / 4);

/**
 * A size as people say it.
 * @param {number} bytes
 */
export const inWords = (bytes) =>
  bytes < 1e6
    ? t("{size} KB", { size: Math.max(1, Math.round(bytes / 1e3)) })
    : t("{size} MB", { size: fixed(bytes / 1e6, 1) });

/**
 * A JSON value with each of its texts replaced.
 * @param {any} value
 * @param {(text: string) => string} change
 * @returns {any}
 */
export function eachText(value, change) {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => eachText(item, change));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, eachText(item, change)]));
}

/**
 * The same messages with only the beginning of what is large, which is enough to be judged.
 * @param {Turn[]} messages
 * @returns {Turn[]}
 */
export const judgeable = (messages) =>
  eachText(messages, (text) => (isData(text) ? text.slice(0, text.indexOf(",") + 1 + HEAD) : text));

/**
 * The same JSON with what is large named by its type and length, as the server names it.
 * @param {any} value
 */
export const named = (value) =>
  eachText(value, (text) => {
    if (!isData(text)) return text;
    const comma = text.indexOf(",");
    return t("{text},… ({length} characters)", {
      text: text.slice(0, Math.min(comma, LONG)),
      length: number(text.length - comma - 1),
    });
  });

/**
 * How many characters the large texts of a value have.
 * @param {any} value
 */
export function dataLength(value) {
  let length = 0;
  eachText(value, (text) => {
    if (isData(text)) length += text.length;
    return text;
  });
  return length;
}

/**
 * The words of a content, whole or in parts.
 * @param {any} content
 * @returns {string}
 */
export function wordsOf(content) {
  if (!Array.isArray(content)) return typeof content === "string" ? content : "";
  return content
    .filter((part) => part?.type === "text")
    .map((part) => part.text)
    .join("\n");
}

/**
 * The parts of a content that are no words.
 * @param {any} content
 * @returns {Part[]}
 */
export const thingsOf = (content) =>
  Array.isArray(content) ? content.filter((part) => part?.type !== "text") : [];

/**
 * A content of words and other parts; words alone are a text.
 * @param {string} words
 * @param {Part[]} things
 */
export const contentOf = (words, things) =>
  things.length ? [...(words.trim() ? [{ type: "text", text: words }] : []), ...things] : words;
