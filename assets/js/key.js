// The key for this visit. It lives in this page's memory alone: not in a component's value, a link or a store.

import { el } from "./dom.js";
import { page } from "./page.js";

export function mount({ element }) {
  const box = el("input", {
    type: "password", autocomplete: "off", spellcheck: false, placeholder: "for this visit only", id: "key-box",
    oninput: () => { page.key = box.value.trim(); page.previewSoon(); },
  });
  element.querySelector(".mount").append(el("label", { htmlFor: "key-box" }, "key"), box);
}
