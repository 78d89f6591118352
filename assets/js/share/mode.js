// Whether pairs are blind, which is a box on the page that Gradio keeps.

/** @param {string} mode */
export function setMode(mode) {
  /** @type {HTMLInputElement | null} */
  const blind = document.querySelector("#blind input");
  if (blind && blind.checked !== (mode === "blind")) blind.click();
}
