// How many there are of something, in words.

import { tn } from "./words.js";

/** @type {Record<string, (count: number) => string>} */
const AMOUNTS = {
  answer: (count) => tn("{count} answer", "{count} answers", count),
  call: (count) => tn("{count} call", "{count} calls", count),
  cell: (count) => tn("{count} cell", "{count} cells", count),
  conversation: (count) => tn("{count} conversation", "{count} conversations", count),
  message: (count) => tn("{count} message", "{count} messages", count),
  minute: (count) => tn("{count} minute", "{count} minutes", count),
  prompt: (count) => tn("{count} prompt", "{count} prompts", count),
  seed: (count) => tn("{count} seed", "{count} seeds", count),
  student: (count) => tn("{count} student", "{count} students", count),
  token: (count) => tn("{count} token", "{count} tokens", count),
  vote: (count) => tn("{count} vote", "{count} votes", count),
};

/**
 * @param {number} count
 * @param {string} one  a word of the list above
 */
export const amount = (count, one) => AMOUNTS[one](count);
