// The head of a group of rows: folds it, and shows while it is folded what is set inside.

import { el, fill } from "../core/dom.js";
import { store } from "../core/store.js";
import { t, translated } from "../core/words.js";

/**
 * Name and value in few characters.
 * @param {string} name
 * @param {any} value
 */
function brief(name, value) {
  if (name === "second") return t("second: {object}", { object: Object.keys(value).join(", ") });
  return typeof value === "object" ? name : `${name} ${JSON.stringify(value)}`;
}

/** @param {import("../types").Mount} mount */
export function mount({ element, props }) {
  const column = /** @type {HTMLElement} */ (element.closest(".group"));
  /** @type {string[]} */
  const rows = props.rows;
  const inside = el("span", { class: "inside" });
  const button = el("button", { type: "button", class: "fold" }, el("b", {}, translated(props.name)), inside);
  button.addEventListener("click", () => fold(!column.hasAttribute("data-folded")));

  /** @param {boolean} folded */
  function fold(folded) {
    column.toggleAttribute("data-folded", folded);
    button.setAttribute("aria-expanded", String(!folded));
    show();
  }

  function show() {
    const wrong = rows.some((name) => store.unreadable(name) || store.problem(name));
    const set = rows.filter((name) => store.value(name) !== undefined);
    const parts = [wrong && t("needs a look"), ...set.map((name) => brief(name, store.value(name)))];
    inside.textContent = column.hasAttribute("data-folded") ? parts.filter(Boolean).join("  ") : "";
  }

  fill(element, button);
  fold(!props.open);
  store.on("value", ({ name }) => {
    if (rows.includes(name)) show();
  });
  store.on("look", (name) => {
    if (rows.includes(name)) fold(false);
  });
  store.on("problems", () => {
    if (rows.some((name) => store.problem(name))) fold(false);
    else show();
  });
}
