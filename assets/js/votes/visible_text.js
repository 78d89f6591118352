// What of an answer can be seen, by the rule of votes/visible_text.py: one that looks empty is worth no vote.

import { FAILED } from "../contract.js";
import { t } from "../core/words.js";

/** @import { Answer } from "../types" */

/** What Python takes for space and JavaScript does not. */
const SPACE = "\u001c\u001d\u001e\u001f\u0085";

/**
 * Whether a text has anything but space and characters that no one sees (Unicode's Cf, as U+200B).
 * @param {string} text
 */
function isSeen(text) {
  for (const letter of text) if (!/[\s\p{Cf}]/u.test(letter) && !SPACE.includes(letter)) return true;
  return false;
}

/** @typedef {Pick<Answer, "text" | "tool_calls" | "ended">} Ended */

/**
 * Why there is nothing to judge in an answer, if so.
 * @param {Ended | undefined} answer
 */
export function lackOf(answer) {
  const { text = "", tool_calls: calls = [], ended = null } = answer ?? {};
  if (FAILED.includes(ended ?? "")) return t("did not come to its end");
  if (isSeen(text) || calls.length) return "";
  return ended === "cancelled" ? t("was stopped before its first word") : t("is empty");
}

/**
 * Which of two answers the chat goes on with where nothing was chosen: the first, unless the second alone is
 * one.
 * @param {(Ended | undefined)[]} answers
 */
export function withoutChoice([first, second]) {
  return lackOf(first) && !lackOf(second) ? 1 : 0;
}
