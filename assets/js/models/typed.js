// In a box that offers names and takes any, Enter takes what was typed, or the name that the arrow keys have
// reached.
//
// Gradio's own box would take the first name that it finds the typed one in. What was typed it takes when
// left.

const ARROWS = ["ArrowUp", "ArrowDown"];

/**
 * Sees to it in the box with this id, also while that is not on the page yet.
 * @param {string} id
 */
export function takeTyped(id) {
  const field = (/** @type {Event} */ { target }) => (target instanceof HTMLInputElement ? target : null);
  const box = (/** @type {Event} */ event) => field(event)?.closest(`#${id}`);
  const typed = (/** @type {Event} */ event) =>
    box(event)?.toggleAttribute("data-typed", field(event)?.value.trim() !== "");
  const left = (/** @type {Event} */ event) => box(event)?.removeAttribute("data-typed");
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    if (ARROWS.includes(event.key)) left(event);
    if (event.key !== "Enter" || event.isComposing || !box(event)?.hasAttribute("data-typed")) return;
    event.preventDefault();
    event.stopPropagation();
    field(event)?.blur();
  };
  addEventListener("input", typed, true);
  addEventListener("focusout", left, true);
  addEventListener("keydown", pressed, true);
}
