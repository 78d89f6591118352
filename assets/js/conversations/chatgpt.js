// ChatGPT's conversations.json: a list of conversations, each a tree of nodes under `mapping`, read from
// `current_node` up to the root. Source: the export that OpenAI sends ("Export data"), as documented in
// mitkury/chatgpt-export-parser, docs/chatgpt-data-export-format.md (2025); OpenAI itself documents no form.

import { answerFrom, filed, isObject, pathTo } from "./foreign.js";

/** @import { Turn } from "../types" */
/** @import { One } from "./foreign.js" */

const ROLES = ["user", "assistant", "system"];

/** @param {any} entry */
export const isChatgpt = (entry) => isObject(entry) && isObject(entry.mapping);

/**
 * From the root to the node where it stands.
 * @param {Record<string, any>} entry
 */
function path({ mapping, current_node: current }) {
  const leaf = Object.values(mapping).findLast((node) => !node?.children?.length);
  return pathTo(mapping, mapping[current] ?? leaf, "parent");
}

/** @param {any} message */
const isSaid = (message) =>
  isObject(message?.content) && ROLES.includes(message.author?.role) && words(message.content) !== "";

/** @param {any} content */
function words({ content_type: kind, parts, text }) {
  if (kind === "code") return `\`\`\`\n${text ?? ""}\n\`\`\``;
  if (kind !== "text" && kind !== "multimodal_text") return "";
  return (Array.isArray(parts) ? parts : []).filter((part) => typeof part === "string").join("\n");
}

/**
 * A conversation, and what is not in it.
 * @param {Record<string, any>} entry
 * @returns {One}
 */
export function fromChatgpt(entry) {
  let lost = 0;
  /** @type {Turn[]} */
  const said = [];
  const branch = path(entry);
  for (const { message } of branch) {
    if (!isObject(message?.content)) continue;
    const { author, content, recipient = "all", metadata } = message;
    const text = words(content);
    if (metadata?.is_visually_hidden_from_conversation || (author?.role === "system" && !text)) continue;
    const { parts } = content;
    if (Array.isArray(parts)) lost += parts.filter((part) => isObject(part)).length;
    if (!ROLES.includes(author?.role) || recipient !== "all") lost += 1;
    else if (text && author.role !== "assistant") said.push({ role: author.role, content: text });
    else if (text) {
      const answer = answerFrom("ChatGPT", text, metadata?.model_slug ?? "");
      said.push({ role: "assistant", content: text, answer });
    }
  }
  const onBranch = new Set(branch);
  const all = Object.values(entry.mapping).filter((node) => isSaid(node?.message));
  const aside = all.filter((node) => !onBranch.has(node)).length;
  const { title, create_time: created, update_time: updated } = entry;
  const id = entry.conversation_id ?? entry.id;
  return { found: filed(said, { from: "chatgpt", id, title, created, updated }), lost, aside };
}
