// Which posture the page is in, and behind a click what that means for who opens it.

import { ask } from "../core/api.js";
import { dialog } from "../core/dialog.js";
import { button, el, fill } from "../core/dom.js";
import { store } from "../core/store.js";
import { t, translated } from "../core/words.js";

/** @type {Record<string, string>} */
const TITLES = { public: t("This page is public"), local: t("This page is local") };

/** @param {import("../types").Mount} mount */
export function mount({ element, props }) {
  const list = el("ul", {});
  const node = dialog(TITLES[props.posture], el("div", { class: "dialog-body posture-words" }, list));
  node.id = "posture-words";
  const words =
    props.posture === "public" ? t("Public page: what that means") : t("Local page: what that means");
  const opener = button("small", words, open, { id: "open-posture" });
  const near = el("p", { role: "status", class: "near", hidden: true });
  fill(element, el("div", { class: "posture" }, opener, near));
  if (props.lent) {
    tell();
    store.on("busy", (isBusy) => isBusy || tell());
  }

  async function open() {
    await tell();
    node.showModal();
  }

  /** What it means at the moment, and whether the owner's key has little left. */
  async function tell() {
    const { ok, data } = await ask("playground/posture");
    /** @type {string[]} */
    const words = ok ? data.words : props.words;
    list.replaceChildren(...words.map((each) => el("li", {}, translated(each))));
    near.textContent = translated((ok && data.near) || "");
    near.hidden = !near.textContent;
  }
}
