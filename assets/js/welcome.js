// The empty page: to whom messages go, and one example for each group of parameters.

import { el } from "./dom.js";
import { page } from "./page.js";

function hostOf(address) {
  try { return new URL(address).host; } catch { return ""; }
}

/** To whom messages go with the model and the base URL that are chosen; only the place to begin where none is. */
export function whereTo({ where, begin, no_host: noHost, configured }) {
  const { base_url: address } = page.target;
  const host = address ? hostOf(address) || noHost : configured;
  return [where[page.provider]?.replace("{host}", () => host), begin].filter(Boolean).join(" ");
}

export function welcome({ title, examples }, whereto) {
  return el("div", { class: "welcome" }, el("h2", {}, title), whereto, el("div", { class: "examples" }, ...examples.map((example) =>
    el("button", { type: "button", class: "example", onclick: () => page.tryExample(example) }, el("b", {}, example.group), el("span", {}, example.text)))));
}
