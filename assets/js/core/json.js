// JSON as a person types it: a value, or what keeps it from being sent just as it was typed.

import { DEEPEST } from "../contract.js";
import { t } from "./words.js";

const SAFE = t("allowed are up to {most}", { most: Number.MAX_SAFE_INTEGER });

/**
 * Text as {value}, or as {problem, line} in words, whatever it holds; `message` is the browser's own.
 * @param {string} text
 * @returns {{value?: any, problem?: string, message?: string, line?: number}}
 */
export function parsed(text) {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, "")) }; // a byte order mark, out of a file that was copied
  } catch (error) {
    const { message } = /** @type {SyntaxError} */ (error);
    const at = /position (\d+)/.exec(message)?.[1];
    const line =
      /line (\d+)/.exec(message)?.[1] ??
      (at === undefined ? text.split("\n").length : text.slice(0, Number(at)).split("\n").length);
    return { problem: t("not JSON yet: {message}", { message }), message, line: Number(line) };
  }
}

/**
 * The same of a value that is to be sent just as it was typed.
 * @param {string} text
 * @returns {{value?: any, problem?: string, line?: number}}
 */
export function readJson(text) {
  const read = parsed(text);
  const problem = read.problem ? "" : unsendable(read.value);
  return problem ? { problem, line: 1 } : read;
}

/**
 * Why a value would not arrive as it was typed; walks level by level, so that depth cannot exhaust the stack.
 * @param {unknown} value
 */
function unsendable(value) {
  let level = [value];
  for (let depth = 0; level.length; depth += 1) {
    if (depth > DEEPEST) return t("nested too deeply; allowed are {deepest} levels", { deepest: DEEPEST });
    for (const each of level) {
      if (typeof each !== "number") continue;
      if (!Number.isFinite(each)) return t("a number that is too large for JSON");
      if (Number.isInteger(each) && !Number.isSafeInteger(each))
        return t("a whole number that a browser cannot keep exactly ({each}); {safe}", { each, safe: SAFE });
    }
    level = level
      .filter((each) => typeof each === "object" && each !== null)
      .flatMap((each) => Object.values(/** @type {object} */ (each)));
  }
  return "";
}
