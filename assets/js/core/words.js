// The language of the page: which one it is, and all sentences, numbers and dates in it. English is the key.
//
// Everything that is not shown stays English: requests, answers, records, files. So `t` and its like stand where
// something is put on the page, and nowhere else.

import { LANGUAGES } from "../contract.js";
import { Catalogue } from "./catalogue.js";
import { keep, kept } from "./memory.js";

/** @import { Entries, Holes } from "./catalogue.js" */

const KEPT = "language";
const ENGLISH = "en";
const FROM_RIGHT = ["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];
const inBrowser = typeof document !== "undefined";

/** What can be chosen, as their tags. */
export const offered = [ENGLISH, ...LANGUAGES];

/** The tag of the page's language. */
export const language = inBrowser ? wanted() : ENGLISH;

/** The reader's own form of that language, such as Austrian German: numbers and dates are written by it. */
const locale = inBrowser ? (navigator.languages.find((tag) => isOf(tag, language)) ?? language) : ENGLISH;

const catalogue = new Catalogue(language === ENGLISH ? null : await entries(), figures);

if (inBrowser) {
  document.documentElement.lang = language;
  document.documentElement.dir = FROM_RIGHT.includes(language.split("-")[0]) ? "rtl" : "ltr";
}

/**
 * A sentence of the page's own, written here in English, in the page's language.
 * @param {string} msgid
 * @param {Holes} [holes]
 */
export const t = (msgid, holes) => catalogue.text(msgid, holes);

/**
 * One that counts: `{count}` in it is the number.
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @param {Holes} [holes]
 */
export const tn = (one, many, count, holes) =>
  catalogue.counted(one, many, count, { count: number(count), ...holes });

/**
 * A sentence that came from the server, where it is shown.
 * @param {string | null | undefined} text
 */
export const translated = (text) => (text ? catalogue.told(text) : "");

const FIGURE = /(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(%?)/g;

/**
 * The numbers in words of the server, which writes them for people and in English.
 * @param {string} text
 */
export function figures(text) {
  if (language === ENGLISH) return text;
  return text.replace(FIGURE, (_, /** @type {string} */ whole, fraction = "", percent = "") => {
    const digits = Math.max(fraction.length - 1, 0);
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    const value = Number(whole.replaceAll(",", "") + fraction);
    return percent
      ? number(value / 100, { style: "percent", ...options })
      : number(value, { useGrouping: whole.includes(","), ...options });
  });
}

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * A number that is read, and not typed or sent.
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 */
export function number(value, options = {}) {
  const key = JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.NumberFormat(locale, options);
  formats.set(key, format);
  return format.format(value);
}

/**
 * One with so many digits behind its point.
 * @param {number} value
 * @param {number} digits
 */
export const fixed = (value, digits) =>
  number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false });

/**
 * A point in time.
 * @param {Date | number | string} at
 * @param {Intl.DateTimeFormatOptions} options
 */
export const moment = (at, options) => new Intl.DateTimeFormat(locale, options).format(new Date(at));

/**
 * What a language is called in itself.
 * @param {string} tag
 */
export function nameOf(tag) {
  return new Intl.DisplayNames(tag, { type: "language" }).of(tag) ?? tag;
}

/**
 * The page in another language: kept, and the page is loaded anew, which loses nothing that was typed.
 * @param {string} tag
 */
export function choose(tag) {
  keep(KEPT, tag);
  const url = new URL(location.href);
  url.searchParams.delete("lang");
  history.replaceState(history.state, "", url);
  location.reload();
}

/** The address says it, or this browser keeps it, or it is the first that the reader has among those that there are. */
function wanted() {
  const asked = [new URLSearchParams(location.search).get("lang"), kept(KEPT), ...navigator.languages];
  for (const tag of asked) {
    const found = typeof tag === "string" && offered.find((each) => isOf(tag, each));
    if (found) return found;
  }
  return ENGLISH;
}

/**
 * Whether a tag is a language's own, or that of a country in which it is spoken.
 * @param {string} tag
 * @param {string} of
 */
function isOf(tag, of) {
  return tag.toLowerCase() === of.toLowerCase() || tag.toLowerCase().startsWith(`${of.toLowerCase()}-`);
}

/**
 * The catalogue's file; without it the page is in English, and nothing else is amiss.
 * @returns {Promise<Entries | null>}
 */
async function entries() {
  try {
    return (await import(`../../words/${language}.js`)).default;
  } catch {
    return null;
  }
}
