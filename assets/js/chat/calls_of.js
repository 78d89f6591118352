// The calls of functions in a message, whatever was typed or pasted there.

/** @import { Call } from "../types" */

/** @param {unknown} value */
function asText(value) {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

/**
 * The calls of a message, each in texts.
 * @param {unknown} toolCalls  whatever stands under tool_calls
 * @returns {Call[]}
 */
export function callsOf(toolCalls) {
  const list = Array.isArray(toolCalls) ? toolCalls : [];
  return list.map((call) => ({
    id: asText(call?.id),
    name: asText(call?.function?.name),
    arguments: asText(call?.function?.arguments),
  }));
}
