// A vote on its way into the database: tried until it is saved, under one id, and kept in this tab meanwhile.
//
// A try of which nothing is known may have been saved all the same, so a vote that is on its way is never
// altered: words that are added to it meanwhile follow it, as a vote of their own.
//
// Beside the vote lies its whole record, as the server gave it back when it could not save it: after a
// restart the server knows the pair no more. It holds no key, since none is ever put into a record.

import { ask } from "../core/api.js";
import { freshId } from "../core/fresh_id.js";
import { recall, remember } from "../core/memory.js";
import { t, translated } from "../core/words.js";
import { drawReceipt, noteRefused, noteSaved, noteSent } from "./receipts.js";

/** @import { Details } from "./ballot.js" */
/** @import { Saved } from "./pair.js" */

/**
 * A vote, with the id under which this page knows it, and its receipt, which votes of an earlier version have not.
 * @typedef {Details & {vote_id: string, receipt?: string, round_id: string, said: string, record?: any,
 *   more?: Details}} Vote
 */

/**
 * Hears what becomes of a vote.
 * @typedef {object} Told
 * @property {(trouble: string) => void} trying
 * @property {(text: string) => void} failed
 * @property {(text: string) => void} refused
 * @property {(result: Saved) => void} saved
 */

const FIRST_RETRY_S = 2;
const LAST_RETRY_S = 60;
const LOST = t("Not saved: this page has lost its own server. Your vote is kept on this page.");

/**
 * What is not saved yet, by the vote's id; the browser asks before it lets the page go with some.
 * @type {Map<string, VoteOnItsWay>}
 */
const unsaved = new Map();
addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});

function keep() {
  const votes = [...unsaved.values()].map(({ vote }) => vote);
  remember("unsaved", votes);
}

/**
 * A vote that has not been sent yet.
 * @param {Details & {round_id: string, said: string}} said
 * @returns {Vote}
 */
export const freshVote = (said) => ({ ...said, vote_id: freshId(), receipt: drawReceipt() });

/**
 * Whether the playground itself has refused this very vote. Whatever else is answered, by a proxy on the way or by a
 * limit, says nothing of the vote, which may be saved.
 * @param {number} status
 * @param {any} data
 */
const isRefusal = (status, data) =>
  status >= 400 && status < 500 && status !== 429 && typeof data?.error?.message === "string";

/** Why votes are not saved yet, a sentence each. */
export const troubles = () => [...unsaved.values()].map(({ trouble }) => trouble).filter(Boolean);

/**
 * Takes up what was not saved before a reload.
 * @param {Told} told
 */
export function takeUp(told) {
  for (const vote of recall("unsaved") ?? []) new VoteOnItsWay(vote, told).send();
}

/**
 * Saves what was added to a vote, and had not gone along with it when the page was left: a row of its own.
 * @param {Details & {round_id: string, said: string}} said
 * @param {Told} told
 */
export function finish(said, told) {
  new VoteOnItsWay(freshVote(said), told).send();
}

export class VoteOnItsWay {
  /**
   * @param {Vote} vote
   * @param {Told} told
   */
  constructor(vote, told) {
    this.vote = vote;
    this.told = told;
    this.trouble = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.dropped = false;
  }

  async send(retryAfter = FIRST_RETRY_S, trouble = "") {
    this.trouble = "";
    unsaved.set(this.vote.vote_id, this);
    keep();
    noteSent(this.vote);
    this.told.trying(trouble);
    const { more, ...vote } = this.vote;
    const { ok, status, lost, data } = await ask("playground/vote", { body: vote });
    if (lost) {
      this.later(retryAfter, LOST);
      return;
    }
    const { error, record, ...result } = data ?? {};
    const words = translated(
      `${error?.message ?? t("the playground itself failed ({status})", { status })} ${error?.next_step ?? ""}`.trim(),
    );
    const saved = ok && Boolean(data?.saved_at);
    if (!saved && !isRefusal(status, data)) {
      if (record) this.vote.record = record;
      const why = error
        ? t("Not saved: {words}", { words })
        : t("Not known to be saved: {words}.", { words });
      this.later(Math.max(retryAfter, Math.ceil(data?.ends_in_s ?? 0)), why);
      return;
    }
    const { dropped } = this;
    this.drop();
    if (saved) noteSaved(this.vote);
    else noteRefused(this.vote);
    if (dropped) return;
    if (!saved) {
      this.told.refused(t("Not saved. {words}", { words }));
      return;
    }
    this.told.saved(result);
    this.goOn();
  }

  get pending() {
    return unsaved.has(this.vote.vote_id);
  }

  /**
   * Takes the reasons, comment and consent as they are now, to be saved after what is on its way.
   * @param {Details} details
   */
  amend(details) {
    this.vote.more = details;
    keep();
  }

  /** Saves what was added meanwhile: a row of its own that supersedes the one just saved. */
  goOn() {
    const { more, record, ...vote } = this.vote;
    if (!more) return;
    this.vote = freshVote({ ...vote, ...more });
    this.dropped = false;
    this.send();
  }

  /**
   * @param {number} seconds
   * @param {string} why
   */
  later(seconds, why) {
    if (this.dropped) return;
    this.trouble = t("{why} It is tried again in {seconds} s.", { why, seconds });
    keep();
    this.told.failed(this.trouble);
    this.timer = setTimeout(() => this.send(Math.min(seconds * 2, LAST_RETRY_S), why), seconds * 1000);
  }

  /** Another vote has come in its place, or it is saved. */
  drop() {
    clearTimeout(this.timer);
    this.dropped = true;
    unsaved.delete(this.vote.vote_id);
    keep();
  }
}
