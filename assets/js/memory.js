// What a reload must not lose, kept for this tab alone, and a mark that outlives the tab. Keys are never given to it.

import { freshId } from "./dom.js";

const PREFIX = "playground:";

export function recall(name) {
  try { return JSON.parse(sessionStorage.getItem(PREFIX + name)); } catch { return null; }
}

/** Whether there was room for it: a full or forbidden store must not stop the chat. */
export function remember(name, value) {
  try { sessionStorage.setItem(PREFIX + name, JSON.stringify(value)); } catch { return false; }
  return true;
}

/** A random number that this browser draws once, so that its votes can be told from those of others; of nobody else. */
export function browserMark() {
  try {
    const mark = localStorage.getItem(`${PREFIX}mark`) ?? freshId();
    localStorage.setItem(`${PREFIX}mark`, mark);
    return mark;
  } catch { return ""; }
}
