// Draws a part of the page anew, and takes from nobody what is open, focused or half typed in it.

/**
 * What has a name in a part, by its `data-focus`.
 * @param {Element} node
 * @returns {HTMLElement[]}
 */
const named = (node) => [...node.querySelectorAll("[data-focus]")].map((each) => /** @type {any} */ (each));

/** @param {Element | null} node */
const isField = (node) => node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement;

/**
 * Notes what is typed in a part, so that it is told from what was drawn there.
 * @param {HTMLElement} node
 */
export function noteTyping(node) {
  node.addEventListener("input", ({ target }) => {
    if (target instanceof HTMLElement) target.dataset.typed = "yes";
  });
}

/**
 * @param {HTMLElement} node
 * @param {(Node | string)[]} children
 */
export function redraw(node, children) {
  const active = document.activeElement;
  const before = new Map(named(node).map((each) => [each.dataset.focus, each]));
  node.replaceChildren(...children);
  for (const now of named(node)) {
    const then = before.get(now.dataset.focus);
    if (!then) continue;
    if (now.tagName === "SUMMARY") now.parentElement?.toggleAttribute("open", isOpen(then));
    if (then.dataset.typed) typeAgain(then, now);
    if (then === active) focusAgain(then, now);
  }
}

/** @param {HTMLElement} summary */
const isOpen = (summary) => Boolean(summary.parentElement?.hasAttribute("open"));

/**
 * What was typed stays until it is what is drawn there.
 * @param {HTMLElement} then
 * @param {HTMLElement} now
 */
function typeAgain(then, now) {
  if (!isField(then) || !isField(now) || then.value === now.value) return;
  now.value = then.value;
  now.dataset.typed = "yes";
}

/**
 * @param {HTMLElement} then
 * @param {HTMLElement} now
 */
function focusAgain(then, now) {
  now.focus({ preventScroll: true });
  if (!isField(then) || !isField(now)) return;
  if (then.selectionStart !== null) now.setSelectionRange(then.selectionStart, then.selectionEnd);
  else if (!then.dataset.typed) now.select(); // a number tells no caret: what is typed now takes its place
}
