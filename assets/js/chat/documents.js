// The blocks of texts that did not stream here just now: asked of the server once, several at a time.

import { ask } from "../core/api.js";

/** @import { Grown } from "../types" */

const KEPT = 200;
const MOST_CHARACTERS = 150_000; // of one request; a longer text is asked for alone
const MOST_TEXTS = 100;

/**
 * By text, the newest last.
 * @type {Map<string, Grown>}
 */
const known = new Map();
/** @type {Map<string, Promise<Grown | null>>} */
const coming = new Map();
/** @type {{text: string, tell: (found: Grown | null) => void}[]} */
let waiting = [];

/** @param {string} text */
export const documentOf = (text) => known.get(text);

/**
 * The blocks of this text have come.
 * @param {string} text
 * @param {Grown} grown
 */
export function keepDocument(text, grown) {
  known.delete(text);
  known.set(text, grown);
  for (const oldest of known.keys()) {
    if (known.size <= KEPT) break;
    known.delete(oldest);
  }
}

/**
 * The blocks of a text; null where they cannot be had.
 * @param {string} text
 */
export function fetchDocument(text) {
  const before = coming.get(text);
  if (before) return before;
  if (!waiting.length) queueMicrotask(askForAll);
  /** @type {Promise<Grown | null>} */
  const found = new Promise((tell) => waiting.push({ text, tell }));
  coming.set(text, found);
  return found;
}

async function askForAll() {
  const all = waiting;
  waiting = [];
  while (all.length) {
    let length = all[0].text.length;
    let count = 1;
    while (count < Math.min(all.length, MOST_TEXTS)) {
      length += all[count].text.length;
      if (length > MOST_CHARACTERS) break;
      count += 1;
    }
    const some = all.splice(0, count);
    const { ok, data } = await ask("playground/markdown", { body: { texts: some.map(({ text }) => text) } });
    for (const [index, { text, tell }] of some.entries()) {
      coming.delete(text);
      if (ok) keepDocument(text, data.documents[index]);
      tell(ok ? data.documents[index] : null);
    }
  }
}
