// The secret of this browser, where it keeps nothing, and where its cookie is cleared.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sessionHeader } from "../../assets/js/core/session.js";

/** @type {Map<string, string>} */
const cookies = new Map();
const document = {
  get cookie() {
    return [...cookies].map((pair) => pair.join("=")).join("; ");
  },
  set cookie(/** @type {string} */ text) {
    const [name, value] = text.split(";")[0].split("=");
    cookies.set(name, value);
  },
};
const localStorage = {
  getItem() {
    throw new Error("nothing may be kept");
  },
  setItem() {
    throw new Error("nothing may be kept");
  },
};
Object.assign(globalThis, { document, location: { protocol: "http:" } });
Object.defineProperty(globalThis, "localStorage", { value: localStorage });

test("a browser that keeps nothing but cookies is the same after a reload", () => {
  cookies.set("other", "1").set("playground-session", "of-before");
  assert.deepEqual(sessionHeader(), { "x-playground-session": "of-before" });
});

test("a cookie that was cleared is set again", () => {
  cookies.clear();
  assert.deepEqual(sessionHeader(), { "x-playground-session": "of-before" });
  assert.equal(cookies.get("playground-session"), "of-before");
});
