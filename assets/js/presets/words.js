// A preset in words: what it sets, and what it leaves unset.

import { outer, store } from "../core/store.js";
import { t } from "../core/words.js";

const LONGEST = 48;
/** Rows that are no parameters of a preset. */
const APART = ["messages", "extra_body", "second"];

/** @param {string} text */
const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}\u2026` : text);

/**
 * What is set, each in a few letters.
 * @param {Pick<import("../types").Preset, "parameters" | "extra_body">} preset
 */
export function settings({ parameters, extra_body: extra = {} }) {
  const all = Object.entries(parameters).map(([name, value]) => `${name} ${short(JSON.stringify(value))}`);
  return Object.keys(extra).length
    ? [...all, t("extra JSON {short}", { short: short(JSON.stringify(extra)) })]
    : all;
}

/**
 * What one preset has otherwise than another, each in a few letters.
 * @param {Pick<import("../types").Preset, "parameters" | "extra_body">} one
 * @param {Pick<import("../types").Preset, "parameters" | "extra_body">} other
 */
export function difference(one, other) {
  const others = new Set(settings(other));
  const gone = Object.keys(other.parameters).filter((name) => !(name in one.parameters));
  const own = settings(one).filter((each) => !others.has(each));
  return [...own, ...gone.map((name) => t("{name} unset", { name }))];
}

/**
 * The parameters that are left to the server.
 * @param {Pick<import("../types").Preset, "parameters">} preset
 */
export function unset({ parameters }) {
  const names = new Set(store.names.map(outer));
  return [...names].filter((name) => !APART.includes(name) && !(name in parameters));
}
