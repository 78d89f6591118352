// What a reload must not lose, kept for this tab alone; how a visitor reads, and a mark, which outlive the tab.
// Keys are never given to it.

import { freshId } from "./fresh_id.js";

const PREFIX = "playground:";
const NOTHING = "nothing";
/** What holds words of a visitor's, which a browser that keeps nothing must not hold. */
const WORDS = ["conversation", "draft", "editing", "editors", "tray", "ballot", "sweep"];

/**
 * What was remembered under this name; null where nothing was.
 * @param {string} name
 * @returns {any}
 */
export function recall(name) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + name) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Whether there was room for it: a full or forbidden store must not stop the chat.
 * @param {string} name
 * @param {unknown} given
 */
export function remember(name, given) {
  const value = nothing && WORDS.includes(name) ? null : given;
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    return false;
  }
  return true;
}

/**
 * What this browser keeps under this name; null where nothing is kept.
 * @param {string} name
 * @returns {any}
 */
export function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Keeps it for later visits; whether that is allowed and there is room: else it holds for this visit.
 * @param {string} name
 * @param {unknown} value
 */
export function keep(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    return false;
  }
  return true;
}

/**
 * The names under which this browser keeps something, of those that begin so.
 * @param {string} beginning
 */
export function keptNames(beginning) {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX + beginning));
    return names.map((name) => name.slice(PREFIX.length));
  } catch {
    return [];
  }
}

/** @param {string} name */
export function forget(name) {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing was kept.
  }
}

/**
 * Calls `listener` when another tab has kept, or forgotten, something under a name that begins so.
 * @param {string} beginning
 * @param {() => void} listener
 */
export function onKeptElsewhere(beginning, listener) {
  addEventListener("storage", ({ key }) => {
    if (key === null || key.startsWith(PREFIX + beginning)) listener();
  });
}

let nothing = kept(NOTHING) === true;
if (typeof addEventListener === "function") {
  addEventListener("storage", ({ key }) => {
    if (key === PREFIX + NOTHING) nothing = kept(NOTHING) === true;
  });
}

/** Whether nothing that is said is kept, in this tab or any other of this browser. */
export const keepsNothing = () => nothing;

/** @param {boolean} on */
export function setKeepsNothing(on) {
  nothing = on;
  keep(NOTHING, on);
  if (on) for (const name of WORDS) remember(name, null);
}

/**
 * A random number that this browser draws once, so that its votes can be told from those of others; of nobody
 * else.
 */
export function browserMark() {
  try {
    const mark = localStorage.getItem(`${PREFIX}mark`) ?? freshId();
    localStorage.setItem(`${PREFIX}mark`, mark);
    return mark;
  } catch {
    return "";
  }
}
