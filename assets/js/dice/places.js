// The places of a text: each token that was read or said is one, and behind the last is the next.

import { visible } from "../chat/tokens.js";
import { amount } from "../core/amounts.js";
import { button, el } from "../core/dom.js";
import { t } from "../core/words.js";

/** @typedef {[id: number, piece: string]} Token */

const NEXT = t("the next token");

export class Places {
  /** @param {(place: number) => void} onchoose  hears which token of the answer is looked at, from 0 */
  constructor(onchoose) {
    this.onchoose = onchoose;
    this.summary = el("summary", {});
    this.read = el("p", { class: "dice-read" });
    this.said = el("div", {
      class: "dice-said",
      role: "toolbar",
      "aria-label": t("the answer, token by token"),
    });
    this.said.addEventListener("keydown", (event) => this.#walk(event));
    this.node = el("div", { class: "dice-text" }, el("details", {}, this.summary, this.read), this.said);
  }

  /**
   * @param {Token[]} read
   * @param {Token[]} said
   */
  show(read, said) {
    const few = amount(read.length, "token");
    this.summary.textContent = t("What the model read before: {few}", { few });
    this.summary.parentElement?.toggleAttribute("hidden", !read.length); // what is not known is said below
    this.read.replaceChildren(
      ...read.map(([id, piece]) => el("span", { title: t("id {id}", { id }) }, visible(piece))),
    );
    this.buttons = [...said.map(([, piece]) => visible(piece)), NEXT].map((text, place) =>
      button(place < said.length ? "place" : "place upcoming", text, () => this.choose(place), {
        tabIndex: -1,
      }),
    );
    this.said.replaceChildren(...this.buttons);
  }

  /** @param {number} place */
  choose(place) {
    for (const [at, node] of (this.buttons ?? []).entries()) {
      node.setAttribute("aria-pressed", String(at === place));
      node.tabIndex = at === place ? 0 : -1;
    }
    this.onchoose(place);
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = (this.buttons ?? []).indexOf(/** @type {any} */ (event.target));
    const next = step && this.buttons?.[at + step];
    if (!next) return;
    next.focus();
    next.click();
    event.preventDefault();
  }
}
