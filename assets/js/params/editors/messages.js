// The editor of messages: the list as it is sent, any role, any order; in and out as JSON.

import { chat } from "../../chat/controller.js";
import { conversation } from "../../chat/conversation.js";
import { thingsNode } from "../../chat/things.js";
import { ROLES } from "../../contract.js";
import { amount } from "../../core/amounts.js";
import { button, copyText, el, nodes, saveFile } from "../../core/dom.js";
import { thingsOf } from "../../core/pictures.js";
import { remarkList } from "../../core/remarks.js";
import { store } from "../../core/store.js";
import { t, translated } from "../../core/words.js";
import { codeBox, readJson } from "./code.js";
import { closeEditor, editorControl, tabs } from "./opening.js";
import { messagesIn } from "./pasted.js";
import { repliesMissing } from "./replies.js";
import { ShortData } from "./short_data.js";

/** @import { Remark, Turn } from "../../types" */

/** @typedef {{messages: Turn[], changes: string[]}} Read */

const KNOWN = ["role", "content", "tool_calls", "tool_call_id", "name"];
const BUSY = t("An answer to this list is being written: edit it when that has ended.");
const EXAMPLE = '[{"role": "user", "content": "Hello"}]';
const PREFILL = t("The answer goes on from this last message where the server can (prefill).");
/** @param {Turn | undefined} message */
const isInstruction = (message) => message?.role === "system" || message?.role === "developer";
/** @param {unknown} value */
const pretty = (value) => JSON.stringify(value, null, 2);

/**
 * Text as messages and what was changed in them, or what is wrong, with its line.
 * @param {string} text
 * @returns {{read?: Read, wrong?: Remark}}
 */
function messagesOf(text) {
  const { value, remark } = readJson(text);
  const read = remark ? null : messagesIn(value);
  return read
    ? { read }
    : { wrong: remark ?? { text: t("Write a list like {example}.", { example: EXAMPLE }), line: 1 } };
}

class MessagesEditor {
  /**
   * @param {Turn[] | undefined} messages
   * @param {import("./opening.js").Change} onchange
   */
  constructor(messages, onchange) {
    this.onchange = onchange;
    /** @type {Turn[]} */
    this.messages = [];
    this.held = false;
    this.short = new ShortData();
    this.list = el("div", { class: "messages" });
    this.json = codeBox({
      label: t("messages as JSON"),
      placeholder: EXAMPLE,
      oninput: (text) => this.typed(text),
    });
    this.said = el("div", { class: "remark-box", role: "status" });
    this.ask = button("plain-act", t("Ask with this list"), ask);
    const list = el("div", { class: "view" }, this.list);
    const json = el("div", { class: "view" }, this.files(), this.json.node);
    this.views = [list, json];
    const head = tabs([
      ["list", t("Messages"), list],
      ["json", "JSON", json],
    ]);
    this.node = el("div", { class: "shape" }, head.node, list, json, this.said);
    this.show(messages ?? []);
  }

  /**
   * Shows a list from outside. While an answer is being written it cannot be changed: the answer belongs
   * behind it.
   * @param {Turn[]} messages
   */
  show(messages) {
    this.messages = structuredClone(messages);
    this.hold();
    this.draw();
    this.follow();
  }

  /** Holds the list while an answer is being written, and lets go of it then. */
  hold() {
    this.held = store.busy;
    this.ask.disabled = this.held;
    for (const view of this.views) view.inert = this.held;
    this.say(this.held ? [{ text: BUSY }] : [], "note");
  }

  /**
   * @param {Remark[]} remarks
   * @param {"bad" | "note"} tone
   * @param {(remark: Remark) => void} [onpick]
   */
  say(remarks, tone, onpick) {
    this.said.replaceChildren(...(remarks.length ? [remarkList(remarks, tone, onpick)] : []));
  }

  follow() {
    this.json.set(this.messages.length ? pretty(this.short.shorten(this.messages)) : "");
  }

  tell() {
    this.onchange(this.messages.length ? structuredClone(this.messages) : undefined);
  }

  changed() {
    this.follow();
    this.hint();
    this.tell();
  }

  /**
   * Replaces all, and says what was put in today's form.
   * @param {Read} read
   */
  take({ messages, changes }) {
    this.messages = this.short.restore(messages);
    this.say(
      changes.map((text) => ({ text })),
      "note",
    );
    this.tell();
    this.draw();
  }

  /**
   * What is typed as JSON and is no list of messages is marked in its line, and kept until it is mended.
   * @param {string} text
   */
  typed(text) {
    const { wrong, read } = text.trim() === "" ? { read: { messages: [], changes: [] } } : messagesOf(text);
    this.json.mark(wrong ? [wrong.line] : []);
    if (read) this.take(read);
    if (read && this.short.shortens(read.messages)) this.follow(); // a whole picture is no text to edit
    if (!wrong) return;
    this.say([wrong], "bad", () => this.json.go(wrong.line ?? 1));
    this.onchange(undefined, wrong.text);
  }

  /**
   * A file with a list replaces the list; any other leaves it as it is.
   * @param {string} name
   * @param {string} text
   */
  bring(name, text) {
    const { read, wrong } = messagesOf(text);
    if (!read) {
      const where = t("line {line} of {name} is at fault", { line: wrong?.line, name });
      this.say([{ text: t("Nothing was imported: {where}. {text}", { where, text: wrong?.text }) }], "bad");
      return;
    }
    this.take(read);
    this.follow();
  }

  /**
   * A pasted list of messages replaces the list, wherever it is pasted; any other text goes where it was
   * meant to.
   * @param {ClipboardEvent} event
   */
  pasted(event) {
    const text = event.clipboardData?.getData("text") ?? "";
    const target = /** @type {Element} */ (event.target);
    if (this.held || !/^\s*[[{]/.test(text) || target.closest(".code")) return;
    const { read } = messagesOf(text);
    if (!read) return;
    event.preventDefault();
    this.take(read);
    this.follow();
  }

  files() {
    const picker = el("input", { type: "file", accept: ".json,application/json", hidden: true });
    picker.addEventListener("change", async () => {
      const [file] = picker.files ?? [];
      if (file) this.bring(file.name, await file.text());
      picker.value = "";
    });
    const save = () => saveFile("messages.json", pretty(this.messages));
    const copy = button("plain-act", t("copy"), () => copyText(pretty(this.messages), copy));
    const bring = button("plain-act", t("import a file"), () => picker.click());
    return el(
      "div",
      { class: "by-hand" },
      bring,
      picker,
      button("plain-act", t("export a file"), save),
      copy,
    );
  }

  draw() {
    const last = this.messages.at(-1);
    const next = last?.role === "user" ? "assistant" : "user";
    const system = button("plain-act", t("+ system prompt"), () => this.insert(0, "system"));
    const add = button("plain-act", t("+ {next} message", { next }), () =>
      this.insert(this.messages.length, next),
    );
    const goesOn = last?.role === "assistant" && !last.tool_calls;
    const foot = el("div", { class: "by-hand" }, add, goesOn && el("span", { class: "fine" }, PREFILL));
    const messages = this.messages.map((message, at) => this.message(message, at));
    this.list.replaceChildren(...nodes([!isInstruction(this.messages[0]) && system, ...messages, foot]));
    this.hint();
  }

  /** Says beside each message what servers would refuse. */
  hint() {
    const hints = repliesMissing(this.messages);
    for (const [at, node] of this.list.querySelectorAll(".message > .reply-hint").entries()) {
      node.textContent = hints[at];
    }
  }

  /**
   * @param {number} at
   * @param {string} role
   */
  insert(at, role) {
    this.messages.splice(at, 0, { role, content: "" });
    this.draw();
    this.changed();
    const boxes = this.list.querySelectorAll(".message textarea.content");
    /** @type {HTMLElement | undefined} */ (boxes[at])?.focus();
  }

  /**
   * @param {number} at
   * @param {number} to
   */
  move(at, to) {
    this.messages.splice(to, 0, ...this.messages.splice(at, 1));
    this.draw();
    this.changed();
  }

  /**
   * @param {Turn} message
   * @param {number} at
   */
  message(message, at) {
    const others = Object.keys(message).filter((key) => !KNOWN.includes(key));
    return el(
      "div",
      { class: `message ${message.role}` },
      el("div", { class: "form-line" }, ...this.line(message, at)),
      el("p", { class: "fine reply-hint", role: "note" }),
      this.content(message),
      message.tool_calls !== undefined && this.jsonField(message, "tool_calls"),
      ...others.map((key) => this.jsonField(message, key)),
    );
  }

  /**
   * What stands over a message: its role, and what can be done with it.
   * @param {Turn} message
   * @param {number} at
   */
  line(message, at) {
    const act = (
      /** @type {string} */ text,
      /** @type {string} */ title,
      /** @type {() => void} */ onclick,
      disabled = false,
    ) => button("plain-act", text, onclick, { "aria-label": title, title, disabled });
    const roles = [...new Set([...ROLES, message.role])];
    const options = roles.map((value) => el("option", { value, selected: value === message.role }, value));
    const role = el("select", { "aria-label": t("role") }, ...options);
    role.addEventListener("change", () => {
      message.role = role.value;
      this.draw();
      this.changed();
    });
    const drop = () => {
      this.messages.splice(at, 1);
      this.draw();
      this.changed();
    };
    const next = message.role === "user" ? "assistant" : "user";
    return [
      role,
      message.role === "tool" && this.field(message, "tool_call_id", t("answers call")),
      el("span", { class: "spacer" }),
      act("\u2191", t("move up"), () => this.move(at, at - 1), at === 0),
      act("\u2193", t("move down"), () => this.move(at, at + 1), at === this.messages.length - 1),
      act("+", t("insert a message below"), () => this.insert(at + 1, next)),
      act("\u00d7", t("delete this message"), drop),
    ];
  }

  /** @param {Turn} message */
  content(message) {
    const { role, content, tool_calls: calls } = message;
    if (content !== null && typeof content === "object") {
      const parts = this.jsonField(message, "content");
      return el("div", { class: "parts" }, thingsNode(thingsOf(content)), parts);
    }
    const box = el("textarea", {
      class: "content",
      rows: Math.min(Math.max(String(content ?? "").split("\n").length, 2), 10),
      "aria-label": t("content of the {role} message", { role }),
      value: content ?? "",
      placeholder: calls ? t("no text beside the calls") : t("text"),
    });
    box.addEventListener("input", () => {
      message.content = box.value === "" && message.tool_calls ? null : box.value;
      this.changed();
    });
    return box;
  }

  /**
   * @param {any} message
   * @param {string} key
   * @param {string} label
   */
  field(message, key, label) {
    const box = el("input", { type: "text", class: "mono", value: message[key] ?? "" });
    box.addEventListener("input", () => {
      message[key] = box.value;
      this.changed();
    });
    return el("label", { class: "field" }, el("span", {}, label), box);
  }

  /**
   * @param {any} message
   * @param {string} key
   */
  jsonField(message, key) {
    const said = el("p", { class: "bad" });
    const box = el("textarea", {
      class: "mono",
      rows: 4,
      spellcheck: false,
      value: pretty(this.short.shorten(message[key])),
    });
    box.addEventListener("input", () => {
      const { value, remark } = readJson(box.value);
      said.textContent = translated(remark?.text ?? "");
      if (remark) {
        this.onchange(undefined, `${key}: ${remark.text}`);
        return;
      }
      message[key] = this.short.restore(value);
      this.changed();
    });
    return el("label", { class: "json-field" }, el("span", { class: "fine" }, key), box, said);
  }
}

function ask() {
  closeEditor();
  chat.answerNow();
}

/** @param {import("../../types").ControlSpec} spec */
export function messagesControl(spec) {
  const brief = (/** @type {Turn[]} */ messages) => {
    const count = amount(messages.length, "message");
    return isInstruction(messages[0]) ? t("{count}, with a system prompt", { count }) : count;
  };

  /** @param {MessagesEditor} editor */
  function dress(editor) {
    const show = () => editor.show(conversation.messages());
    const offs = [
      store.on("busy", () => {
        if (!store.unreadable(spec.name)) editor.hold(); // else what is typed stays, with what is wrong with it
      }),
      store.on("value", ({ name, by }) => {
        if (name === spec.name && by === conversation) show();
      }),
    ];
    return {
      onpaste: (/** @type {ClipboardEvent} */ event) => editor.pasted(event),
      onclose: () => {
        for (const off of offs) off();
      },
      about: t("The conversation as it is sent. Paste a list in OpenAI's form anywhere here."),
      tools: [editor.ask],
    };
  }

  return editorControl(spec, {
    brief,
    make: (messages, change) => new MessagesEditor(messages, change),
    dress,
  });
}
