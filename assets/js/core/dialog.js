// A dialog over the page, with a heading and a way out: Escape, the cross, or a click beside it.

import { el, uniqueId } from "./dom.js";
import { t } from "./words.js";

/**
 * @param {string} title
 * @param {...import("./dom.js").Child} children
 */
export function dialog(title, ...children) {
  const id = uniqueId("dialog");
  const close = el("button", { type: "button", class: "dialog-close", "aria-label": t("close") }, "\u00d7");
  const head = el("header", {}, el("h2", { id }, title), close);
  const node = el("dialog", { class: "pp-dialog", "aria-labelledby": id }, head, ...children);
  close.addEventListener("click", () => node.close());
  node.addEventListener("click", (event) => {
    if (event.target === node) node.close();
  });
  node.addEventListener("keydown", (event) => event.stopPropagation()); // Escape closes this and stops no answer
  document.querySelector(".gradio-container")?.append(node);
  return node;
}
