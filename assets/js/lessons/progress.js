// What this browser knows of a learner: what was predicted in each lesson, and which were seen to their end.

import { keep, kept } from "../core/memory.js";

const PLACE = "lessons";

/** @typedef {{predicted?: number, done?: boolean}} Progress */

/**
 * @param {string} id
 * @returns {Progress}
 */
export const progressOf = (id) => kept(PLACE)?.[id] ?? {};

/**
 * @param {string} id
 * @param {Progress} change
 */
export function note(id, change) {
  keep(PLACE, { ...kept(PLACE), [id]: { ...progressOf(id), ...change } });
}
