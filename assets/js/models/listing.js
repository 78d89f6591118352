// What a list of models says of one: prices, sizes and ages in few letters, and in which order they can
// stand.

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
  if (price === 0) return "free";
  return `$${price >= 1 ? price.toFixed(2) : price.toPrecision(2)}`;
}

/** @param {number | null} number */
export function thousands(number) {
  if (number === null) return "?";
  if (number >= 1e6) return `${(number / 1e6).toFixed(1)}M`;
  return number >= 1000 ? `${Math.round(number / 1000)}k` : String(number);
}

/**
 * How old a copy is, in words.
 * @param {number | null} seconds
 */
export function age(seconds) {
  if (seconds === null) return "";
  if (seconds < 90) return "just now";
  if (seconds < 5400) return `${Math.round(seconds / 60)} minutes ago`;
  if (seconds < 129600) return `${Math.round(seconds / 3600)} hours ago`;
  return `${Math.round(seconds / 86400)} days ago`;
}

/**
 * How many of the parameters a model takes, as far as the catalogue knows.
 * @param {Listed} model
 * @param {number} of  how many there are
 */
export function takenText({ takes, lacks }, of) {
  if (!takes.length && !lacks.length) return "unknown";
  if (!lacks.length) return takes.length === of ? "all" : `${takes.length} known, rest unknown`;
  if (takes.length + lacks.length === of) return `${takes.length} of ${of}`;
  return `${takes.length} known, ${lacks.length} not, rest unknown`;
}
