// Receipts: what takes a vote back. Each is drawn here before its vote is sent, so that a vote that is tried again has
// the same one, and is kept in this browser alone; the server makes the vote's id of it, and keeps only that.

import { RECEIPT } from "../contract.js";
import { ask } from "../core/api.js";
import { keep, keepsNothing, kept, onKeptElsewhere, recall, remember } from "../core/memory.js";
import { t, translated } from "../core/words.js";

/** @import { Said } from "../types" */

/**
 * The receipts of the votes on one pair: any of them takes all of these back. `saved` says that one is known to be
 * saved; `taken` that they are taken back, and that a copy on the Hub has still to go.
 * @typedef {object} Kept
 * @property {string} round
 * @property {string[]} receipts
 * @property {Said} said
 * @property {string} at
 * @property {boolean} saved
 * @property {boolean} taken
 */

/** @typedef {{ok: boolean, text: string}} Outcome  What came of taking a vote back. */

const [ALPHABET, LETTERS] = /** @type {[string, number]} */ (RECEIPT);
const NAME = "receipts";
const MOST = 500;
const MOST_OF_ONE = 8;
const LOST = t("Not taken back: this page has lost its own server. Start it again, then try again.");
const NONE = t("No vote is kept here under this receipt: it was taken back before, or was not cast here.");
const GONE = t("Taken back: it is deleted here, and in no export from now on.");
export const WAITS = t("What was copied to the dataset goes with the next copy.");

/** @type {Set<(round: string) => void>} */
const listeners = new Set();

/** A new receipt: characters drawn at random, and one that tells a slip (votes/receipt.py reads it). */
export function drawReceipt() {
  const drawn = [...crypto.getRandomValues(new Uint8Array(LETTERS - 1))].map(
    (byte) => byte % ALPHABET.length,
  );
  return spelled(drawn);
}

/** @param {number[]} drawn */
export function spelled(drawn) {
  const check = drawn.reduce((sum, value, at) => sum + value * (2 * at + 1), 0) % ALPHABET.length;
  const letters = [...drawn, check].map((value) => ALPHABET[value]).join("");
  return letters.replace(/(.{4})(?=.)/g, "$1-");
}

/**
 * What the browser had no room for, or does not let this page keep: it is here for as long as the page is.
 * @type {Kept[] | null}
 */
let unkept = null;

/**
 * All that are kept, the newest first.
 * @returns {Kept[]}
 */
export const receipts = () => unkept ?? (keepsNothing() ? recall(NAME) : kept(NAME)) ?? [];

/** Whether receipts are lost with this page. */
export const losesReceipts = () => unkept !== null;

/** @param {Kept[]} all */
function write(all) {
  const isKept = keepsNothing() ? remember(NAME, all) : keep(NAME, all.slice(0, MOST));
  unkept = isKept ? null : all;
  seen = receipts();
}

let seen = receipts(); // by this tab, so that what another one has changed is found

/** Another tab of this browser has voted, or taken a vote back: whoever shows one of these votes is told. */
function takeNote() {
  if (keepsNothing() || kept(NAME) === null) return; // all of it was cleared, which takes no vote back
  const before = new Map(seen.map((entry) => [entry.round, JSON.stringify(entry)]));
  seen = receipts();
  const now = new Map(seen.map((entry) => [entry.round, JSON.stringify(entry)]));
  for (const round of new Set([...before.keys(), ...now.keys()])) {
    if (before.get(round) !== now.get(round)) for (const listener of listeners) listener(round);
  }
}
if (typeof addEventListener === "function") onKeptElsewhere(NAME, takeNote);

/**
 * Changes what is kept of one pair; nothing, where `change` gives null.
 * @param {string} round
 * @param {(entry: Kept | undefined) => Kept | null | undefined} change
 */
function alter(round, change) {
  const all = receipts();
  const at = all.findIndex((entry) => entry.round === round);
  const changed = change(all[at]);
  if (at >= 0) all.splice(at, 1);
  if (changed) all.splice(Math.max(at, 0), 0, changed);
  write(all);
  for (const listener of listeners) listener(round);
}

/**
 * Calls `listener` with the pair whose receipts have changed, until what is returned is called.
 * @param {(round: string) => void} listener
 */
export function onReceipts(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** @param {string} round */
export const receiptOf = (round) => receipts().find((entry) => entry.round === round);

/**
 * A vote is on its way: it may be saved without this page ever hearing so.
 * @param {{round_id: string, said: string, receipt?: string}} vote
 */
export function noteSent({ round_id: round, said, receipt }) {
  if (!receipt) return;
  alter(round, (entry) => ({
    round,
    saved: false,
    taken: false,
    at: new Date().toISOString(),
    ...entry,
    said: /** @type {Said} */ (said),
    receipts: [...new Set([...(entry?.receipts ?? []), receipt])].slice(-MOST_OF_ONE),
  }));
}

/** @param {{round_id: string}} vote */
export function noteSaved({ round_id: round }) {
  alter(round, (entry) => entry && { ...entry, saved: true });
}

/**
 * The server has refused this vote, so there is none to take back.
 * @param {{round_id: string, receipt?: string}} vote
 */
export function noteRefused({ round_id: round, receipt }) {
  alter(round, (entry) => {
    const left = entry?.receipts.filter((each) => each !== receipt) ?? [];
    return entry && left.length ? { ...entry, receipts: left } : null;
  });
}

/** @param {import("../core/api.js").Told} told */
function whyNot({ lost, status, data }) {
  if (lost) return LOST;
  const { message = t("the playground itself failed ({status}).", { status }), next_step: next = "" } =
    data?.error ?? {};
  return `${status === 422 ? "" : t("Not taken back: ")}${translated(`${message} ${next}`.trim())}`;
}

/**
 * Takes the votes on one pair back.
 * @param {Kept} entry
 * @returns {Promise<Outcome>}
 */
export async function takeBack({ round, receipts }) {
  const told = await ask("playground/take-back", { body: { receipts } });
  if (!told.ok) return { ok: false, text: whyNot(told) };
  alter(round, (entry) => (told.data.waits && entry ? { ...entry, taken: true } : null));
  return { ok: true, text: told.data.waits ? `${GONE} ${WAITS}` : GONE };
}

/**
 * Takes a vote back by a receipt that was typed: from another browser, or from paper.
 * @param {string} typed
 * @returns {Promise<Outcome>}
 */
export async function takeBackBy(typed) {
  const meant = /** @type {Record<string, string>} */ ({ O: "0", I: "1", L: "1" });
  const plain = (/** @type {string} */ text) =>
    text
      .toUpperCase()
      .replace(/[^0-9A-Z]/g, "")
      .replace(/[OIL]/g, (letter) => meant[letter]);
  const own = receipts().find((entry) => entry.receipts.some((each) => plain(each) === plain(typed)));
  if (own) return takeBack(own);
  const told = await ask("playground/take-back", { body: { receipts: [typed] } });
  if (!told.ok) return { ok: false, text: whyNot(told) };
  if (!told.data.votes) return { ok: false, text: NONE };
  return { ok: true, text: told.data.waits ? `${GONE} ${WAITS}` : GONE };
}

/** Asks again for what a copy had still to lose: a server that forgets its disk may have forgotten this too. */
export async function takeUpWithdrawals() {
  for (const entry of receipts()) if (entry.taken) await takeBack(entry);
}
