// Conversations as files: our own forms, and those of other programs, read without losing what they share.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fileOf } from "../../assets/js/conversations/files.js";
import { conversationsIn, newcomers, tooLarge } from "../../assets/js/conversations/reading.js";

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
    "conversations.json: a message of a side branch is not in it.",
  ]);
});

test("a tree that bites its own tail ends", () => {
  const mapping = {
    a: node("b", from("user", text("Which?"))),
    b: node("a", from("assistant", text("This."))),
  };
  const messages = {
    a: { role: "user", content: "Which?", parentId: "b" },
    b: { role: "assistant", content: "This.", parentId: "a" },
  };
  const file = JSON.stringify([{ mapping, current_node: "b" }, { chat: { history: { messages } } }]);
  const { found, left } = conversationsIn("a.json", file);
  const both = [
    ["user", "Which?"],
    ["assistant", "This."],
  ];
  assert.deepEqual([found.map(({ turns }) => spoken(turns)), left], [[both, both], []]);
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
  assert.match(left[1], /a message of a side branch is not in it/);
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
  const many = conversationsIn("a.json", JSON.stringify([...Array(9).keys()])).left;
  assert.deepEqual([many.length, many[5]], [6, "And 4 more like these."]);
  assert.match(conversationsIn("a.json", '{"messages": [{"content": 1}]}').left[0], /message 1 has no role/);
  const other = conversationsIn("a.json", '{"parameter_playground_conversations": 9, "conversations": []}');
  assert.match(other.left[0], /another version of this page \(9/);
});

const own = (/** @type {any[]} */ ...conversations) =>
  JSON.stringify({ parameter_playground_conversations: 1, conversations });
const asked = { role: "user", content: "Hi" };

test("an answer, a pair or a branch that is none is left out, and what was said stays", () => {
  const nonsense = {
    asked: 5,
    evidence: 5,
    report: [1, null],
    logprobs: [1, ["a", 0, 5]],
    others: [5, { text: 1 }],
  };
  const more = { tool_calls: [3], attachments: [7], body: 5, usage: 3, ended: {}, error: "x", verdict: {} };
  const answer = { text: "Yes.", settings: "x", ...nonsense, ...more };
  const pairs = [
    5,
    { sides: "xx" },
    { round_id: "1", sides: [1, null] },
    { round_id: "1", sides: [answer, null] },
  ];
  for (const pair of pairs) {
    const said = { role: "assistant", content: "Yes.", answer, pair, beside: [1, null], branch: [3] };
    const { found, left } = conversationsIn("a.json", own({ title: "T", turns: [asked, said] }));
    const empty = { id: null, body: null, ended: "done", text: "Yes.", reasoning: "" };
    const lists = { tool_calls: [], logprobs: [], report: [], attachments: [] };
    const other = { ...empty, ...lists, text: "" };
    const kept = {
      ...asked,
      role: "assistant",
      content: "Yes.",
      answer: { ...empty, ...lists, others: [other] },
    };
    assert.deepEqual([found[0].turns, left], [[asked, { ...kept, beside: [] }], []]);
    assert.match(fileOf(found, "md").text, /Yes\./);
  }
});

test("a message that is none is named, and so is what is nested without end; a title has an end", () => {
  const say = (/** @type {any} */ turn) =>
    conversationsIn("a.json", own({ title: "T", turns: [asked, turn] })).left[0];
  assert.match(say({ role: "user", content: { a: 1 } }), /entry 1 \(T\): message 2 has no content/);
  assert.match(say({ role: "user", content: [null] }), /message 2 has no content/);
  assert.match(say({ role: "assistant", content: null, tool_calls: "x" }), /message 2 has calls/);
  const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
  const file = own(
    { title: "T".repeat(500_000), turns: [asked] },
    { id: "d", revision: "1", title: "D", turns: [asked], x: "DEEP" },
  );
  const { found, left } = conversationsIn(
    "a.json",
    file.replace('"x":"DEEP"', `"instruction":{"role":"system","y":${deep}}`),
  );
  assert.deepEqual([found.length, found[0].title.length], [1, 120]);
  assert.match(left[0], /nested too deeply/);
});

test("what is here already stays, twice is once, and two under one id are two", () => {
  const line = `${JSON.stringify({ messages: [asked] })}\n`;
  const [one, ...again] = conversationsIn("a.jsonl", line.repeat(3)).found;
  assert.deepEqual(newcomers([one, ...again], new Map()), [one]);
  const first = { ...ABOUT, ...SAID };
  const changed = { ...first, revision: "s" };
  const both = newcomers([first, changed], new Map());
  assert.deepEqual(
    both.map(({ id }) => id),
    ["1", "1#s"],
  );
  const here = new Map(both.map(({ id, revision }) => [id, revision]));
  assert.deepEqual(newcomers([first, changed], here), []);
  const nameless = (/** @type {string} */ content) => ({
    chat: { history: { messages: { a: { role: "user", content } } } },
  });
  const { found } = conversationsIn("a.json", JSON.stringify([nameless("one"), nameless("two")]));
  assert.equal(newcomers(found, new Map()).length, 2);
});

test("a file beyond what is read says so on its way out, and in", () => {
  assert.equal(tooLarge("a.json", 200e6), "");
  assert.match(tooLarge("a.json", 200e6 + 1), /^a\.json is larger than 200 MB/);
});
