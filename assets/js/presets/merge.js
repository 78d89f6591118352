// Presets of this browser and of the data folder made one: the folder rules, and nothing is lost that it never had.

/** @import { Own, Preset } from "../types" */

/**
 * A value with its names in one order, however it was written.
 * @param {any} value
 * @returns {any}
 */
function sorted(value) {
  if (!value || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}

/**
 * Whether two presets set the same.
 * @param {Pick<Preset, "parameters" | "extra_body">} one
 * @param {Pick<Preset, "parameters" | "extra_body">} other
 */
export function setAlike(one, other) {
  const facts = (/** @type {Pick<Preset, "parameters" | "extra_body">} */ { parameters, extra_body }) =>
    JSON.stringify(sorted([parameters, extra_body ?? {}]));
  return facts(one) === facts(other);
}

/**
 * A name that is not taken, made of this one.
 * @param {string} name
 * @param {(name: string) => boolean} isTaken
 */
export function freeName(name, isTaken) {
  if (!isTaken(name)) return name;
  for (let number = 2; ; number += 1) {
    const tried = `${name.slice(0, 50)} (${number})`;
    if (!isTaken(tried)) return tried;
  }
}

/**
 * What this browser has from now on, and the names of what the folder shall be given.
 *
 * A preset that lay in this very folder before and is gone there was deleted. One that another folder had, or none yet,
 * goes into this one; under another name where there is a different one of its name. While a file there cannot be read
 * nothing counts as deleted.
 * @param {Own[]} own
 * @param {string} known  the mark of the folder that the browser's presets were last brought in step with
 * @param {{mark: string, presets: Preset[], problems: string[]}} folder  its mark is empty where none can be written
 * @returns {{presets: Own[], missing: string[]}}
 */
export function merged(own, known, folder) {
  /** @type {Map<string, Own>} */
  const all = new Map(folder.presets.map((preset) => [preset.name, { ...preset, kept: true }]));
  const missing = [];
  for (const mine of own) {
    const theirs = all.get(mine.name);
    if (theirs && (mine.kept || setAlike(mine, theirs))) continue;
    if (!theirs && mine.kept && folder.mark && folder.mark === known) {
      if (folder.problems.length) all.set(mine.name, mine); // it may be in a file that cannot be read now
      continue;
    }
    const name = freeName(
      mine.name,
      (tried) => all.has(tried) || own.some((o) => o !== mine && o.name === tried),
    );
    all.set(name, { ...mine, name, kept: false });
    if (folder.mark) missing.push(name);
  }
  return { presets: [...all.values()], missing };
}
