// Open WebUI's export: a list of chats, each with its messages as a tree under `chat.history`, read from `currentId`
// up to the root. Source: open-webui/open-webui, src/lib/components/chat/Settings/DataControls.svelte and
// layout/Navbar/Menu.svelte (2025-2026); older exports have the chat itself in place of `chat`.

import { t } from "../core/words.js";
import { answerFrom, filed, isObject, pathTo, Unreadable } from "./foreign.js";

/** @import { Turn } from "../types" */
/** @import { One } from "./foreign.js" */

const THOUGHTS = /<details type="reasoning"[^>]*>\s*(?:<summary>.*?<\/summary>)?(.*?)<\/details>\s*/gs;

/** @param {any} entry */
const chatOf = (entry) => (isObject(entry?.chat) ? entry.chat : entry);

/** @param {any} entry */
export const isOpenWebui = (entry) => isObject(chatOf(entry)?.history?.messages);

/** @param {{messages: Record<string, any>, currentId?: string}} history */
const path = ({ messages, currentId }) =>
  pathTo(messages, messages[currentId ?? ""] ?? Object.values(messages).at(-1), "parentId");

/** @param {any} message */
const isSaid = (message) => ["user", "assistant", "system"].includes(message?.role);

/**
 * @param {Record<string, any>} message
 * @returns {Turn}
 */
function turnOf({ role, content, model, files }) {
  const text = typeof content === "string" ? content : "";
  if (role === "assistant") {
    const thoughts = [...text.matchAll(THOUGHTS)].map(([, thought]) => thought.replace(/^> ?/gm, "").trim());
    const words = text.replace(THOUGHTS, "");
    const answer = answerFrom(
      "Open WebUI",
      words,
      typeof model === "string" ? model : "",
      thoughts.join("\n\n"),
    );
    return { role, content: words || null, answer };
  }
  const pictures = (Array.isArray(files) ? files : [])
    .filter((file) => file?.type === "image" && String(file.url).startsWith("data:"))
    .map(({ url }) => ({ type: "image_url", image_url: { url } }));
  return { role, content: pictures.length ? [{ type: "text", text }, ...pictures] : text };
}

/**
 * A conversation, and what is not in it.
 * @param {Record<string, any>} entry
 * @returns {One}
 */
export function fromOpenWebui(entry) {
  const chat = chatOf(entry);
  const all = path(chat.history).filter(isSaid);
  if (!all.length) throw new Unreadable(t("nothing is said in it"));
  const said = all.map(turnOf);
  const files = all.flatMap((message) => (Array.isArray(message.files) ? message.files : []));
  const kept = said.flatMap(({ content }) => (Array.isArray(content) ? content.slice(1) : []));
  const system = chat.params?.system ?? chat.system;
  if (typeof system === "string" && system && said[0].role !== "system") {
    said.unshift({ role: "system", content: system });
  }
  const about = {
    from: "open-webui",
    id: entry.id ?? chat.id,
    title: entry.title ?? chat.title,
    pinned: entry.pinned === true,
    created: entry.created_at ?? chat.timestamp,
    updated: entry.updated_at ?? chat.timestamp,
  };
  const aside = Object.values(chat.history.messages).filter(isSaid).length - all.length;
  return { found: filed(said, about), lost: files.length - kept.length, aside };
}
