// "Share": what the page is set to now, to be handed on.

import { dialog } from "../core/dialog.js";
import { button, el, fill } from "../core/dom.js";
import { tabs } from "../params/editors/opening.js";
import { CodeView } from "./code.js";

const INTRO =
  "What this page is set to now, for others and for programs. No key goes along, only the name of its variable.";

class Sharing {
  #views;
  #shown = "";
  #isBuilt = false; // the tabs pick their first one before there is a dialog

  /** @param {[id: string, label: string, about: string][]} forms */
  constructor(forms) {
    this.#views = new Map(forms.map(([id, , about]) => [id, new CodeView(id, about)]));
    const nodes = [...this.#views.values()].map(({ node }) => node);
    const row = tabs(
      forms.map(([id, label], at) => [id, label, nodes[at]]),
      (id) => this.#pick(id),
    );
    const body = el("div", { class: "dialog-body share-body" }, ...nodes);
    this.node = dialog("Share", el("p", { class: "intro" }, INTRO), row.node, body);
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
    button("small", "Share", () => sharing.open()),
  );
}
