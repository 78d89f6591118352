// The pictures that go with the next message: chosen, pasted or dropped, each with what was done to it and a way
// to remove it. Beside them stands whether the model reads pictures.

import { MOST_PICTURES } from "../contract.js";
import { button, el, fill } from "../core/dom.js";
import { bytesOf, dataLength, inWords } from "../core/pictures.js";
import { store } from "../core/store.js";
import { stow, unstow } from "../core/stowed.js";
import { t } from "../core/words.js";
import { composer } from "./composer.js";
import { conversation } from "./conversation.js";
import { pictureOf } from "./picture_file.js";
import { thingNode } from "./things.js";

/** @import { Mount } from "../types" */
/** @import { Part } from "../core/pictures.js" */

const MOST_SAID = 3;
const FULL = t("the pictures of one conversation may have {size} together", {
  size: inWords((MOST_PICTURES * 3) / 4),
});
const kept = await unstow("tray");

class Tray {
  /** @type {Part[]} */
  parts = kept?.parts ?? [];
  /** @type {Part[]} */
  #before = kept?.before ?? []; // what was here when another message's parts came
  /** @type {Map<unknown, {name: string, note: string}>} */
  #notes = new Map(); // by the picture's address
  /** @type {string[]} */
  #refused = [];
  #reading = Promise.resolve();
  #waiting = 0; // files that are not read yet

  constructor() {
    this.list = el("ul", { class: "tray-list", "aria-label": t("pictures of the next message") });
    this.said = el("p", { class: "tray-said", role: "alert", hidden: true });
    this.node = el("div", { class: "tray" }, this.list, this.said);
    store.on("preview", () => this.#say());
    store.on("target", () => this.#say());
    this.#show();
  }

  /** Resolves when all files are read. */
  async settled() {
    await this.#reading;
  }

  /**
   * Takes files, one after the other, behind those that are being read.
   * @param {File[]} files
   */
  add(files) {
    if (!this.#waiting) this.#refused = [];
    this.#waiting += files.length;
    this.#reading = this.#reading.then(async () => {
      for (const file of files) {
        this.#say();
        await this.#take(file).catch((error) => this.#refused.push(error.message));
        this.#waiting -= 1;
        this.#show();
      }
    });
  }

  /** @param {File} file */
  async #take(file) {
    const { url, note } = await pictureOf(file);
    const length = dataLength(conversation.messages()) + dataLength(this.parts) + url.length;
    if (length > MOST_PICTURES)
      throw new Error(t("{name} does not fit: {full}. Remove one first.", { name: file.name, full: FULL }));
    this.#notes.set(url, { name: file.name, note });
    this.#put([...this.parts, { type: "image_url", image_url: { url } }]);
  }

  /** @param {Part[]} parts */
  #put(parts) {
    this.parts = parts;
    stow("tray", { parts, before: this.#before });
    this.#show();
  }

  /**
   * Takes the parts of a message that is being rewritten, before those that are here.
   * @param {Part[]} parts
   */
  lend(parts) {
    this.#before = this.parts;
    this.#put([...parts, ...this.parts]);
  }

  /** The rewriting was called off: what was here before is here again. */
  giveBack() {
    const before = this.#before;
    this.#before = [];
    this.#put(before);
  }

  /**
   * These have been sent.
   * @param {Part[]} parts
   */
  sent(parts) {
    this.#before = [];
    this.#drop(parts);
  }

  /** @param {Part[]} parts */
  #drop(parts) {
    this.#refused = [];
    this.#put(this.parts.filter((part) => !parts.includes(part)));
  }

  #show() {
    this.list.replaceChildren(...this.parts.map((part, at) => this.#item(part, at)));
    this.list.hidden = !this.parts.length;
    this.#say();
  }

  /**
   * @param {Part} part
   * @param {number} at
   */
  #item(part, at) {
    const url = part.image_url?.url;
    const size = typeof url === "string" ? inWords(bytesOf(url)) : "";
    const { name, note } = this.#notes.get(url) ?? { name: "", note: size };
    const remove = button("tray-remove", "\u00d7", () => this.#remove(at), {
      "aria-label": t("remove picture {at}", { at: at + 1 }),
      title: t("remove"),
    });
    remove.addEventListener("keydown", (event) => {
      if (event.key === "Delete" || event.key === "Backspace") this.#remove(at);
    });
    return el("li", { title: name }, thingNode(part, at), el("span", { class: "fine" }, note), remove);
  }

  /** @param {number} at */
  #remove(at) {
    this.#drop([this.parts[at]]);
    const next = this.list.querySelectorAll("button")[Math.min(at, this.parts.length - 1)];
    (next ?? composer.box)?.focus();
  }

  /** What is wrong with the files, how far they are read, and what the model makes of pictures. */
  #say() {
    const { answer, why } = store.preview?.pictures ?? {};
    const more = this.#refused.length - MOST_SAID;
    const wrong = [
      ...this.#refused.slice(0, MOST_SAID),
      more > 0 && t("And {more} more like these.", { more }),
    ];
    const refuses = this.parts.length > 0 && answer === "no";
    const texts = [
      this.#waiting > 0 && t("Reading pictures: {count} to go.", { count: this.#waiting }),
      ...wrong,
      refuses && t("{why} Choose another model, or remove them.", { why }),
      this.parts.length > 0 && answer === "unknown" && why,
    ].filter(Boolean);
    this.said.textContent = texts.join("\n");
    this.said.hidden = !texts.length;
    this.said.dataset.tone = this.#refused.length || refuses ? "bad" : "note";
    this.node.hidden = this.said.hidden && this.list.hidden;
  }
}

export const tray = new Tray();

/** @param {Mount} mount */
export function mount({ element }) {
  fill(element, tray.node);
}
