// What others wrote for a shell or a program, to be opened here: a box for it. It is read by Python, and never run.

import { button, el } from "../core/dom.js";
import { t } from "../core/words.js";

const ABOUT = t(
  "A curl command, the JSON of a request, a Python call with its messages, or a link. It is read, " +
    "never run; what it would set is shown first.",
);

export class PasteView {
  /** @param {(text: string) => void} onpaste */
  constructor(onpaste) {
    this.box = el("textarea", { class: "share-paste", "aria-label": t("what to open"), spellcheck: false });
    const look = button("strong", t("Look into it"), () => onpaste(this.box.value));
    const actions = el("div", { class: "actions" }, look);
    this.node = el("div", { class: "share-view" }, el("p", {}, ABOUT), this.box, actions);
  }

  show() {
    this.box.focus();
  }
}
