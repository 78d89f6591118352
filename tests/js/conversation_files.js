// What a conversation file makes of the requests on stdin, as JSON: tests/share/test_conversation_files.py compares.

import { fileOf } from "../../assets/js/conversations/files.js";
import { answerFrom } from "../../assets/js/conversations/foreign.js";
import { conversationsIn } from "../../assets/js/conversations/reading.js";
import { keptOf, requestOf } from "../../assets/js/conversations/value.js";

/** @import { Asked, Turn } from "../../assets/js/types" */

let text = "";
for await (const piece of process.stdin) text += piece;
/** @type {(Asked & {messages: Turn[]})[]} */
const requests = JSON.parse(text);
const now = new Date().toISOString();
const about = { title: "Title", created_at: now, updated_at: now, revision: "1" };
const all = requests.map(({ messages, ...asked }, id) => {
  const answer = { ...answerFrom("a test", "Yes.", "m"), asked };
  const turns = [...messages, { role: "assistant", content: "Yes.", answer }];
  return { ...about, id: String(id), ...keptOf({ instruction: null, turns }) };
});
const { found, left } = conversationsIn("file", fileOf(all, "json").text);
process.stdout.write(JSON.stringify({ left, requests: found.map(requestOf) }));
