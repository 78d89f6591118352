// The word at the end of a row, and the sentence of the dial.

import assert from "node:assert/strict";
import { test } from "node:test";
import { oneIn } from "../../assets/js/params/dial.js";
import { chip, inWords, truths } from "../../assets/js/params/effects.js";

/** @import { Answering, Evidence, ReportLine } from "../../assets/js/types" */

const KNOWN = { name: "seed", given: true };

/** @param {string} state @returns {ReportLine} */
const line = (state) => ({ parameter: "seed", state, value: 1, why: "", wire: { seed: 1 } });

/**
 * @param {[set: Answering, sent: Answering, accepted: Answering, effect: Answering]} states
 * @returns {Evidence}
 */
function evidence([set, sent, accepted, effect], dropped = false) {
  const truth = (/** @type {Answering} */ state) => ({ state, why: `${state}.` });
  return { set: truth(set), sent: truth(sent), accepted: truth(accepted), effect: truth(effect), dropped };
}

for (const [word, known] of /** @type {[string, object][]} */ ([
  ["set", {}],
  ["unset", { given: false }],
  ["set ?", { support: { answer: "unknown", why: "" } }],
  ["not taken", { support: { answer: "no", why: "" } }],
  ["void", { support: { answer: "void", why: "" }, line: line("sent") }],
  ["void", { given: false, support: { answer: "void", why: "" } }],
  ["refused", { support: { answer: "refused", why: "" }, line: line("encoded") }],
  ["withheld", { support: { answer: "refused", why: "" }, line: line("withheld") }],
  ["withheld", { line: line("withheld") }],
  ["encoded", { line: line("encoded") }],
  ["set", { line: line("sent") }],
  ["effect seen", { evidence: evidence(["yes", "yes", "yes", "yes"]) }],
  ["no effect", { evidence: evidence(["yes", "yes", "yes", "no"]) }],
  ["accepted", { evidence: evidence(["yes", "yes", "yes", "unknown"]) }],
  ["sent", { evidence: evidence(["yes", "yes", "unknown", "unknown"]) }],
  ["refused", { evidence: evidence(["yes", "yes", "no", "unknown"]) }],
  ["dropped", { evidence: evidence(["yes", "yes", "no", "unknown"], true) }],
  ["withheld", { evidence: evidence(["yes", "no", "unknown", "unknown"]) }],
])) {
  test(`a row says "${word}" of ${JSON.stringify(known).slice(0, 60)}`, () => {
    assert.equal(chip({ ...KNOWN, ...known }).word, word);
  });
}

test("the sentences behind the word name each step, and what a probe has found", () => {
  const probe = /** @type {any} */ ({ outcome: "works", at: "2026-01-02T03:04:05Z", why: "It repeats." });
  assert.equal(
    inWords(truths({ ...KNOWN, probe })),
    "set \u2713 Send, and this row tells what became of it.\nprobed \u2713 works, Jan 2, 2026. It repeats.",
  );
  assert.equal(truths({ ...KNOWN, evidence: evidence(["yes", "yes", "yes", "no"]) }).length, 4);
});

test("a verdict of an earlier run of the server is told, and decides nothing", () => {
  const probe = /** @type {any} */ ({
    outcome: "works",
    at: "2026-01-02",
    why: "Yes.",
    holds: false,
    remark: "Old.",
  });
  assert.deepEqual(truths({ ...KNOWN, probe }).at(-1), [
    "probed",
    "unknown",
    "works, Jan 2, 2026. Yes. Old.",
  ]);
});

test("a share is said in the smallest numbers that are near enough", () => {
  const said = { 0.25: "1 in 4", 0.3333: "1 in 3", 0.4: "2 in 5", 0.013: "1.3 in 100" };
  for (const [share, words] of Object.entries(said)) assert.equal(oneIn(Number(share)), words);
});
