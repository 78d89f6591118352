// Where a typed address leads: a key is sent to the one server that it was typed for.

/**
 * Scheme, host and port of a typed address; empty where it is none yet.
 * @param {string} typed
 */
export function originOf(typed) {
  try {
    return new URL(typed.trim()).origin;
  } catch {
    return "";
  }
}
