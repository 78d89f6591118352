// Why a request was not sent: every reason at once, each under the name of its parameter.

import { outer, store } from "../core/store.js";
import { t, translated } from "../core/words.js";

export const BUSY = t(
  "Not sent yet: an answer is still coming. Wait for its end, or press Stop, then send again; your message is " +
    "kept below.",
);
const STILL = t("An answer is still coming: ask again when it has ended, or press Stop first.");
const STOPPED_POSTED = t("Stopped before an answer began; the request may have reached the server.");
const BACK = t("Your message is back below.");
const STOPPED = t("Stopped before anything was sent.");
const LOST = t(
  "Not sent: this page has lost its own server. Start it again, then press Send; your message is kept below.",
);

/**
 * Why no answer has begun, where nobody refused it.
 * @param {boolean} stopped
 * @param {boolean} posted  whether it had left the page by then
 */
export const unsent = (stopped, posted) => (stopped ? `${posted ? STOPPED_POSTED : STOPPED} ${BACK}` : LOST);

/**
 * What cannot be read in some rows, and the problems with all others.
 * @param {string[]} unreadable  names of rows
 * @param {import("../types").Problem[]} problems
 */
export function notSent(unreadable, problems) {
  const names = unreadable.map(outer);
  const own = unreadable.map((name) => `${name}: ${store.unreadable(name).replace(/\.?$/, ".")}`);
  const others = problems.filter(({ parameter }) => !names.includes(parameter ?? ""));
  return t("Not sent. {why}", { why: [...own, ...others.map(({ text }) => translated(text))].join(" ") });
}

/**
 * Asks again with what a refusal asks for, once that stands in the rows.
 * @param {import("../chat/controller.js").Chat} chat
 * @param {Record<string, any>} changes
 */
export function mended(chat, changes) {
  if (store.busy) return chat.panes.notice(STILL, "note");
  store.change(changes);
  return chat.regenerate();
}
