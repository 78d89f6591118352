// "Share": what the page is set to now, to be handed on as a link or as code; and what others handed on, opened.

import { dialog } from "../core/dialog.js";
import { button, el, fill } from "../core/dom.js";
import { t, translated } from "../core/words.js";
import { tabs } from "../params/editors/opening.js";
import { CodeView } from "./code.js";
import { LinkView } from "./link.js";
import { lookForLink, openShared } from "./opened.js";
import { PasteView } from "./paste.js";

/** @typedef {{node: HTMLElement, show: () => unknown}} View */

const INTRO = t(
  "What this page is set to now, for others and for programs. No key goes along, only the name of its variable.",
);

class Sharing {
  /** @type {Map<string, View>} */
  #views;
  #shown = "";
  #isBuilt = false; // the tabs pick their first one before there is a dialog

  /** @param {[id: string, label: string, about: string][]} forms */
  constructor(forms) {
    const open = (/** @type {string} */ text) => {
      this.node.close();
      openShared(text);
    };
    /** @type {[id: string, label: string, view: View][]} */
    const all = [["link", t("Link"), new LinkView(open)]];
    for (const [id, label, about] of forms) all.push([id, translated(label), new CodeView(id, about)]);
    all.push(["paste", t("Paste"), new PasteView(open)]);
    this.#views = new Map(all.map(([id, , view]) => [id, view]));
    const row = tabs(
      all.map(([id, label, view]) => [id, label, view.node]),
      (id) => this.#pick(id),
    );
    const body = el("div", { class: "dialog-body share-body" }, ...all.map(([, , view]) => view.node));
    this.node = dialog(t("Share"), el("p", { class: "intro" }, INTRO), row.node, body);
    this.node.id = "sharing";
    this.#isBuilt = true;
  }

  /** @param {string} id */
  #pick(id) {
    this.#shown = id;
    if (this.#isBuilt) this.#views.get(id)?.show();
  }

  open() {
    this.node.showModal();
    this.#pick(this.#shown);
  }
}

/** @param {import("../types").Mount} mount */
export function mount({ element, props }) {
  const sharing = new Sharing(props.forms);
  fill(
    element,
    button("small", t("Share"), () => sharing.open()),
  );
  lookForLink();
  addEventListener("hashchange", lookForLink);
}
