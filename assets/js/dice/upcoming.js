// A button beside the message: the dice of the very next token, before anything is sent.

import { composer } from "../chat/composer.js";
import { conversation } from "../chat/conversation.js";
import { tray } from "../chat/tray.js";
import { button, fill, svg } from "../core/dom.js";
import { contentOf } from "../core/pictures.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { openNext } from "./dice.js";

/** @import { Mount, Turn } from "../types" */

const TITLE = t("The next token: what the model would say first, and with which chances");

/** What would be sent now, without sending it. */
function request() {
  const { text } = composer;
  /** @type {Turn[]} */
  const typed =
    text.trim() || tray.parts.length ? [{ role: "user", content: contentOf(text, tray.parts) }] : [];
  return store.request([...conversation.messages(), ...typed]);
}

/** The five of a die. */
function icon() {
  const path = svg("path", { d: "M3.5 3.5h13v13h-13zM7 7h.1M13 7h.1M10 10h.1M7 13h.1M13 13h.1" });
  return svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, path);
}

/** @param {Mount} mount */
export function mount({ element }) {
  const opener = button("attach", "", () => openNext(request()), {
    "aria-label": t("the next token"),
    title: TITLE,
  });
  opener.append(icon());
  fill(element, opener);
}
