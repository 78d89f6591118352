// What is handed on: the request as it would leave now, or what cannot be read of it.

import { composer } from "../chat/composer.js";
import { conversation } from "../chat/conversation.js";
import { tray } from "../chat/tray.js";
import { contentOf } from "../core/pictures.js";
import { outer, store } from "../core/store.js";
import { t } from "../core/words.js";

/** @import { Turn } from "../types" */

const GREETING = { role: "user", content: "Hello" };

/** Why what is typed in a row is no value; empty where all can be read. */
export function unread() {
  const name = store.names.find((row) => store.unreadable(row));
  return name
    ? t("{name}: {problem} Mend it first.", {
        name: outer(name),
        problem: store.unreadable(name).replace(/\.?$/, "."),
      })
    : "";
}

/**
 * The messages that would be sent: with what is typed, else those that the newest answer was asked with, else a
 * greeting.
 * @returns {Turn[]}
 */
function messages() {
  const said = conversation.messages();
  const typed = composer.text;
  if (typed.trim() || tray.parts.length) {
    return [...said, { role: "user", content: contentOf(typed, tray.parts) }];
  }
  const end = conversation.begun() ? said.length : said.findLastIndex(({ role }) => role !== "assistant") + 1;
  const asked = said.slice(0, end);
  return asked.some(({ role }) => role !== "system" && role !== "developer") ? asked : [...asked, GREETING];
}

/** Whether anything has been asked, or typed to be. */
export const isAsked = () => !messages().includes(GREETING);

/** The request as it would leave now. */
export const request = () => store.request(messages());
