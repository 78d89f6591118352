// The turns of a conversation, and the system prompt that stands before them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { conversation } from "../../assets/js/chat/conversation.js";

test("a system prompt in parts is the one of the field, and no second one is made", () => {
  const parts = [{ type: "text", text: "A" }];
  conversation.replace([
    { role: "system", content: parts },
    { role: "user", content: "Hi" },
  ]);
  assert.deepEqual(conversation.messages()[0], { role: "system", content: parts });
  conversation.instruct("B");
  assert.deepEqual(conversation.messages(), [
    { role: "system", content: "B" },
    { role: "user", content: "Hi" },
  ]);
  conversation.instruct("");
});
