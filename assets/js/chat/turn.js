// A turn that was not generated here: what a user, a system prompt or a function said, or an answer that was typed.

import { button, el } from "../core/dom.js";
import { thingsOf, wordsOf } from "../core/pictures.js";
import { t } from "../core/words.js";
import { callsOf } from "./calls_of.js";
import { unkern } from "./kerning.js";
import { thingsNode } from "./things.js";

/** @import { Answer, Turn } from "../types" */

/**
 * A turn of somebody else's than the model; one of the user's can be edited.
 * @param {Turn} turn
 * @param {(turn: Turn) => void} onedit
 */
export function plainTurn(turn, onedit) {
  const { role, content, tool_calls: calls } = turn;
  const isRead = typeof content === "string" || Array.isArray(content);
  const text = isRead ? wordsOf(content) : (JSON.stringify(content ?? calls, null, 2) ?? "");
  const edit = role === "user" && isRead && button("act", t("edit"), () => onedit(turn));
  const words = el("div", { class: "text" }, text);
  const parts = [el("span", { class: "role" }, role), words, thingsNode(thingsOf(content)), edit];
  const node = el("article", { class: `turn ${role}`, "aria-label": role }, ...parts);
  unkern(node, text);
  return node;
}

/**
 * An answer that was typed or pasted, and so never generated here.
 * @param {Turn} turn
 * @returns {Partial<Answer>}
 */
export function typedAnswer({ content, tool_calls: calls }) {
  const attachments = thingsOf(content).map((part) => ({
    kind: part?.type ?? "part",
    url: String(part?.image_url?.url ?? ""),
    title: "",
  }));
  const typed = { why: "typed, not generated", ended: "done" };
  return { text: wordsOf(content), tool_calls: callsOf(calls), attachments, ...typed };
}
