// A branch: the newest answer goes on from another token in place of one of its own, and both stay, to be turned over.

import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { conversation } from "./conversation.js";

/** @import { Answer, Branch } from "../types" */

const BUSY = t("An answer is still coming.");
const OLDER = t("Only the newest answer can go on from another token.");
const PAIR = t("Of two answers none can go on from another token: send a message, or regenerate, first.");
const THOUGHT = t(
  "This model thought before it answered, and its thought cannot be given back: it would think anew.",
);
/** What stands for the end of an answer, or for part of a letter, is no text to go on from. */
const NO_TEXT = /^$|\ufffd|^<[|\uff5c].*[|\uff5c]>$/;

/**
 * Whether an answer can go on from a piece.
 * @param {string} piece
 */
export const isText = (piece) => !NO_TEXT.test(piece);

/**
 * Where a branch left, in words.
 * @param {Branch} branch
 */
export const branchWords = ({ token, piece, depth }) =>
  t("“{piece}” at token {token}{depth}", {
    piece: piece.trim() || piece,
    token,
    depth: depth > 1 ? t(", {depth} branches deep", { depth }) : "",
  });

export class Branching {
  /** @param {import("./controller.js").Chat} chat */
  constructor(chat) {
    this.chat = chat;
  }

  /**
   * Why an answer cannot go on from another token now; empty where it can.
   * @param {Answer} answer
   */
  refusal(answer) {
    if (store.busy) return BUSY;
    if (this.chat.takesKeys !== null) return PAIR;
    const newest = conversation.turns.at(-1)?.answer;
    if (newest !== answer && newest?.id !== answer.id) return OLDER;
    if (answer.reasoning) return THOUGHT;
    const { answer: goesOn, why } = store.preview?.continuation ?? {};
    return goesOn === "no" ? (why ?? "") : "";
  }

  /** What is to be known before; empty where the answer surely goes on. */
  get warning() {
    const { answer: goesOn, why } = store.preview?.continuation ?? {};
    return goesOn === "unknown" ? (why ?? "") : "";
  }

  /**
   * A request as it is: that of a branch has one answer, whatever diff_frequency says.
   * @param {ReturnType<typeof store.request>} request
   */
  narrowed(request) {
    if (!conversation.begun()?.branch) return request;
    const { diff_frequency, ...parameters } = request.parameters;
    return { ...request, parameters };
  }

  /**
   * Asks for the answer that goes on from this piece in place of the token at `place`, counted from 0.
   * @param {Answer} answer
   * @param {number} place
   * @param {string} piece
   */
  begin(answer, place, piece) {
    const { place: at = 0, others = [], ...alone } = answer;
    const beside = others.filter(({ text }) => text !== undefined);
    beside.splice(at, 0, /** @type {Answer} */ (alone));
    const words = answer.logprobs.slice(0, place).map(([token]) => token);
    const content = [answer.prefill ?? "", ...words, piece].join("");
    const token = (answer.branch?.token ?? 0) + place + 1; // the beginning holds as many
    const branch = { token, piece, depth: (answer.branch?.depth ?? 0) + 1 };
    const from = conversation.turns.findLastIndex(({ role }) => role !== "assistant") + 1;
    return this.chat.goOnWith([{ role: "assistant", content, beside, branch }], from);
  }
}
