// A list of messages out of what was pasted, with everything that was put in today's form, each change in
// words.

import { t } from "../../core/words.js";

/** @import { Turn } from "../../types" */
/** @typedef {Turn & {function_call?: any}} Message */
/** @typedef {{id: string, name: string}} Open  A call of the older form that no message has answered yet. */
/** @typedef {(change: string) => void} Tell */

/** @type {Record<string, string>} */
const SAME_AS = { human: "user", ai: "assistant", model: "assistant" };

/**
 * Messages out of a list, a whole request body, or one message, and what was changed; null where it is none
 * of them.
 * @param {any} value
 * @returns {{messages: Turn[], changes: string[]} | null}
 */
export function messagesIn(value) {
  const list = Array.isArray(value)
    ? value
    : Array.isArray(value?.messages)
      ? value.messages
      : value?.role
        ? [value]
        : null;
  if (
    !list?.every(
      (/** @type {any} */ message) =>
        message && typeof message === "object" && typeof message.role === "string",
    )
  )
    return null;
  /** @type {string[]} */
  const changes = [];
  /** @type {Open[]} */
  const open = [];
  const messages = list.map((/** @type {Message} */ message, /** @type {number} */ place) => {
    const tell = (/** @type {string} */ text) =>
      changes.push(t("message {place}: {text}", { place: place + 1, text }));
    return answering(calling(inParts(named(message, tell), tell), place, open, tell), open, tell);
  });
  return { messages, changes };
}

/**
 * Other names of a role.
 * @param {Message} message
 * @param {Tell} tell
 */
function named({ role, ...rest }, tell) {
  const now = SAME_AS[role];
  if (now) tell(t("the role {role} is {now} here.", { role, now }));
  return { role: now ?? role, ...rest };
}

/**
 * Parts of a content as chat completions have them: the newer API of OpenAI and Anthropic's name them otherwise.
 * @param {Message} message
 * @param {Tell} tell
 * @returns {Message}
 */
function inParts(message, tell) {
  if (!Array.isArray(message.content)) return message;
  const content = message.content.map((part, at) => {
    const now = partOf(part);
    if (now !== part)
      tell(
        t("part {part} of type {type} has been put in the form of chat completions.", {
          part: at + 1,
          type: part.type,
        }),
      );
    if (/^https?:/i.test(now?.image_url?.url)) {
      tell(
        t(
          "part {part} is a picture at an address: nothing is loaded here, the server is asked to fetch it.",
          { part: at + 1 },
        ),
      );
    }
    return now;
  });
  return { ...message, content };
}

/** @param {any} part */
function partOf(part) {
  const { type, text, image_url: picture, source } = part ?? {};
  if (type === "input_text" || type === "output_text") return { type: "text", text };
  if ((type === "input_image" || type === "image_url") && typeof picture === "string") {
    return { type: "image_url", image_url: { url: picture } };
  }
  if (type === "image" && source?.type === "base64") {
    return { type: "image_url", image_url: { url: `data:${source.media_type};base64,${source.data}` } };
  }
  if (type === "image" && source?.type === "url")
    return { type: "image_url", image_url: { url: source.url } };
  return part;
}

/**
 * OpenAI's older function_call, which had no id, as the tool call that it is today.
 * @param {Message} message
 * @param {number} place
 * @param {Open[]} open
 * @param {Tell} tell
 * @returns {Message}
 */
function calling(message, place, open, tell) {
  const { function_call: call, ...rest } = message;
  if (message.role !== "assistant" || typeof call?.name !== "string" || message.tool_calls) return message;
  const id = `call_${place + 1}`;
  open.push({ id, name: call.name });
  tell(t("function_call has become tool_calls, with the id {id}.", { id }));
  return {
    ...rest,
    tool_calls: [{ id, type: "function", function: { name: call.name, arguments: call.arguments ?? "{}" } }],
  };
}

/**
 * The older role function as a tool message, put to the call of its name.
 * @param {Message} message
 * @param {Open[]} open
 * @param {Tell} tell
 */
function answering(message, open, tell) {
  if (message.role !== "function") return message;
  const { name, ...rest } = message;
  const at = open.findIndex((call) => call.name === name);
  if (at < 0) {
    tell(
      t(
        "the role function has become tool. No function_call before it has its name: say which call it answers.",
      ),
    );
    return { ...message, role: "tool" };
  }
  const [{ id }] = open.splice(at, 1);
  tell(t("the role function has become tool, and answers {id}.", { id }));
  return { ...rest, role: "tool", tool_call_id: id };
}
