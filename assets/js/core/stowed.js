// Pictures for a reload of this tab: they are too large for what is remembered beside it, which holds a mark for
// each, and so lie in the browser's database. They leave it when nothing in the tab has them any more, or after a
// week.

import { freshId } from "./fresh_id.js";
import { recall, remember } from "./memory.js";
import { eachText, isData } from "./pictures.js";

/** @typedef {{mark: string, data: string, at: number}} Stowed */

const MARK = /^stowed:[0-9a-f-]{36}$/;
const LOST = "lost";
const STORE = "pictures";
const WEEK_MS = 7 * 24 * 3600 * 1000;
const PATIENCE_MS = 3000;

/** @type {Map<string, string>} */
const marks = new Map(); // by what they stand for
/** @type {Map<string, Set<string>>} */
const held = new Map(); // by who has them

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/** @returns {Promise<IDBDatabase>} */
function database() {
  opened ??= new Promise((resolve, reject) => {
    const opening = indexedDB.open("playground", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "mark" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  return opened;
}

/**
 * Does something in the database; what a browser forbids, or has no room for, stops nothing.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => T} act
 * @returns {Promise<T | null>}
 */
async function within(mode, act) {
  try {
    const transaction = (await database()).transaction(STORE, mode);
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = reject;
    });
    const result = act(transaction.objectStore(STORE));
    await done;
    return result;
  } catch {
    return null;
  }
}

/**
 * Remembers a value under a name, its pictures apart.
 * @param {string} name
 * @param {any} value
 */
export function stow(name, value) {
  /** @type {Set<string>} */
  const mine = new Set();
  /** @type {Stowed[]} */
  const fresh = [];
  const light = eachText(value, (text) => {
    if (!isData(text)) return text;
    const mark = marks.get(text) ?? `stowed:${freshId()}`;
    if (!marks.has(text)) fresh.push({ mark, data: text, at: Date.now() });
    marks.set(text, mark);
    mine.add(text);
    return mark;
  });
  held.set(name, mine);
  const gone = [...marks].filter(([data]) => ![...held.values()].some((datas) => datas.has(data)));
  for (const [data] of gone) marks.delete(data);
  if (fresh.length || gone.length) {
    within("readwrite", (store) => {
      for (const each of fresh) store.put(each);
      for (const [, mark] of gone) store.delete(mark);
    });
  }
  return remember(name, light);
}

/**
 * What was remembered under a name, with its pictures; one that is not there any more stays as "lost".
 * @param {string} name
 */
export async function unstow(name) {
  const light = recall(name);
  /** @type {Set<string>} */
  const wanted = new Set();
  eachText(light, (text) => {
    if (MARK.test(text)) wanted.add(text);
    return text;
  });
  if (!wanted.size) return light;
  const found = await Promise.race([fetchAll(wanted), later()]);
  for (const [mark, data] of found) marks.set(data, mark);
  held.set(name, new Set(found.values()));
  return eachText(light, (text) => (MARK.test(text) ? (found.get(text) ?? LOST) : text));
}

/**
 * @param {Set<string>} wanted
 * @returns {Promise<Map<string, string>>}
 */
async function fetchAll(wanted) {
  const asked = await within("readonly", (store) => [...wanted].map((mark) => store.get(mark)));
  /** @type {Stowed[]} */
  const found = (asked ?? []).map(({ result }) => result).filter(Boolean);
  return new Map(found.map(({ mark, data }) => [mark, data]));
}

/** @returns {Promise<Map<string, string>>} */
const later = () => new Promise((resolve) => setTimeout(() => resolve(new Map()), PATIENCE_MS));

/** What tabs have left behind that were closed long ago. */
function sweep() {
  within("readwrite", (store) => {
    store.openCursor().onsuccess = ({ target }) => {
      const cursor = /** @type {IDBRequest<IDBCursorWithValue | null>} */ (target).result;
      if (!cursor) return;
      if (cursor.value.at < Date.now() - WEEK_MS) cursor.delete();
      cursor.continue();
    };
  });
}

if (typeof document !== "undefined") setTimeout(sweep, PATIENCE_MS);
