// When an answer can go on from another token, and from which.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Branching, branchWords, isText } from "../../assets/js/chat/branching.js";
import { conversation } from "../../assets/js/chat/conversation.js";
import { store } from "../../assets/js/core/store.js";

/** @import { Answer, Turn } from "../../assets/js/types" */

const answer = /** @type {Answer} */ (
  /** @type {unknown} */ ({ id: "1", reasoning: "", logprobs: [], report: [] })
);
/** @type {{takesKeys: boolean | null, asked: [Turn[], number | undefined][]}} */
const chat = { takesKeys: null, asked: [] };
const branching = new Branching(
  /** @type {any} */ ({
    ...chat,
    get takesKeys() {
      return chat.takesKeys;
    },
    goOnWith: (/** @type {Turn[]} */ turns, /** @type {number} */ at) => chat.asked.push([turns, at]),
  }),
);

/** @param {"yes" | "no" | "unknown"} goesOn */
const foresee = (goesOn) =>
  store.setPreview(
    /** @type {any} */ ({ problems: [], continuation: { answer: goesOn, why: `It says ${goesOn}.` } }),
  );

test("the end of an answer, and part of a letter, are no text to go on from", () => {
  for (const piece of ["", "\ufffd", "<|im_end|>", "<\uff5cend\uff5c>"])
    assert.equal(isText(piece), false, piece);
  for (const piece of [" a", "\n", "<b>", "|"]) assert.equal(isText(piece), true, piece);
});

test("a branch says where it left", () => {
  assert.equal(branchWords({ token: 3, piece: " cat", depth: 1 }), "\u201ccat\u201d at token 3");
  assert.match(branchWords({ token: 1, piece: "\n", depth: 2 }), /, 2 branches deep$/);
});

test("only the newest answer takes one, where its server goes on, and one at a time", () => {
  conversation.restore([
    { role: "user", content: "Hi" },
    { role: "assistant", content: "a b", answer },
  ]);
  foresee("yes");
  assert.equal(branching.refusal(answer), "");
  assert.match(branching.refusal({ ...answer, id: "0" }), /Only the newest/);
  assert.match(branching.refusal({ ...answer, reasoning: "hm" }), /thought/);
  chat.takesKeys = false;
  assert.match(branching.refusal(answer), /Of two answers/);
  chat.takesKeys = null;
  store.setBusy(true);
  assert.match(branching.refusal(answer), /still coming/);
  store.setBusy(false);
  foresee("no");
  assert.equal(branching.refusal(answer), "It says no.");
  foresee("unknown");
  assert.deepEqual([branching.refusal(answer), branching.warning], ["", "It says unknown."]);
});

test("it goes on behind the tokens before, and all answers stay beside it", () => {
  const logprobs = /** @type {Answer["logprobs"]} */ ([
    ["a", -1, []],
    [" b", -2, []],
  ]);
  const earlier = /** @type {Answer} */ ({ ...answer, id: "0", text: "z" });
  branching.begin({ ...answer, text: "a b", prefill: "So ", logprobs, others: [earlier], place: 1 }, 1, " c");
  const [[[turn], at]] = chat.asked;
  assert.equal(turn.content, "So a c");
  assert.deepEqual(turn.branch, { token: 2, piece: " c", depth: 1 });
  assert.deepEqual([turn.beside?.map(({ id }) => id), at], [["0", "1"], 1]);
  const deeper = { ...answer, text: "x", logprobs, branch: { token: 4, piece: "c", depth: 1 } };
  branching.begin(/** @type {Answer} */ (deeper), 1, " d");
  assert.deepEqual(chat.asked[1][0][0].branch, { token: 6, piece: " d", depth: 2 });
});
