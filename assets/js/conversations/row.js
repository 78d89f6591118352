// A conversation in the list: its title, which opens it, and what can be done with it.

import { amount } from "../core/amounts.js";
import { button, el } from "../core/dom.js";
import { moment, t } from "../core/words.js";
import { LONGEST_TITLE } from "./foreign.js";
import { formButtons } from "./transfer.js";

/** @import { Head } from "./shelf.js" */

/**
 * @typedef {object} Ways
 * @property {() => void} open
 * @property {(change: Partial<Pick<Head, "title" | "named" | "pinned">>) => Promise<void>} change
 * @property {() => void} remove
 * @property {() => void} settings  sets what its last answer was asked with
 * @property {(form: string) => void} exports
 * @property {(row: Row | null) => void} edits  whether its title is being typed
 */

/**
 * When it was changed last: today by its hour, else by its day.
 * @param {string} at
 */
function when(at) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  /** @type {Intl.DateTimeFormatOptions} */
  const day = { day: "numeric", month: "short", year: "numeric" };
  return isToday ? moment(date, { hour: "2-digit", minute: "2-digit" }) : moment(date, day);
}

export class Row {
  /**
   * @param {Head} head
   * @param {boolean} isOpen  whether this tab has it open
   * @param {Ways} ways
   */
  constructor(head, isOpen, ways) {
    this.head = head;
    this.ways = ways;
    const { title, pinned, messages, model, updated_at } = head;
    const count = amount(messages, "message");
    const facts = [isOpen && t("open here"), pinned && t("pinned"), when(updated_at), count, model].filter(
      Boolean,
    );
    this.opener = button("conversation-title", title, () => ways.open(), {
      "aria-current": isOpen && "true",
    });
    this.name = el("div", { class: "conversation-name" }, this.opener);
    const about = el("span", { class: "fine" }, facts.join(" \u00b7 "));
    const pin = this.#way(pinned ? t("Unpin") : t("Pin"), () => ways.change({ pinned: !pinned }));
    const rename = this.#way(t("Rename"), () => this.#rename());
    const out = this.#way(t("Export"), () => this.#offer(out));
    const remove = this.#way(t("Delete"), () => ways.remove());
    const settings = model && this.#way(t("Use settings"), () => ways.settings());
    const acts = el("div", { class: "conversation-ways" }, settings, pin, rename, out, remove);
    this.node = el("li", {}, this.name, about, acts);
    this.node.dataset.id = head.id;
  }

  /**
   * @param {string} words
   * @param {() => void} act
   */
  #way(words, act) {
    return button("plain-act", words, act, { "aria-label": `${words}: ${this.head.title}` });
  }

  /**
   * The forms of a file, in place of the button that asks for them.
   * @param {HTMLElement} out
   */
  #offer(out) {
    const forms = formButtons(this.head.title, (form) => this.ways.exports(form));
    out.replaceWith(...forms);
    forms[0].focus();
  }

  #rename() {
    const { title } = this.head;
    const box = el("input", {
      type: "text",
      value: title,
      maxLength: LONGEST_TITLE,
      "aria-label": t("new title"),
    });
    let isDone = false;
    const done = async (/** @type {boolean} */ takes) => {
      if (isDone) return;
      isDone = true;
      const typed = box.value.trim();
      if (takes && typed && typed !== title) await this.ways.change({ title: typed, named: true });
      this.ways.edits(null);
    };
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") done(true);
      if (event.key !== "Escape") return;
      event.preventDefault(); // it closes no dialog
      event.stopPropagation();
      done(false);
    });
    box.addEventListener("blur", () => done(true));
    this.name.replaceChildren(box);
    this.ways.edits(this);
    box.select();
  }
}
