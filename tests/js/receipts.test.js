// Receipts as the page spells them; tests/votes/test_receipt.py reads the same one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawReceipt, spelled } from "../../assets/js/votes/receipts.js";

test("27 values and a check are seven groups of four", () => {
  const drawn = [...Array(27).keys()].map((at) => (at % 2 ? Math.ceil(at / 2) : 0));
  assert.equal(spelled(drawn), "0102-0304-0506-0708-090A-0B0C-0D0H");
});

test("no two are alike, and each can be told from its check", () => {
  const all = new Set(Array.from({ length: 500 }, drawReceipt));
  assert.equal(all.size, 500);
  for (const receipt of all) assert.match(receipt, /^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
});
