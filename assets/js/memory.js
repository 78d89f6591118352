// What a reload must not lose, kept for this tab alone. Keys are never given to it.

const PREFIX = "playground:";

export function recall(name) {
  try { return JSON.parse(sessionStorage.getItem(PREFIX + name)); } catch { return null; }
}

/** Whether there was room for it: a full or forbidden store must not stop the chat. */
export function remember(name, value) {
  try { sessionStorage.setItem(PREFIX + name, JSON.stringify(value)); } catch { return false; }
  return true;
}
