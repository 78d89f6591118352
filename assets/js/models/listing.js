// What a list of models says of one: prices, sizes and ages in few letters, and in which order they can
// stand.

import { fixed, t, number as written } from "../core/words.js";

/**
 * A model in a list; null stands for unknown, prices are US dollars for a million tokens.
 * @typedef {object} Listed
 * @property {string} id
 * @property {string} name
 * @property {number | null} context
 * @property {number | null} price_in
 * @property {number | null} price_out
 * @property {string[]} takes
 * @property {string[]} lacks
 * @property {string} [ends]  until when it can be had, in words
 */

/** @type {Record<string, ((a: Listed, b: Listed) => number) | null>} */
export const ORDERS = {
  "as listed": null,
  cheapest: (a, b) => (a.price_out ?? Infinity) - (b.price_out ?? Infinity),
  "longest context": (a, b) => (b.context ?? 0) - (a.context ?? 0),
};

/** @param {number | null} price */
export function dollars(price) {
  if (price === null) return "?";
  if (price === 0) return t("free");
  const digits = { minimumSignificantDigits: 2, maximumSignificantDigits: 2 };
  return `$${price >= 1 ? fixed(price, 2) : written(price, digits)}`;
}

/** @param {number | null} number */
export function thousands(number) {
  if (number === null) return "?";
  if (number >= 1e6) return `${fixed(number / 1e6, 1)}M`;
  return number >= 1000 ? `${Math.round(number / 1000)}k` : String(number);
}

/**
 * How old a copy is, in words.
 * @param {number | null} seconds
 */
export function age(seconds) {
  if (seconds === null) return "";
  if (seconds < 90) return t("just now");
  if (seconds < 5400) return t("{seconds} minutes ago", { seconds: Math.round(seconds / 60) });
  if (seconds < 129600) return t("{seconds} hours ago", { seconds: Math.round(seconds / 3600) });
  return t("{seconds} days ago", { seconds: Math.round(seconds / 86400) });
}

/**
 * How many of the parameters a model takes, as far as the catalogue knows.
 * @param {Listed} model
 * @param {number} of  how many there are
 */
export function takenText({ takes, lacks }, of) {
  if (!takes.length && !lacks.length) return t("unknown");
  if (!lacks.length)
    return takes.length === of ? t("all") : t("{length} known, rest unknown", { length: takes.length });
  if (takes.length + lacks.length === of) return t("{length} of {of}", { length: takes.length, of });
  return t("{length} known, {length2} not, rest unknown", { length: takes.length, length2: lacks.length });
}
