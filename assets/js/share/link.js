// What is set, as a link or as a file: with or without what was said. No server gets a link's fragment but by one
// who opens it here.

import { composer } from "../chat/composer.js";
import { conversation } from "../chat/conversation.js";
import { LONG_LINK } from "../contract.js";
import { amount } from "../core/amounts.js";
import { ask, reasons } from "../core/api.js";
import { beginningOf, button, copyText, el, saveFile } from "../core/dom.js";
import { inWords, judgeable } from "../core/pictures.js";
import { store } from "../core/store.js";
import { number, t, translated } from "../core/words.js";
import { unread } from "./request.js";

const ABOUT = t(
  "Opens this page as it is set now: the model and its server, every parameter, set or unset, and the second side.",
);
const LOST = t("This page has lost its own server: start it again, then try once more.");
const CUT = t("many programs cut one that long. Save a file, or share the settings alone.");
const FILE = "playground-settings.json";

/** Where this page is, without what others have put behind it: in the frame of a Space, the frame's own address. */
const here = () => `${location.origin}${location.pathname}`;

/** @param {number} count */
export const messagesInWords = (count) => amount(count, "message");

/**
 * What is said of a link by its length; it is too long for many programs from LONG_LINK on.
 * @param {string} link
 */
const lengthInWords = (link) =>
  link.length > LONG_LINK
    ? t("The link would have {in_words}, and {cut}", { in_words: inWords(link.length), cut: CUT })
    : t("The link has {length} characters.", { length: number(link.length) });

export class LinkView {
  #link = "";
  #file = "";

  /** @param {(text: string) => void} onfile  hears of a file that was chosen */
  constructor(onfile) {
    this.whole = el("input", { type: "checkbox", checked: true, onchange: () => this.show() });
    this.count = el("span", {});
    const words = el("span", {}, t("with the conversation"), this.count);
    const choice = el("label", { class: "share-choice" }, this.whole, words);
    this.said = el("p", { class: "share-said", role: "status" });
    this.text = el("input", { class: "share-link", readOnly: true, "aria-label": t("link") });
    this.text.addEventListener("focus", () => this.text.select());
    this.copy = button("strong", t("Copy link"), () => copyText(this.#link, this.copy));
    this.save = button("", t("Save as a file"), () => this.#save());
    const actions = el("div", { class: "actions" }, this.copy, this.save, this.#picker(onfile));
    const about = el("p", { class: "share-about" }, ABOUT);
    this.notes = el("ul", { class: "share-notes" });
    this.node = el("div", { class: "share-view" }, about, choice, this.text, this.said, this.notes, actions);
  }

  /** @param {(text: string) => void} onfile */
  #picker(onfile) {
    const picker = el("input", { type: "file", class: "visually-hidden", accept: ".json,application/json" });
    picker.id = "share-file";
    picker.addEventListener("change", async () => {
      const [file] = picker.files ?? [];
      picker.value = "";
      if (file) onfile(await beginningOf(file));
    });
    const label = el("label", { class: "share-open", htmlFor: picker.id }, t("Open a file…"));
    return el("span", {}, picker, label);
  }

  /** Makes it anew, of what is set now. */
  async show() {
    await store.settled();
    const messages = conversation.messages();
    const isAny = messages.length > 0 || Boolean(composer.text.trim());
    this.whole.disabled = !isAny;
    const draft = composer.text.trim() ? t(" and what you have typed") : "";
    this.count.textContent = isAny
      ? ` (${messagesInWords(messages.length)}${draft})`
      : t(" (there is none yet)");
    const whole = isAny && this.whole.checked;
    const said = whole ? { whole, draft: composer.text.trim() && composer.text } : {};
    const trouble = unread();
    if (trouble) return this.#paint("", "", trouble, []);
    const told = await ask("playground/link", { body: { ...store.request(judgeable(messages)), ...said } });
    if (!told.ok) return this.#paint("", "", told.lost ? LOST : reasons(told), []);
    const { fragment, why, file } = told.data;
    const link = fragment && `${here()}#${fragment}`;
    return this.#paint(link, file, why || lengthInWords(link), told.data.said);
  }

  /**
   * @param {string} link  empty where there is none
   * @param {string} file
   * @param {string} words
   * @param {string[]} notes
   */
  #paint(link, file, words, notes) {
    const isShort = link !== "" && link.length <= LONG_LINK;
    this.#link = link;
    this.#file = file;
    this.text.value = link;
    this.text.hidden = !isShort;
    this.copy.disabled = !isShort;
    this.save.disabled = !file;
    this.copy.classList.toggle("strong", isShort || !file);
    this.save.classList.toggle("strong", !isShort && file !== "");
    this.said.textContent = words;
    this.said.dataset.tone = file ? "" : "bad";
    this.notes.replaceChildren(...notes.map((note) => el("li", {}, translated(note))));
  }

  #save() {
    saveFile(FILE, this.#file);
  }
}
