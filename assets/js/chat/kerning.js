// Words that are too long to be set with care: a browser that moves letters closer by pairs (kerning) sets
// all the rest of a word anew for each line that it breaks it into, which for 20,000 letters takes seconds a
// time.

const LONG = 1000;
const WORD = new RegExp(`\\S{${LONG}}`);

/**
 * Gives up the kerning of a turn once its text, of which the last `added` letters are new, has a word as long
 * as that.
 * @param {HTMLElement} node
 * @param {string} text
 */
export function unkern(node, text, added = text.length) {
  if (WORD.test(text.slice(-(added + LONG)))) node.dataset.unbroken = "";
}
