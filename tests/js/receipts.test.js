// Receipts as the page spells them (tests/votes/test_receipt.py reads the same one), and what is kept of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  drawReceipt,
  losesReceipts,
  noteRefused,
  noteSaved,
  noteSent,
  receiptOf,
  receipts,
  spelled,
  takeBack,
  takeBackBy,
  takeUpWithdrawals,
} from "../../assets/js/votes/receipts.js";

/** @type {Map<string, string>} */
const disk = new Map();
/** @type {{receipts: string[]}[]} */
const sent = [];
/** @type {{status: number, body: unknown}} */
let answer = { status: 200, body: {} };

const localStorage = {
  getItem: (/** @type {string} */ name) => disk.get(name) ?? null,
  setItem: (/** @type {string} */ name, /** @type {string} */ value) => disk.set(name, value),
};
const fetch = async (/** @type {string} */ path, /** @type {{body: string}} */ { body }) => {
  assert.equal(path, "playground/take-back");
  sent.push(JSON.parse(body));
  return Response.json(answer.body, { status: answer.status });
};
Object.assign(globalThis, { fetch, location: { protocol: "http:" } });
Object.defineProperty(globalThis, "localStorage", { value: localStorage });

/** A browser that keeps nothing yet. */
function fresh() {
  disk.clear();
  sent.length = 0;
}

/** @param {string} round */
const kept = (round) => /** @type {import("../../assets/js/votes/receipts.js").Kept} */ (receiptOf(round));

test("27 values and a check are seven groups of four", () => {
  const drawn = [...Array(27).keys()].map((at) => (at % 2 ? Math.ceil(at / 2) : 0));
  assert.equal(spelled(drawn), "0102-0304-0506-0708-090A-0B0C-0D0H");
});

test("no two are alike, and all are spelled so that they can be typed", () => {
  const all = new Set(Array.from({ length: 500 }, drawReceipt));
  assert.equal(all.size, 500);
  for (const receipt of all) assert.match(receipt, /^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
});

test("a vote that was changed keeps every receipt that may have been saved, and all of them go along", async () => {
  fresh();
  noteSent({ round_id: "a", said: "left", receipt: "first" });
  noteSent({ round_id: "a", said: "tie", receipt: "second" });
  noteSent({ round_id: "a", said: "tie", receipt: "third" });
  noteSent({ round_id: "b", said: "skip", receipt: "other" });
  noteSent({ round_id: "c", said: "skip" });
  noteRefused({ round_id: "a", receipt: "third" });
  assert.equal(kept("a").saved, false);
  noteSaved({ round_id: "a" });
  const entry = kept("a");
  assert.deepEqual([entry.receipts, entry.said, entry.saved], [["first", "second"], "tie", true]);
  noteRefused({ round_id: "b", receipt: "other" });
  assert.deepEqual(
    receipts().map(({ round }) => round),
    ["a"],
  );
  answer = { status: 200, body: { votes: 2, waits: false } };
  assert.ok((await takeBack(entry)).ok);
  assert.deepEqual([sent, receipts()], [[{ receipts: ["first", "second"] }], []]);
});

test("while a copy has still to go it is asked for again, also after a reload", async () => {
  fresh();
  noteSent({ round_id: "a", said: "left", receipt: "0ne" });
  noteSaved({ round_id: "a" });
  answer = { status: 200, body: { votes: 1, waits: true } };
  assert.match((await takeBackBy("oNE ")).text, /with the next copy/);
  assert.equal(kept("a").taken, true);
  answer = { status: 200, body: { votes: 0, waits: false } };
  await takeUpWithdrawals();
  assert.deepEqual([sent.length, receipts()], [2, []]);
  await takeUpWithdrawals();
  assert.equal(sent.length, 2);
});

test("what is not taken back stays in the list, and is said", async () => {
  fresh();
  noteSent({ round_id: "a", said: "left", receipt: "one" });
  answer = { status: 503, body: { error: { message: "The disk is full.", next_step: "Make room." } } };
  assert.deepEqual(await takeBack(kept("a")), {
    ok: false,
    text: "Not taken back: The disk is full. Make room.",
  });
  assert.equal(receipts().length, 1);
  answer = { status: 200, body: { votes: 0, waits: false } };
  const unknown = await takeBackBy("of nothing");
  assert.deepEqual([unknown.ok, receipts().length], [false, 1]);
});

test("where the browser keeps nothing, or has no room, the page itself does, and knows that it is all there is", () => {
  fresh();
  const { setItem } = localStorage;
  localStorage.setItem = () => {
    throw new DOMException("no room", "QuotaExceededError");
  };
  noteSent({ round_id: "full", said: "left", receipt: "only here" });
  noteSaved({ round_id: "full" });
  assert.deepEqual([kept("full").receipts, kept("full").saved, losesReceipts()], [["only here"], true, true]);
  localStorage.setItem = setItem;
  noteSent({ round_id: "later", said: "left", receipt: "kept" });
  assert.deepEqual([receipts().length, JSON.parse(disk.get("playground:receipts") ?? "").length], [2, 2]);
  assert.equal(losesReceipts(), false);
});
