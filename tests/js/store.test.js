// What the store promises to the views: they hear of each change once, and read what was set.

import assert from "node:assert/strict";
import { test } from "node:test";
import { store } from "../../assets/js/core/store.js";

test("a change of a value is told with its name and by whom", () => {
  /** @type {unknown[]} */
  const heard = [];
  const off = store.on("value", ({ name, by }) => heard.push([name, by]));
  store.declare("temperature", 0.7);
  store.set("temperature", 1, { by: "slider" });
  off();
  store.set("temperature", 2);
  assert.deepEqual(heard, [
    ["temperature", "declared"],
    ["temperature", "slider"],
  ]);
  assert.equal(store.value("temperature"), 2);
});

test("a row within a parameter becomes a name within its value", () => {
  store.declare("pref_params.temperature", 1.3);
  store.declare("pref_params.top_p", undefined);
  store.declare("messages", [{ role: "user", content: "hi" }]);
  store.declare("extra_body", { debug: true });
  assert.deepEqual(store.parameters, { temperature: 2, pref_params: { temperature: 1.3 } });
  const { parameters, extra_body, second, messages } = store.request([]);
  assert.deepEqual([parameters, extra_body, second, messages], [store.parameters, { debug: true }, {}, []]);
});

test("what cannot be read is no value, until it is mended", () => {
  store.set("temperature", undefined, { unreadable: "not a number" });
  assert.equal(store.unreadable("temperature"), "not a number");
  assert.equal("temperature" in store.parameters, false);
  store.set("temperature", 1);
  assert.equal(store.unreadable("temperature"), "");
});

test("a problem stands at each row of its parameter, and goes with the value that it was about", () => {
  store.setProblems([
    { parameter: "pref_params", text: "One." },
    { parameter: "pref_params", text: "Two." },
    { parameter: "temperature", text: "Hot.", nearest: 2 },
    { parameter: "max_tokens", text: "None.", nearest: null },
  ]);
  assert.equal(store.nearest("temperature"), 2);
  assert.equal(store.nearest("max_tokens"), undefined);
  assert.equal(store.nearest("pref_params.top_p"), undefined);
  assert.equal(store.problem("pref_params.top_p"), "One. Two.");
  store.set("pref_params.top_p", 0.5);
  assert.equal(store.problem("pref_params.top_p"), "");
  assert.equal(store.problem("pref_params.temperature"), "One. Two.");
});

test("what an answer has shown holds no more once another model or server is chosen", () => {
  /** @type {unknown[]} */
  const heard = [];
  const off = store.on("evidence", (shown) => heard.push(shown));
  store.setTarget({ mode: "open" });
  store.setTarget({ model: "openrouter/a/b" });
  off();
  assert.deepEqual(heard, [null]);
});

test("the kind of a server is forgotten with its address, and kept with its model", () => {
  store.setTarget({ base_url: "http://one/v1", flavour: "vllm" });
  store.setTarget({ model: "other" });
  assert.equal(store.target.flavour, "vllm");
  assert.equal(store.provider, "server");
  store.setTarget({ base_url: "http://two/v1" });
  assert.equal(store.target.flavour, "");
});

test("all but the conversation is set at once, and the rest unset", () => {
  store.setAll({ pref_params: { top_p: 0.1 } });
  assert.deepEqual(store.parameters, { pref_params: { top_p: 0.1 } });
  assert.deepEqual(store.value("messages"), [{ role: "user", content: "hi" }]);
});

test("an empty key is none", () => {
  store.setKey("openrouter", "sk");
  store.setKey("huggingface", "");
  assert.deepEqual(store.keys, { openrouter: "sk" });
  store.setKey("openrouter", "");
  assert.deepEqual(store.keys, {});
});

test("being busy is told when it begins and ends, and not again", () => {
  /** @type {boolean[]} */
  const heard = [];
  const off = store.on("busy", (busy) => heard.push(busy));
  for (const busy of [true, true, false, false]) store.setBusy(busy);
  off();
  assert.deepEqual(heard, [true, false]);
});

test("what is said of a model with a fault is said of it at its server alone", () => {
  const said = "This server is built to drop temperature.";
  store.setTarget({ model: "a", base_url: "http://127.0.0.1:1/v1" });
  store.setBuilt("http://127.0.0.1:1/v1", { a: said });
  assert.equal(store.built, said);
  for (const other of ["b", "constructor"]) {
    store.setTarget({ model: other });
    assert.equal(store.built, "", other);
  }
  store.setTarget({ model: "a", base_url: "http://127.0.0.1:2/v1" });
  assert.equal(store.built, "");
});
