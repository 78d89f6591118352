// Calls and their results in a list of messages: which of them servers would refuse.

import { t } from "../../core/words.js";

/** @import { Turn } from "../../types" */

/** @param {Turn} turn */
const idsOf = ({ tool_calls: calls }) => (Array.isArray(calls) ? calls.map((call) => call?.id) : []);

/**
 * One text for each message: what is wrong with it beside its neighbours, or nothing.
 * @param {Turn[]} messages
 */
export function repliesMissing(messages) {
  /** @type {(string | undefined)[]} */
  let open = [];
  return messages.map((message, place) => {
    if (message.role === "tool") {
      const known = open.includes(message.tool_call_id);
      open = open.filter((id) => id !== message.tool_call_id);
      return known
        ? ""
        : t("Servers refuse a tool message that answers no call of the assistant's message before it.");
    }
    open = idsOf(message);
    const behind = messages.slice(place + 1);
    const end = behind.findIndex(({ role }) => role !== "tool");
    const answered = behind.slice(0, end < 0 ? behind.length : end).map((reply) => reply.tool_call_id);
    const missing = open.filter((id) => !answered.includes(id));
    return missing.length
      ? t("Servers refuse a list in which a call has no tool message behind it: {missing}.", {
          missing: missing.join(", "),
        })
      : "";
  });
}
