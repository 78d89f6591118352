// The system prompt: the field above the conversation. It shows the first message of the list, which the
// conversation owns, and tells it what is typed; the editor of messages does the same.

import { el, fill, uniqueId } from "../core/dom.js";
import { wordsOf } from "../core/pictures.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { conversation } from "./conversation.js";

/** @import { Mount } from "../types" */

const BUSY = t("An answer to this is being written: edit it when that has ended.");

class Instruction {
  /** @param {Mount} mount */
  constructor({ element }) {
    const id = uniqueId("instruction");
    this.label = el("label", { for: id });
    this.box = el("textarea", {
      id,
      rows: 1,
      spellcheck: false,
      placeholder: t("none: the model's own manner"),
    });
    this.box.addEventListener("input", () => conversation.instruct(this.box.value));
    fill(element, this.label, this.box);
    store.on("turns", () => this.show());
    store.on("busy", () => this.hold());
    this.show();
    this.hold();
  }

  show() {
    const { role = "system", content: given = "" } = conversation.instruction ?? {};
    const content = wordsOf(given);
    this.label.textContent = role === "developer" ? t("developer message") : t("system prompt");
    if (this.box.value !== content) this.box.value = content; // else the cursor would leave its place
  }

  /** While an answer is being written, what it answers cannot be changed. */
  hold() {
    this.box.readOnly = store.busy;
    this.box.title = store.busy ? BUSY : "";
  }
}

/** @param {Mount} mount */
export function mount(mount) {
  new Instruction(mount);
}
