// ChatGPT's conversations.json: a list of conversations, each a tree of nodes under `mapping`, read from
// `current_node` up to the root. Source: the export that OpenAI sends ("Export data"), as documented in
// mitkury/chatgpt-export-parser, docs/chatgpt-data-export-format.md (2025); OpenAI itself documents no form.

import { answerFrom, filed, isObject, time, Unreadable } from "./foreign.js";

/** @import { Turn } from "../types" */
/** @import { Filed } from "./files.js" */

const MOST_NODES = 100_000;
const ROLES = ["user", "assistant", "system"];

/** @param {any} entry */
export const isChatgpt = (entry) => isObject(entry) && isObject(entry.mapping);

/**
 * From the root to the node where it stands.
 * @param {Record<string, any>} entry
 */
function path({ mapping, current_node: current }) {
  /** @type {any[]} */
  const nodes = [];
  const leaf = Object.values(mapping).findLast((node) => !node?.children?.length);
  let node = mapping[current] ?? leaf;
  while (node && nodes.length < MOST_NODES) {
    nodes.unshift(node);
    node = mapping[node.parent];
  }
  return nodes;
}

/** @param {any} content */
function words({ content_type: kind, parts, text }) {
  if (kind === "code") return `\`\`\`\n${text ?? ""}\n\`\`\``;
  if (kind !== "text" && kind !== "multimodal_text") return "";
  return (Array.isArray(parts) ? parts : []).filter((part) => typeof part === "string").join("\n");
}

/**
 * A conversation, and how many of its messages and parts are not in it.
 * @param {Record<string, any>} entry
 * @returns {{found: Filed, lost: number}}
 */
export function fromChatgpt(entry) {
  let lost = 0;
  /** @type {Turn[]} */
  const said = [];
  for (const { message } of path(entry)) {
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
  if (!said.length) throw new Unreadable("nothing is said in it");
  const id = String(entry.conversation_id ?? entry.id ?? "");
  const created_at = time(entry.create_time);
  const about = { id: `chatgpt:${id}`, title: entry.title, created_at, updated_at: time(entry.update_time) };
  return { found: filed(said, about), lost };
}
