// What goes over the line to the page's own server, and what is made of its words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { keysHeader, readFrames, reasons } from "../../assets/js/core/api.js";

test("keys go into a header in ASCII, and no key into none", () => {
  assert.deepEqual(keysHeader({}), {});
  const { "x-provider-keys": header } = keysHeader({ server: "schl\u00fcssel" });
  assert.match(header, /^[ -~]+$/);
  assert.deepEqual(JSON.parse(header), { server: "schl\u00fcssel" });
});

test("lines are read whole, however they are cut", async () => {
  const bytes = new TextEncoder().encode('[1]\n["\u00e9"]\n\n[2]\n');
  for (let size = 1; size <= bytes.length; size += 1) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.slice(i * size, (i + 1) * size),
    );
    /** @type {unknown[]} */
    const frames = [];
    await readFrames(new Response(new Blob(pieces).stream()), (frame) => frames.push(frame));
    assert.deepEqual(frames, [[1], ["\u00e9"], [2]]);
  }
});

test("a refusal says all its problems, else its message, else where to look", () => {
  const problems = [{ text: "One." }, { text: "Two." }];
  assert.equal(reasons({ status: 422, data: { problems, message: "no" } }), "One. Two.");
  assert.equal(reasons({ status: 400, data: { message: "no" } }), "no");
  assert.match(reasons({ status: 500, data: null }), /failed \(500\); its log/);
});
