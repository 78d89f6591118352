// Work that grows gets a share of the time only, and is never left undone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { after } from "../../assets/js/core/later.js";
import { Throttle } from "../../assets/js/core/throttle.js";

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test("of 60 pieces that come at once a few are read, and the last one is", async () => {
  const throttle = new Throttle();
  /** @type {number[]} */
  const seen = [];
  const read = (/** @type {number} */ piece) => {
    const until = performance.now() + 5;
    while (performance.now() < until);
    seen.push(piece);
  };
  for (let piece = 0; piece < 60; piece += 1) {
    throttle.run(() => read(piece));
    await pause(5);
  }
  throttle.settle();
  assert.ok(seen.length < 15, String(seen));
  assert.equal(seen.at(-1), 59);
});

test("what is asked for again within its pause is done once", async () => {
  let done = 0;
  const later = after(5, () => {
    done += 1;
  });
  later.soon();
  later.soon();
  assert.equal(later.pending, true);
  while (later.pending) await pause(1);
  assert.equal(done, 1);
});

test("it can be done at once, or not at all", () => {
  const later = after(1000, () => "done");
  later.soon();
  assert.equal(later.now(), "done");
  assert.equal(later.pending, false);
  later.soon();
  later.drop();
  assert.equal(later.pending, false);
});
