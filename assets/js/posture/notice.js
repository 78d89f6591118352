// Which posture the page is in, and behind a click what that means for who opens it.

import { ask } from "../core/api.js";
import { dialog } from "../core/dialog.js";
import { button, el, fill } from "../core/dom.js";

/** @type {Record<string, string>} */
const TITLES = { public: "This page is public", local: "This page is local" };

/** @param {import("../types").Mount} mount */
export function mount({ element, props }) {
  const list = el("ul", {});
  const node = dialog(TITLES[props.posture], el("div", { class: "dialog-body posture-words" }, list));
  node.id = "posture-words";
  const word = props.posture === "public" ? "Public" : "Local";
  fill(
    element,
    el(
      "div",
      { class: "posture" },
      button("small", `${word} page: what that means`, open, { id: "open-posture" }),
    ),
  );

  async function open() {
    const { ok, data } = await ask("playground/posture");
    list.replaceChildren(
      ...(ok ? data.words : props.words).map((/** @type {string} */ w) => el("li", {}, w)),
    );
    node.showModal();
  }
}
