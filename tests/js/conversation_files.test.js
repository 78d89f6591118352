// Conversations as files: our own forms, and those of other programs, read without losing what they share.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fileOf } from "../../assets/js/conversations/files.js";
import { conversationsIn } from "../../assets/js/conversations/reading.js";

/** @import { Turn } from "../../assets/js/types" */

const KEY = `hf_${"a1".repeat(17)}`;
const ABOUT = {
  id: "1",
  revision: "r",
  title: "On red fruit: a list",
  created_at: "2026-01-02T03:04:05.000Z",
  updated_at: "2026-01-02T03:04:05.000Z",
};
const SAID = {
  instruction: { role: "system", content: "Be brief." },
  turns: [
    { role: "user", content: `Name one. My key is ${KEY}, or typed-here.` },
    { role: "assistant", content: "An apple." },
    { role: "user", content: "Another?" },
  ],
};
const spoken = (/** @type {Turn[]} */ turns) => turns.map(({ role, content }) => [role, content]);

test("JSON comes back as it was, without keys", () => {
  const { name, text, notes } = fileOf([{ ...ABOUT, ...SAID }], "json", ["typed-here", "a"]);
  assert.equal(name, "on-red-fruit-a-list.json");
  assert.deepEqual(notes, ["Taken out: 2 keys."]);
  const { found, left } = conversationsIn(name, text);
  assert.deepEqual(left, []);
  assert.equal(found[0].turns[0].content, "Name one. My key is [key], or [key].");
  assert.deepEqual([found[0].title, found[0].instruction], [ABOUT.title, SAID.instruction]);
});

test("Markdown is to read, a line of messages to train on: up to the last answer", () => {
  const all = [
    { ...ABOUT, ...SAID },
    { ...ABOUT, instruction: null, turns: [SAID.turns[2]] },
  ];
  assert.match(fileOf(all, "md").text, /^# On red fruit: a list\n\n2026-01-02 03:04 UTC\n\n## System prompt/);
  const { text, notes } = fileOf(all, "jsonl");
  assert.deepEqual(notes, ["Not in it: 1 without an answer.", "Taken out: a key."]);
  const { messages } = JSON.parse(text);
  assert.deepEqual(
    messages.map((/** @type {Turn} */ { role }) => role),
    ["system", "user", "assistant"],
  );
  const { found } = conversationsIn("a.jsonl", text + text);
  assert.deepEqual([found.length, found[1].turns[1].content], [2, "An apple."]);
});

const node = (/** @type {string | null} */ parent, /** @type {any} */ message) => ({
  parent,
  children: [],
  message,
});
const from = (/** @type {string} */ role, /** @type {any} */ content, metadata = {}) => ({
  author: { role },
  content,
  metadata,
});
const text = (/** @type {string[]} */ ...parts) => ({ content_type: "text", parts });
const CHATGPT = {
  conversation_id: "c",
  title: "Fruit",
  create_time: 1_700_000_000.5,
  update_time: 1_700_000_100,
  current_node: "d",
  mapping: {
    root: node(null, null),
    a: node("root", from("system", text(""))),
    b: node(
      "a",
      from("user", { content_type: "multimodal_text", parts: [{ asset_pointer: "x" }, "Which?"] }),
    ),
    left: node("b", from("assistant", text("A pear."))),
    c: node("b", from("assistant", { content_type: "thoughts", thoughts: [] })),
    t: node("c", from("tool", text("looked up"))),
    d: node("t", from("assistant", text("An apple."), { model_slug: "gpt-x" })),
  },
};

test("ChatGPT's export is read along the branch that was gone on with", () => {
  const { found, left } = conversationsIn("conversations.json", JSON.stringify([CHATGPT, { mapping: {} }]));
  const [{ title, turns, created_at }] = found;
  assert.deepEqual(spoken(turns), [
    ["user", "Which?"],
    ["assistant", "An apple."],
  ]);
  assert.deepEqual(
    [title, created_at, turns[1].answer?.asked?.model],
    ["Fruit", "2023-11-14T22:13:20.500Z", "gpt-x"],
  );
  assert.deepEqual(left, [
    "conversations.json, entry 2: nothing is said in it.",
    "conversations.json: 2 pictures, files or steps of its own tools are not in it.",
  ]);
});

test("Open WebUI's export: its system prompt, pictures and thoughts", () => {
  const url = "data:image/png;base64,AAAA";
  const messages = {
    a: {
      id: "a",
      parentId: null,
      role: "user",
      content: "What?",
      files: [{ type: "image", url }, { type: "file" }],
    },
    x: { id: "x", parentId: "a", role: "assistant", content: "No." },
    b: {
      id: "b",
      parentId: "a",
      role: "assistant",
      model: "llama",
      content:
        '<details type="reasoning" done="true">\n<summary>Thought</summary>\n> Hm.\n</details>\nA dot.',
    },
  };
  const chat = { title: "Dots", params: { system: "Be brief." }, history: { messages, currentId: "b" } };
  const entry = { id: "o", chat, created_at: 1_700_000_000, updated_at: 1_700_000_000, pinned: true };
  const { found, left } = conversationsIn("chats.json", JSON.stringify([entry]));
  const [{ instruction, turns, pinned }] = found;
  assert.deepEqual([instruction?.content, pinned], ["Be brief.", true]);
  assert.deepEqual(turns[0].content, [
    { type: "text", text: "What?" },
    { type: "image_url", image_url: { url } },
  ]);
  assert.deepEqual([turns[1].content, turns[1].answer?.reasoning], ["A dot.", "Hm."]);
  assert.match(left[0], /1 pictures, files/);
});

test("a project of HuggingFace's playground, also as the string that it shares", () => {
  const messages = [
    { role: "user", content: "Grüße", images: ["key"] },
    { role: "assistant", content: "Hallo" },
  ];
  const one = {
    id: 3,
    modelId: "org/m",
    config: { temperature: 0.5, x: 1 },
    messages,
    createdAt: "2025-01-01",
  };
  const project = JSON.stringify({ name: "P", conversations: [one] });
  const bytes = String.fromCharCode(...new TextEncoder().encode(project));
  for (const file of [project, btoa(bytes), btoa(encodeURIComponent(project))]) {
    const { found, left } = conversationsIn("project", file);
    const { asked } = found[0].turns[1].answer ?? {};
    assert.deepEqual([asked?.model, asked?.parameters], ["huggingface/org/m", { temperature: 0.5 }]);
    assert.deepEqual(spoken(found[0].turns), [
      ["user", "Grüße"],
      ["assistant", "Hallo"],
    ]);
    assert.equal(left.length, 1);
  }
});

test("what cannot be read is named by its line or entry, and keeps nothing else from being read", () => {
  const line = '{"messages": [{"role": "user", "content": "Hi"}]}';
  assert.deepEqual(conversationsIn("a.jsonl", `${line}\n{\n${line}`).found.length, 2);
  assert.match(conversationsIn("a.jsonl", `${line}\n{\n${line}`).left[0], /^a.jsonl, line 2: not JSON/);
  assert.match(conversationsIn("a.json", '{\n"a": ]').left[0], /^a.json, line 2: not JSON/);
  assert.match(conversationsIn("a.json", "").left[0], /^a.json, line 1/);
  assert.match(
    conversationsIn("a.json", '[{"title": "T"}, 3]').left.join(),
    /entry 1 \(T\): it is no .*entry 2: it is no/,
  );
  assert.match(conversationsIn("a.json", '{"messages": [{"content": 1}]}').left[0], /message 1 has no role/);
  const other = conversationsIn("a.json", '{"parameter_playground_conversations": 9, "conversations": []}');
  assert.match(other.left[0], /another version of this page \(9/);
});
