// The editor of messages: the list as it is sent, any role, any order; in and out as JSON.

import { copyText, el } from "../dom.js";
import { conversation } from "../conversation.js";
import { page } from "../page.js";
import { codeBox, readJson } from "./code.js";
import { closeEditor, editorControl, remarkList, tabs } from "./opening.js";
import { messagesIn } from "./pasted.js";
import { repliesMissing } from "./replies.js";

const ROLES = ["system", "user", "assistant", "tool"];
const KNOWN = ["role", "content", "tool_calls", "tool_call_id", "name"];
const BUSY = "An answer to this list is being written: edit it when that has ended.";
const pretty = (value) => JSON.stringify(value, null, 2);

/** Text as {messages, changes}, or as {wrong} with its line. */
function messagesOf(text) {
  const { value, remark } = readJson(text);
  const read = remark ? null : messagesIn(value);
  return read ?? { wrong: remark ?? { text: 'Write a list like [{"role": "user", "content": "Hello"}].', line: 1 } };
}

class MessagesEditor {
  constructor(messages, onchange) {
    this.onchange = onchange;
    this.list = el("div", { class: "messages" });
    this.json = codeBox({ label: "messages as JSON", placeholder: '[{"role": "user", "content": "Hello"}]', oninput: (text) => this.typed(text) });
    this.said = el("div", { class: "remark-box", role: "status" });
    this.ask = el("button", { type: "button", class: "plain-act", onclick: ask }, "Ask with this list");
    this.views = { list: el("div", { class: "view" }, this.list), json: el("div", { class: "view" }, this.files(), this.json.node) };
    this.tabs = tabs([["list", "Messages"], ["json", "JSON"]], (key) => { for (const [name, node] of Object.entries(this.views)) node.hidden = name !== key; });
    this.node = el("div", { class: "shape" }, this.tabs.node, this.views.list, this.views.json, this.said);
    this.tabs.pick("list");
    this.show(messages ?? []);
  }

  /** Shows a list from outside. While an answer is being written it cannot be changed: the answer belongs behind it. */
  show(messages) {
    this.messages = structuredClone(messages);
    this.held = page.running !== null;
    this.ask.disabled = this.held;
    for (const view of Object.values(this.views)) view.inert = this.held;
    this.said.replaceChildren(...(this.held ? [remarkList([{ text: BUSY }], "note")] : []));
    this.draw();
    this.follow();
  }

  follow() { this.json.set(this.messages.length ? pretty(this.messages) : ""); }

  changed() {
    this.follow();
    this.hint();
    this.onchange(this.messages.length ? structuredClone(this.messages) : undefined);
  }

  /** Replaces all, and says what was put in today's form. */
  take({ messages, changes }) {
    this.messages = messages;
    this.said.replaceChildren(...(changes.length ? [remarkList(changes.map((text) => ({ text })), "note")] : []));
    this.onchange(messages.length ? structuredClone(messages) : undefined);
    this.draw();
  }

  /** What is typed as JSON and is no list of messages is marked in its line, and kept until it is mended. */
  typed(text) {
    const { wrong, ...read } = text.trim() === "" ? { messages: [], changes: [] } : messagesOf(text);
    this.json.mark(wrong ? [wrong.line] : []);
    if (!wrong) { this.take(read); return; }
    this.said.replaceChildren(remarkList([wrong], "bad", () => this.json.go(wrong.line)));
    this.onchange(undefined, wrong.text);
  }

  /** A file with a list replaces the list; any other leaves it as it is. */
  bring(name, text) {
    const { wrong, ...read } = messagesOf(text);
    if (wrong) { this.said.replaceChildren(remarkList([{ text: `Nothing was imported: line ${wrong.line} of ${name} is at fault. ${wrong.text}` }], "bad")); return; }
    this.take(read);
    this.follow();
  }

  /** A pasted list of messages replaces the list, wherever it is pasted; any other text goes where it was meant to. */
  pasted(event) {
    const text = event.clipboardData.getData("text");
    if (this.held || !/^\s*[[{]/.test(text) || event.target.closest(".code")) return;
    const { wrong, ...read } = messagesOf(text);
    if (wrong) return;
    event.preventDefault();
    this.take(read);
    this.follow();
  }

  files() {
    const picker = el("input", { type: "file", accept: ".json,application/json", hidden: true, onchange: async () => { const [file] = picker.files; if (file) this.bring(file.name, await file.text()); picker.value = ""; } });
    const save = () => { const link = el("a", { href: URL.createObjectURL(new Blob([pretty(this.messages)], { type: "application/json" })), download: "messages.json" }); link.click(); URL.revokeObjectURL(link.href); };
    return el("div", { class: "by-hand" }, el("button", { type: "button", class: "plain-act", onclick: () => picker.click() }, "import a file"), picker,
      el("button", { type: "button", class: "plain-act", onclick: save }, "export a file"), el("button", { type: "button", class: "plain-act", onclick: (event) => copyText(pretty(this.messages), event.currentTarget) }, "copy"));
  }

  draw() {
    const system = this.messages[0]?.role === "system" ? null : el("button", { type: "button", class: "plain-act", onclick: () => this.insert(0, "system") }, "+ system prompt");
    const last = this.messages.at(-1)?.role;
    this.list.replaceChildren(
      ...[system].filter(Boolean), ...this.messages.map((message, at) => this.message(message, at)),
      el("div", { class: "by-hand" },
        el("button", { type: "button", class: "plain-act", onclick: () => this.insert(this.messages.length, last === "user" ? "assistant" : "user") }, `+ ${last === "user" ? "assistant" : "user"} message`),
        last === "assistant" && !this.messages.at(-1).tool_calls && el("span", { class: "fine" }, "The answer goes on from this last message where the server can (prefill).")));
    this.hint();
  }

  /** Says beside each message what servers would refuse. */
  hint() {
    const hints = repliesMissing(this.messages);
    this.list.querySelectorAll(".message > .reply-hint").forEach((node, at) => { node.textContent = hints[at]; });
  }

  insert(at, role) {
    this.messages.splice(at, 0, { role, content: "" });
    this.draw();
    this.changed();
    this.list.querySelectorAll(".message textarea.content")[at]?.focus();
  }

  move(at, to) {
    this.messages.splice(to, 0, ...this.messages.splice(at, 1));
    this.draw();
    this.changed();
  }

  message(message, at) {
    const act = (text, label, onclick, disabled = false) => el("button", { type: "button", class: "plain-act", "aria-label": label, title: label, disabled, onclick }, text);
    const role = el("select", { "aria-label": "role", onchange: () => { message.role = role.value; this.draw(); this.changed(); } }, ...[...new Set([...ROLES, message.role])].map((value) => el("option", { value, selected: value === message.role }, value)));
    return el("div", { class: `message ${message.role}` },
      el("div", { class: "form-line" }, role, message.role === "tool" && this.field(message, "tool_call_id", "answers call"), el("span", { class: "spacer" }),
        act("\u2191", "move up", () => this.move(at, at - 1), at === 0), act("\u2193", "move down", () => this.move(at, at + 1), at === this.messages.length - 1),
        act("+", "insert a message below", () => this.insert(at + 1, message.role === "user" ? "assistant" : "user")), act("\u00d7", "delete this message", () => { this.messages.splice(at, 1); this.draw(); this.changed(); })),
      el("p", { class: "fine reply-hint", role: "note" }),
      this.content(message),
      message.tool_calls !== undefined && this.jsonField(message, "tool_calls"),
      ...Object.keys(message).filter((key) => !KNOWN.includes(key)).map((key) => this.jsonField(message, key)));
  }

  content(message) {
    if (message.content !== null && typeof message.content === "object") return this.jsonField(message, "content");
    const box = el("textarea", { class: "content", rows: Math.min(Math.max(String(message.content ?? "").split("\n").length, 2), 10), "aria-label": `content of the ${message.role} message`, value: message.content ?? "", placeholder: message.tool_calls ? "no text beside the calls" : "text" });
    box.addEventListener("input", () => { message.content = box.value === "" && message.tool_calls ? null : box.value; this.changed(); });
    return box;
  }

  field(message, key, label) {
    return el("label", { class: "field" }, el("span", {}, label), el("input", { type: "text", class: "mono", value: message[key] ?? "", oninput: (event) => { message[key] = event.target.value; this.changed(); } }));
  }

  jsonField(message, key) {
    const said = el("p", { class: "bad" });
    const box = el("textarea", { class: "mono", rows: 4, spellcheck: false, value: pretty(message[key]), oninput: () => {
      const { value, remark } = readJson(box.value);
      said.textContent = remark?.text ?? "";
      if (remark) { this.onchange(undefined, `${key}: ${remark.text}`); return; }
      message[key] = value;
      this.changed();
    } });
    return el("label", { class: "json-field" }, el("span", { class: "fine" }, key), box, said);
  }
}

async function ask() {
  closeEditor();
  if (!page.running && !(await page.run())) page.panes[0].notice(page.refusal);
}

export function messagesControl(spec) {
  const brief = (messages) => `${messages.length} ${messages.length === 1 ? "message" : "messages"}${messages[0]?.role === "system" ? ", with a system prompt" : ""}`;
  function dress(editor) {
    const show = () => editor.show(conversation.messages());
    document.addEventListener("playground:messages", show);
    return {
      onpaste: (event) => editor.pasted(event),
      onclose: () => document.removeEventListener("playground:messages", show),
      about: "The conversation as it is sent. Paste a list in OpenAI's form anywhere here.",
      tools: [editor.ask],
    };
  }

  return editorControl(spec, { brief, make: (messages, change) => new MessagesEditor(messages, change), dress });
}
