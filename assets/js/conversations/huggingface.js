// A project of HuggingFace's inference playground: JSON with `conversations`, or the string in Base64 that its share
// dialog gives out. Source: huggingface/inference-playground, src/lib/components/share-modal.svelte,
// src/lib/state/conversations.svelte.ts and src/lib/types.ts (2025). Its pictures stay in its own browser storage.

import { t } from "../core/words.js";
import { answerFrom, filed, isObject, Unreadable } from "./foreign.js";

/** @import { Turn } from "../types" */
/** @import { One } from "./foreign.js" */

const BASE64 = /^[A-Za-z0-9+/_=\s-]{16,}$/;
const SET = ["temperature", "max_tokens", "top_p", "frequency_penalty", "presence_penalty", "seed", "stop"];

/**
 * The project in a string; null where it is none.
 * @param {string} text
 */
export function projectIn(text) {
  if (!BASE64.test(text)) return null;
  try {
    const letters = atob(text.replace(/\s/g, "").replaceAll("-", "+").replaceAll("_", "/"));
    const words = letters.startsWith("%")
      ? decodeURIComponent(letters)
      : new TextDecoder().decode(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)));
    return JSON.parse(words);
  } catch {
    return null;
  }
}

/** @param {any} entry */
export const isHuggingface = (entry) =>
  isObject(entry) && Array.isArray(entry.messages) && ("modelId" in entry || isObject(entry.config));

/**
 * A conversation, and how many pictures are not in it.
 * @param {Record<string, any>} entry
 * @returns {One}
 */
export function fromHuggingface(entry) {
  const { messages, systemMessage, config = {}, createdAt } = entry;
  const id = String(entry.modelId ?? entry.model?.id ?? "");
  const model = id && `huggingface/${id}`;
  const parameters = Object.fromEntries(
    SET.flatMap((name) => (isObject(config) && name in config ? [[name, config[name]]] : [])),
  );
  const all = [...(systemMessage?.content ? [{ ...systemMessage, role: "system" }] : []), ...messages];
  /** @type {Turn[]} */
  const said = all.filter(isObject).map(({ role, content }) => {
    const text = typeof content === "string" ? content : "";
    if (role !== "assistant") return { role: String(role), content: text };
    const answer = answerFrom("HuggingFace's playground", text, model);
    if (answer.asked) answer.asked.parameters = parameters;
    return { role, content: text || null, answer };
  });
  if (!said.some(({ role }) => role === "user" || role === "assistant")) {
    throw new Unreadable(t("nothing is said in it"));
  }
  const lost = all.reduce(
    (count, message) => count + (Array.isArray(message?.images) ? message.images.length : 0),
    0,
  );
  return { found: filed(said, { from: "huggingface", id: entry.id ?? createdAt, created: createdAt }), lost };
}
