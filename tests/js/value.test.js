// A conversation as it is kept: what goes, what comes back, and what a list says of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Sheet } from "../../assets/js/conversations/sheet.js";
import { keptOf, messagesOf, titleOf, wordsIn } from "../../assets/js/conversations/value.js";

/** @import { Answer, Turn } from "../../assets/js/types" */

const PICTURE = `data:image/png;base64,${"A".repeat(400)}`;
/** @type {Turn} */
const ASKED = {
  role: "user",
  content: [
    { type: "text", text: "What is  this?\nSay it." },
    { type: "image_url", image_url: { url: PICTURE } },
  ],
};

/**
 * @param {string} id
 * @param {object[]} messages
 */
const answer = (id, messages) =>
  /** @type {Answer} */ ({
    id,
    text: "A line.",
    reasoning: "",
    tool_calls: [],
    logprobs: Array.from({ length: 500 }, () => ["a", -1, []]),
    report: [],
    body: { model: "m", temperature: 0.5, messages },
    ended: "done",
    attachments: [],
    asked: { model: "m", base_url: "", flavour: "", parameters: {}, extra_body: {}, second: {} },
  });

test("what is kept comes back whole: pictures from their marks, each request with its messages", () => {
  const instruction = { role: "system", content: "Be brief." };
  const first = {
    role: "assistant",
    content: "A line.",
    answer: answer("1", [instruction, { role: "user" }]),
  };
  const turns = [ASKED, first, { role: "user", content: "Why?" }];
  const sheet = new Sheet();
  const light = sheet.light(keptOf({ instruction, turns }));
  assert.ok(!JSON.stringify(light).includes(PICTURE));
  const { kept, all } = sheet.laid(light, "r");
  assert.deepEqual([all.length, all[0].data, kept.head.model], [1, PICTURE, "m"]);
  const other = new Sheet();
  other.know(all);
  const back = other.heavy(kept.body);
  assert.deepEqual(messagesOf(back), messagesOf({ instruction, turns }));
  assert.equal(back.turns[1].answer?.logprobs.length, 400);
  assert.deepEqual(back.turns[1].answer?.body.messages[0], instruction);
  assert.match(JSON.stringify(back.turns[1].answer?.body.messages[1]), /400 characters/);
});

test("a picture that is gone is told as lost", () => {
  const sheet = new Sheet();
  const light = sheet.light({ instruction: null, turns: [ASKED] });
  const [{ content }] = new Sheet().heavy(light).turns;
  assert.equal(content[1].image_url.url, "lost");
});

test("a title is the beginning of what was asked, and all words are searched", () => {
  const turns = [ASKED, { role: "assistant", content: "Ein ÄPFEL" }];
  assert.equal(titleOf({ instruction: null, turns }), "What is this? Say it.");
  const long = titleOf({ instruction: null, turns: [{ role: "user", content: "word ".repeat(40) }] });
  assert.ok(long.length <= 61 && long.endsWith("word\u2026"));
  assert.match(wordsIn({ instruction: { role: "system", content: "Brief" }, turns }), /brief.*äpfel/s);
});
