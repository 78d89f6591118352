// After a pause in changes asks the server what would be sent, so that problems show before anything is.

import { composer } from "../chat/composer.js";
import { conversation } from "../chat/conversation.js";
import { ask } from "../core/api.js";
import { after } from "../core/later.js";
import { remember } from "../core/memory.js";
import { judgeable } from "../core/pictures.js";
import { store } from "../core/store.js";

const PAUSE_MS = 250;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Asks after a pause, in which nothing more has changed. */
export function previewSoon() {
  clearTimeout(timer);
  timer = setTimeout(preview, PAUSE_MS);
}

/** Keeps what is set and what is half typed for a reload of this tab, once the last one's is back. */
export function save() {
  if (!("restored" in document.body.dataset)) return;
  store.save();
  remember("draft", composer.text);
}

/**
 * Learns what would become of the request, and returns what is wrong with it, as far as that can be asked.
 * @returns {Promise<import("../types").Problem[]>}
 */
export async function preview() {
  save();
  const draft = judgeable(conversation.messages());
  if (draft.at(-1)?.role !== "user") draft.push({ role: "user", content: "(your next message)" });
  const { ok, data } = await ask("playground/preview", { body: store.request(draft), keys: store.keys });
  if (!ok) return [];
  store.setPreview(data);
  return data.problems;
}

const draftSoon = after(PAUSE_MS, save);
if (typeof document !== "undefined") {
  document.addEventListener("input", ({ target }) => {
    if (target === composer.box) draftSoon.soon();
  });
}
for (const change of /** @type {const} */ (["value", "target", "verdicts"])) store.on(change, previewSoon);
