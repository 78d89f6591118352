// Lists that others can make as long as they like, told in few lines: the first of them, and how many more there are.

import { t } from "./words.js";

const MOST_TOLD = 5;

/**
 * The first of these sentences, and a last one that counts the others.
 * @param {string[]} sentences
 */
export function few(sentences, most = MOST_TOLD) {
  const more = sentences.length - most;
  return more > 0 ? [...sentences.slice(0, most), t("And {more} more like these.", { more })] : sentences;
}
