// In a box that offers names and takes any, Enter takes what was typed, or the name that the arrow keys have reached.
//
// Gradio's own box would take the first name that it finds the typed one in. What was typed it takes when left.

const ARROWS = ["ArrowUp", "ArrowDown"];

/** Sees to it in the box with this id, also while that is not on the page yet. */
export function takeTyped(id) {
  const box = (event) => event.target.closest?.(`#${id}`);
  addEventListener("input", (event) => box(event)?.toggleAttribute("data-typed", event.target.value.trim() !== ""), true);
  addEventListener("focusout", (event) => box(event)?.removeAttribute("data-typed"), true);
  addEventListener("keydown", (event) => {
    if (ARROWS.includes(event.key)) box(event)?.removeAttribute("data-typed");
    if (event.key !== "Enter" || event.isComposing || !box(event)?.hasAttribute("data-typed")) return;
    event.preventDefault();
    event.stopPropagation();
    event.target.blur();
  }, true);
}
