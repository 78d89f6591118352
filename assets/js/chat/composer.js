// Where the next message is typed: a text box of Gradio's, which hears of a new text by its own events alone.

export const composer = {
  /**
   * Null until Gradio has mounted it.
   * @returns {HTMLTextAreaElement | null}
   */
  get box() {
    return document.querySelector("#composer textarea");
  },

  /** What stands in it. */
  get text() {
    return this.box?.value ?? "";
  },

  /**
   * Puts a text into it, to be typed on.
   * @param {string} text
   */
  put(text) {
    const { box } = this;
    if (!box) return;
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  },
};
