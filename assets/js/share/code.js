// One form of the request as code: fetched when it is looked at, with a button that copies it whole.

import { ask, reasons } from "../core/api.js";
import { button, copyText, el } from "../core/dom.js";
import { store } from "../core/store.js";
import { t, translated } from "../core/words.js";
import { isAsked, request, unread } from "./request.js";

/** @typedef {{name: string, code: string}} Side  The code of one answer; its name is empty where it is the only one. */

const LOST = t("This page has lost its own server: start it again, then try once more.");
const GREETING = t("Nothing has been asked yet: a greeting stands in place of your message.");
const DATA = /(data:[\w/+.-]+;base64,[\w+/]{24})[\w+/=]{200,}/g;

/**
 * One line, as what is said beside the code where it is a comment.
 * @param {string} line
 */
const lineNode = (line) =>
  /^\s*(#|\/\/) /.test(line) ? el("span", { class: "share-comment" }, `${line}\n`) : `${line}\n`;

/**
 * @param {Side} side
 */
function sideNode({ name, code }) {
  const copy = button("small", t("Copy"), () => copyText(code, copy), {
    "aria-label": name ? t("copy, {name}", { name }) : t("copy"),
  });
  const shown = code
    .trimEnd()
    .replace(DATA, (all, head) => t("{head}… ({length} characters)", { head, length: all.length }));
  const text = el("pre", { tabIndex: 0, "aria-label": name ? t("code, {name}", { name }) : t("code") });
  text.append(...shown.split("\n").map(lineNode));
  return el("section", {}, el("div", { class: "share-head" }, name && el("h3", {}, name), copy), text);
}

export class CodeView {
  /**
   * @param {string} form
   * @param {string} about
   */
  constructor(form, about) {
    this.form = form;
    this.about = el("p", { class: "share-about" }, translated(about));
    this.said = el("p", { class: "share-said", role: "status" });
    this.sides = el("div", { class: "share-sides" });
    this.node = el("div", { class: "share-view" }, this.about, this.said, this.sides);
  }

  /** Writes it anew, of what is set now. */
  async show() {
    await store.settled();
    const trouble = unread();
    if (trouble) return this.#refuse(trouble);
    const told = await ask(`playground/code/${this.form}`, { body: request(), keys: store.keys });
    if (!told.ok) return this.#refuse(told.lost ? LOST : reasons(told));
    this.said.textContent = isAsked() ? "" : GREETING;
    this.said.dataset.tone = "";
    return this.sides.replaceChildren(...told.data.sides.map(sideNode));
  }

  /** @param {string} why */
  #refuse(why) {
    this.said.textContent = why;
    this.said.dataset.tone = "bad";
    this.sides.replaceChildren();
  }
}
