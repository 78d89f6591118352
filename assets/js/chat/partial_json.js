// JSON while it is being written: the value so far, and how it looks. The server checks the whole answer;
// this is only for the eye.

/** @typedef {{has: boolean, value?: any, text?: string, whole?: boolean}} Meaning */

/** @type {Meaning} */
const NOTHING = { has: false };

/**
 * What a growing text means so far: open texts, lists and objects are taken as they stand.
 * @param {string} text
 * @returns {Meaning}
 */
export function partialJson(text) {
  const bare = text
    .trimStart()
    .replace(/^```[^\n]*\n?/, "")
    .replace(/\n?```\s*$/, "");
  if (!/^[[{"]/.test(bare)) return whole(bare);
  const { cut, open, inText } = scan(bare);
  if (!open.length && !inText) return whole(bare.slice(0, cut));
  let head = inText ? `${bare.slice(0, cut)}"` : bare;
  for (let tries = 0; tries < 5; tries += 1) {
    const found = whole(head + open.join(""));
    if (found.has) return { ...found, whole: false };
    head = shorter(head);
  }
  return NOTHING;
}

/**
 * @param {string} text
 * @returns {Meaning}
 */
function whole(text) {
  try {
    return { has: true, value: JSON.parse(text), text: laidOut(text), whole: true };
  } catch {
    return NOTHING;
  }
}

/**
 * JSON laid out as JSON.stringify does it, but in the digits that came: as a value, a large number would be
 * rounded.
 * @param {string} text
 */
function laidOut(text) {
  const pieces = text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[-+.\w]+|[{}[\],:]/g) ?? [];
  const line = (/** @type {number} */ depth) => `\n${"  ".repeat(depth)}`;
  let depth = 0;
  return pieces
    .map((piece, at) => {
      if (piece === ":") return ": ";
      if (piece === ",") return `,${line(depth)}`;
      if (piece === "{" || piece === "[") {
        depth += 1;
        return /[}\]]/.test(pieces[at + 1][0]) ? piece : piece + line(depth);
      }
      if (piece === "}" || piece === "]") {
        depth -= 1;
        return /[{[]/.test(pieces[at - 1][0]) ? piece : line(depth) + piece;
      }
      return piece.startsWith('"') ? JSON.stringify(JSON.parse(piece)) : piece;
    })
    .join("");
}

/**
 * The brackets that are still open (as their closing ones, inner first), whether a text is, and where to cut.
 * @param {string} text
 */
function scan(text) {
  /** @type {string[]} */
  const open = [];
  let inText = false;
  let cut = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (inText) {
      if (letter === "\\") {
        if (at + (text[at + 1] === "u" ? 6 : 2) > text.length) cut = at; // an escape that is not whole yet
        at += 1;
      } else if (letter === '"') inText = false;
    } else if (letter === '"') inText = true;
    else if (letter === "{") open.unshift("}");
    else if (letter === "[") open.unshift("]");
    else if (letter === "}" || letter === "]") {
      open.shift();
      if (!open.length) return { cut: at + 1, open, inText };
    }
  }
  return { cut, open, inText };
}

/**
 * Without its last unfinished piece: a comma, else a name without a value, else half a word or number.
 * @param {string} head
 */
function shorter(head) {
  for (const piece of [/,\s*$/, /(?<=[{,]\s*)"(?:[^"\\]|\\.)*"\s*:?\s*$/, /[-+.\w]+$/]) {
    if (piece.test(head)) return head.replace(piece, "");
  }
  return head;
}
