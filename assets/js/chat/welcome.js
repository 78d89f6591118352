// The empty page: to whom messages go, and one example for each group of parameters.

import { el } from "../core/dom.js";
import { store } from "../core/store.js";
import { translated } from "../core/words.js";
import { composer } from "./composer.js";

/** @typedef {{group: string, text: string, prompt: string, set: Record<string, any>}} Example */

/**
 * What an empty page says, as playground/web/texts.py has it.
 * @typedef {object} Empty
 * @property {string} title
 * @property {string} begin
 * @property {Record<string, string>} where
 * @property {string} no_host
 * @property {string} configured
 * @property {Example[]} examples
 */

/** @param {string} address */
function hostOf(address) {
  try {
    return new URL(address).host;
  } catch {
    return "";
  }
}

/**
 * To whom messages go with the model and the base URL that are chosen; only the place to begin where none is.
 * @param {Empty} empty
 */
export function whereTo({ where, begin, no_host: noHost, configured }) {
  const { base_url: address } = store.target;
  const host = address ? hostOf(address) || noHost : configured;
  const whereto = store.built || where[store.provider]?.replace("{host}", () => host);
  return [translated(whereto), translated(begin)].filter(Boolean).join(" ");
}

/**
 * @param {Empty} empty
 * @param {HTMLElement[]} whereto
 * @param {(example: Example) => void} onpick
 */
export function welcome({ title, examples }, whereto, onpick) {
  const cards = examples.map((example) => {
    const words = [el("b", {}, translated(example.group)), el("span", {}, translated(example.text))];
    return el("button", { type: "button", class: "example", onclick: () => onpick(example) }, ...words);
  });
  return el(
    "div",
    { class: "welcome" },
    el("h2", {}, translated(title)),
    ...whereto,
    el("div", { class: "examples" }, ...cards),
  );
}

/**
 * Sets what an example sets, unsets the rest, and asks.
 * @param {import("./controller.js").Chat} chat
 * @param {Example} example
 */
export async function tryExample(chat, { prompt, set }) {
  store.setAll(set);
  if (store.busy) return;
  const left = await chat.send(prompt, {});
  if (left) composer.put(left);
}
