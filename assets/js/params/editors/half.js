// What is half done in the editors, for a reload: which is open, and texts that cannot be read yet.
//
// What can be read is set at once, and remembered with the rows.

import { recall, remember } from "../../core/memory.js";

/** @typedef {{isOpen: boolean, typed: Record<string, string>}} Half  `typed`: the text of each box, by its label. */

const NAME = "editors";
const BOXES = "textarea.mono";

/** @type {Record<string, Half>} */
const all = recall(NAME) ?? {};

export const half = {
  /** @param {string} name */
  of: (name) => all[name],
  /**
   * @param {string} name
   * @param {Half | null} state  null: nothing is half done
   */
  note(name, state) {
    if (!state && !(name in all)) return;
    if (state) all[name] = state;
    else delete all[name];
    remember(NAME, all);
  },
};

/** Resolves when all that a reload has kept stands in its place (playground/web/page.py tells). */
export const restored = new Promise((resolve) => {
  if ("restored" in document.body.dataset) resolve(null);
  document.addEventListener("restored", resolve, { once: true });
});

/** @param {HTMLElement} node */
const boxesIn = (node) => /** @type {NodeListOf<HTMLTextAreaElement>} */ (node.querySelectorAll(BOXES));

/**
 * What is typed in the boxes for code, by their labels.
 * @param {HTMLElement} node
 */
export const typedIn = (node) =>
  Object.fromEntries([...boxesIn(node)].map((box) => [box.getAttribute("aria-label") ?? "", box.value]));

/**
 * Types texts into the boxes for code again, those that have another one by now, and shows these boxes.
 * @param {HTMLElement} node
 * @param {Record<string, string>} texts
 */
export function typeInto(node, texts) {
  for (const box of boxesIn(node)) {
    const text = texts[box.getAttribute("aria-label") ?? ""];
    if (text === undefined || text === box.value) continue;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    const view = box.closest("[hidden]");
    const tab = view && node.querySelector(`[aria-controls="${view.id}"]`);
    if (tab instanceof HTMLElement) tab.click();
  }
}
