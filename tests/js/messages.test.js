// Lists of messages as they are pasted, and what servers would refuse in them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { messagesIn } from "../../assets/js/params/editors/pasted.js";
import { repliesMissing } from "../../assets/js/params/editors/replies.js";

const HELLO = { role: "user", content: "hello" };

test("a list, a request body and one message are lists of messages; anything else is none", () => {
  for (const value of [[HELLO], { model: "m", messages: [HELLO] }, HELLO]) {
    assert.deepEqual(messagesIn(value), { messages: [HELLO], changes: [] });
  }
  for (const value of [null, 1, "hello", {}, [1], [{ content: "no role" }]]) {
    assert.equal(messagesIn(value), null);
  }
});

test("other names of a role become today's, and each is told", () => {
  const { messages, changes } = messagesIn([{ role: "human", content: "hi" }, HELLO]) ?? {};
  assert.deepEqual(messages, [{ role: "user", content: "hi" }, HELLO]);
  assert.deepEqual(changes, ["message 1: the role human is user here."]);
});

test("a function_call becomes a tool call, and its result is put to it", () => {
  const old = [
    { role: "assistant", content: null, function_call: { name: "add", arguments: "{}" } },
    { role: "function", name: "add", content: "3" },
  ];
  const { messages = [], changes } = messagesIn(old) ?? {};
  assert.equal(messages[0].tool_calls[0].id, "call_1");
  assert.deepEqual(messages[1], { role: "tool", tool_call_id: "call_1", content: "3" });
  assert.equal(changes?.length, 2);
  assert.deepEqual(repliesMissing(messages), ["", ""]);
});

test("a call without a result and a result without a call are each told beside the message", () => {
  const call = { role: "assistant", tool_calls: [{ id: "a" }, { id: "b" }] };
  const reply = (/** @type {string} */ id) => ({ role: "tool", tool_call_id: id, content: "" });
  assert.deepEqual(repliesMissing([call, reply("a"), reply("b")]), ["", "", ""]);
  assert.match(repliesMissing([call, reply("a"), HELLO])[0], /behind it: b\.$/);
  assert.match(repliesMissing([HELLO, reply("a")])[1], /answers no call/);
});
