// What the name of a model says, and how a list shows one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PROVIDERS } from "../../assets/js/contract.js";
import { age, dollars, ORDERS, takenText, thousands } from "../../assets/js/models/listing.js";
import { BEGINNINGS, isPrefixed, isWhole, listedAt } from "../../assets/js/models/providers.js";

test("each provider is a beginning, and known by it", () => {
  assert.deepEqual(BEGINNINGS, ["embedded", "huggingface/", "openrouter/", "server/"]);
  for (const provider of PROVIDERS.slice(1)) assert.equal(listedAt(`${provider}/a`), provider);
  assert.equal(listedAt("embedded"), undefined);
  assert.equal(listedAt("servers/a"), undefined);
});

test("half a name says nobody", () => {
  for (const whole of ["embedded", " embedded ", "embedded/x", "server/x", "openrouter/a/b"]) {
    assert.equal(isWhole(whole), true, whole);
  }
  for (const half of ["", "embed", "server", "server/", "gpt-4o", "huggingface/"]) {
    assert.equal(isWhole(half), false, half);
  }
  assert.equal(isPrefixed("server"), true);
  assert.equal(isPrefixed("meta-llama/x"), false);
});

test("prices, sizes and ages are short, and unknown is said", () => {
  assert.deepEqual([null, 0, 0.123, 3].map(dollars), ["?", "free", "$0.12", "$3.00"]);
  assert.deepEqual([null, 999, 8192, 1_048_576].map(thousands), ["?", "999", "8k", "1.0M"]);
  const ages = ["", "just now", "2 minutes ago", "2 hours ago", "2 days ago"];
  assert.deepEqual([null, 1, 120, 7200, 172_800].map(age), ages);
});

/** @param {Partial<import("../../assets/js/models/listing.js").Listed>} model */
const listed = (model) => ({
  id: "a",
  name: "a",
  context: null,
  price_in: null,
  price_out: null,
  takes: [],
  lacks: [],
  ...model,
});

test("what a model takes is told as far as it is known", () => {
  const all = ["a", "b", "c"];
  assert.equal(takenText(listed({}), 3), "unknown");
  assert.equal(takenText(listed({ takes: all }), 3), "all");
  assert.equal(takenText(listed({ takes: ["a"] }), 3), "1 known, rest unknown");
  assert.equal(takenText(listed({ takes: ["a"], lacks: ["b", "c"] }), 3), "1 of 3");
  assert.equal(takenText(listed({ takes: ["a"], lacks: ["b"] }), 3), "1 known, 1 not, rest unknown");
});

test("an unknown price is no cheap one, and an unknown context no long one", () => {
  const models = [listed({ id: "unknown" }), listed({ id: "known", price_out: 9, context: 1 })];
  for (const order of ["cheapest", "longest context"]) {
    assert.equal(models.toSorted(ORDERS[order] ?? undefined)[0].id, "known");
  }
});
