// Pictures in messages: told from words, named, left out where they need not go; and files known by their beginning.

import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOf, notTaken } from "../../assets/js/chat/picture_file.js";
import * as pictures from "../../assets/js/core/pictures.js";
import { messagesIn } from "../../assets/js/params/editors/pasted.js";
import { ShortData } from "../../assets/js/params/editors/short_data.js";

const LARGE = `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${"A".repeat(4000)}`;
const PICTURE = { type: "image_url", image_url: { url: LARGE } };
const MESSAGES = [{ role: "user", content: [{ type: "text", text: "data: what is it?" }, PICTURE] }];
const bytes = (/** @type {string} */ text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test("words and pictures are taken apart and put together again", () => {
  const [{ content }] = MESSAGES;
  const [words, things] = [pictures.wordsOf(content), pictures.thingsOf(content)];
  assert.deepEqual([words, things], ["data: what is it?", [PICTURE]]);
  assert.deepEqual(pictures.contentOf(words, things), content);
  assert.equal(pictures.contentOf("alone", []), "alone");
  assert.deepEqual(pictures.contentOf(" ", things), things);
  assert.deepEqual([pictures.wordsOf(null), pictures.thingsOf("text")], ["", []]);
});

test("only pictures that hold no script are shown, and from memory alone", () => {
  const urls = [
    "data:image/svg+xml;base64,AAAA",
    "https://host/a.png",
    "data:text/html,x",
    "lost",
    1,
    undefined,
  ];
  assert.deepEqual(
    urls.map(pictures.isShowable),
    urls.map(() => false),
  );
  assert.equal(pictures.isShowable(LARGE), true);
});

test("what is judged has the beginning of a picture, what is shown its length, and neither the picture", () => {
  const judged = pictures.judgeable(MESSAGES);
  assert.equal(judged[0].content[1].image_url.url, LARGE.slice(0, LARGE.indexOf(",") + 25));
  const named = pictures.named(MESSAGES);
  assert.equal(named[0].content[1].image_url.url, "data:image/png;base64,\u2026 (4,024 characters)");
  assert.deepEqual([pictures.dataLength(MESSAGES), pictures.dataLength(named)], [LARGE.length, 0]);
});

test("in an editor a picture has a short name that stands for it", () => {
  const short = new ShortData();
  const text = JSON.stringify(short.shorten([MESSAGES, MESSAGES]));
  assert.ok(text.length < 500 && text.includes("number 1, 3 KB"));
  assert.deepEqual(short.restore(JSON.parse(text)), [MESSAGES, MESSAGES]);
});

test("a file is what it begins like, and not what it is called", () => {
  const kinds = ["\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe0", "RIFF\n\0\0\0WEBP", "GIF89a", "hello", ""];
  const names = ["image/png", "image/jpeg", "image/webp", "image/gif", "", ""];
  assert.deepEqual(
    kinds.map((head) => kindOf(bytes(head))),
    names,
  );
  assert.match(notTaken("a.png", bytes("<?xml?><SVG>")), /^a\.png is an SVG, which may hold scripts/);
  assert.match(notTaken("a.jpg", bytes("\0\0\0\x18ftypheic")), /HEIC or AVIF/);
  assert.match(notTaken("a.png", bytes("hello")), /no picture, whatever its name/);
});

test("parts of other forms become those of chat completions, each told; an address is told too", () => {
  const pasted = [
    { type: "input_text", text: "Hi" },
    { type: "input_image", image_url: LARGE },
    { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
    { type: "image_url", image_url: { url: "https://host/a.png" } },
    { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
  ];
  const { messages = [], changes = [] } = messagesIn([{ role: "user", content: pasted }]) ?? {};
  const [text, picture, other, there, sound] = messages[0].content;
  assert.deepEqual([text, picture], [{ type: "text", text: "Hi" }, PICTURE]);
  assert.equal(other.image_url.url, "data:image/png;base64,AAAA");
  assert.deepEqual([there, sound], [pasted[3], pasted[4]]);
  assert.equal(changes.length, 4);
  assert.match(changes[3], /^message 1: part 4 is a picture at an address/);
});
