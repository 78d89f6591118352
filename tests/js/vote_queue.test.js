// A vote on its way: what is answered in the playground's place says nothing of it, and its receipt stays.

import assert from "node:assert/strict";
import { test } from "node:test";

/** @type {Map<string, string>} */
const disk = new Map();
const storage = {
  getItem: (/** @type {string} */ name) => disk.get(name) ?? null,
  setItem: (/** @type {string} */ name, /** @type {string} */ value) => disk.set(name, value),
};
/** @type {{vote_id: string, receipt: string}[]} */
const sent = [];
let answer = () => new Response("");
const fetch = async (/** @type {string} */ _path, /** @type {{body: string}} */ { body }) => {
  sent.push(JSON.parse(body));
  return answer();
};
/** @type {[() => Promise<void>, number][]} */
const waiting = [];
const setTimeout = (/** @type {() => Promise<void>} */ then, /** @type {number} */ after) =>
  waiting.push([then, after]);
Object.assign(globalThis, { fetch, setTimeout, addEventListener() {}, location: { protocol: "http:" } });
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(globalThis, name, { value: storage });
}
const { VoteOnItsWay, freshVote } = await import("../../assets/js/votes/vote_queue.js");
const { receiptOf } = await import("../../assets/js/votes/receipts.js");

/** @type {string[]} */
const heard = [];
const told = {
  trying() {},
  failed: (/** @type {string} */ text) => void heard.push(`failed: ${text}`),
  refused: (/** @type {string} */ text) => void heard.push(`refused: ${text}`),
  saved: () => void heard.push("saved"),
};

/** @param {string} round */
function voteOn(round) {
  heard.length = sent.length = 0;
  const details = { strength: null, reasons_left: [], reasons_right: [], comment: "" };
  return new VoteOnItsWay(freshVote(/** @type {any} */ ({ round_id: round, said: "tie", ...details })), told);
}

const GATEWAY = "<html>gateway</html>";
const LIMIT = { message: "60 a minute.", error: { message: "60 a minute.", next_step: "" }, ends_in_s: 19.5 };
for (const [status, body, seconds] of /** @type {[number, string, number][]} */ ([
  [504, GATEWAY, 2],
  [502, GATEWAY, 2],
  [500, "", 2],
  [403, GATEWAY, 2],
  [200, GATEWAY, 2],
  [429, JSON.stringify(LIMIT), 20],
])) {
  test(`after ${status} ${body.slice(0, 6)} the same vote is tried again, and its receipt is kept`, async () => {
    const vote = voteOn(`round ${status}`);
    answer = () => new Response(body, { status });
    await vote.send();
    assert.ok(vote.pending && receiptOf(`round ${status}`));
    assert.match(heard.join(), new RegExp(`^failed: .* ${seconds} s`));
    answer = () => Response.json({ saved_at: "2026-01-01T00:00:00Z" });
    const [[again, wait]] = waiting.splice(0);
    assert.equal(wait, seconds * 1000);
    await again();
    assert.equal(vote.pending, false);
    assert.deepEqual(new Set(sent.map(({ receipt }) => receipt)), new Set([vote.vote.receipt]));
    assert.equal(sent.length, 2);
    assert.ok(receiptOf(`round ${status}`)?.saved);
  });
}

test("what the playground refuses is not tried again, and has no receipt", async () => {
  const vote = voteOn("refused");
  answer = () => Response.json({ error: { message: "Both are alike.", next_step: "" } }, { status: 422 });
  await vote.send();
  assert.deepEqual(
    [heard, vote.pending, receiptOf("refused")],
    [["refused: Not saved. Both are alike."], false, undefined],
  );
});
