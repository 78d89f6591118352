// The choice of the page's language: a quiet list at its foot, with each language under its own name.

import { el, fill } from "../core/dom.js";
import { choose, language, nameOf, offered, t } from "../core/words.js";

/** @param {import("../types").Mount} mount */
export function mount({ element }) {
  fill(element, languageChoice());
}

/** Null where there is nothing to choose. */
export function languageChoice() {
  if (offered.length < 2) return null;
  const options = offered.map((tag) =>
    el("option", { value: tag, lang: tag, selected: tag === language }, nameOf(tag)),
  );
  const list = el("select", { class: "language", "aria-label": t("language") }, ...options);
  list.title = t("Loads the page anew; a key that was typed must be typed again.");
  list.addEventListener("change", () => choose(list.value));
  return list;
}
