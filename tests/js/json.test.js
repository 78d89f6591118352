// JSON as it is typed, and as it grows in an answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { partialJson } from "../../assets/js/chat/partial_json.js";
import { DEEPEST } from "../../assets/js/contract.js";
import { readJson } from "../../assets/js/core/json.js";

const GROWING = [
  '{"name": "A\\"da\\u00e9", "n": [1, -2.5e+22, true, null, {"x": "\\\\"}], "o": {}, "t": "a,b:c{", "z": false}',
  '[{"a": 1}, {"b": []}, "x", [[]]]',
  '```json\n{"a": {"b": "c"}}\n```',
];

test("cut after any letter behind its first bracket, a text has a value; the whole has its own", () => {
  for (const text of GROWING) {
    for (let end = text.search(/[[{]/) + 1; end <= text.length; end += 1) {
      assert.ok(partialJson(text.slice(0, end)).has, text.slice(0, end));
    }
    const bare = text.replaceAll(/^```json|```$/g, "");
    const { value, whole, text: laidOut } = partialJson(text);
    assert.equal(whole, true);
    assert.deepEqual(value, JSON.parse(bare));
    assert.equal(laidOut, JSON.stringify(JSON.parse(bare), null, 2));
  }
});

test("numbers keep the digits that came", () => {
  assert.equal(partialJson("[12345678901234567890, 1.0").text, "[\n  12345678901234567890,\n  1.0\n]");
});

test("prose means nothing", () => {
  assert.equal(partialJson("The capital is").has, false);
});

/** @param {number} levels */
const nested = (levels) => "[".repeat(levels) + "]".repeat(levels);

for (const [text, why] of [
  ['{\n"a": }', /not JSON yet/],
  ["1e999", /too large/],
  ["[9007199254740993]", /cannot keep exactly/],
  [nested(DEEPEST + 2), /nested too deeply/],
]) {
  test(`${text} is refused in words`, () => {
    assert.match(readJson(String(text)).problem ?? "", /** @type {RegExp} */ (why));
  });
}

test("what is wrong has its line", () => {
  assert.equal(readJson('{\n"a": }').line, 2);
});

test("a value arrives as it was typed", () => {
  assert.deepEqual(readJson('{"a": [1, null]}'), { value: { a: [1, null] } });
  assert.equal(readJson(nested(DEEPEST)).problem, undefined);
});
