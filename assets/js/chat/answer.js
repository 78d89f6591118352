// One answer: its text as it streams, and the strip that says how it ended.

import { ask, askSoon } from "../core/api.js";
import { el } from "../core/dom.js";
import { store } from "../core/store.js";
import { Throttle } from "../core/throttle.js";
import { t, translated } from "../core/words.js";
import { CallsView } from "./calls.js";
import { unkern } from "./kerning.js";
import { ShapedView } from "./shaped.js";
import { Strip } from "./strip.js";
import { TextView } from "./text.js";
import { attachmentNodes } from "./things.js";

/** @import { Answer, Attachment, Call, Score, Shapes } from "../types" */

/**
 * What went in, by the answer's id: asked for once, since who cannot count it now never will.
 * @type {Map<string, Promise<number | null>>}
 */
const promptCounts = new Map();

/** @param {string} id */
async function countOf(id) {
  const { ok, data } = await ask(`playground/prompt/${id}`, { keys: store.keys });
  return ok ? data.prompt_tokens : null;
}

/** @returns {Answer} */
const nothingYet = () => ({
  id: null,
  text: "",
  reasoning: "",
  tool_calls: [],
  logprobs: [],
  attachments: [],
  report: [],
  body: null,
  ended: null,
});

export class AnswerView {
  /**
   * @param {Partial<Answer> | null} answer  one that came before; null for one that begins
   * @param {Shapes} asked  the format and the tools that the request asked with, as far as they are known here
   * @param {(change: () => void) => void} follow  makes a change that has another size, with the reader's place kept
   */
  constructor(answer, asked, follow) {
    this.asked = asked;
    /** @type {Answer} */
    this.answer = { ...nothingYet(), ...answer };
    this.text = new TextView(() => this.answer, follow);
    this.reasoning = el("div", { class: "reasoning-text" });
    this.thinking = el("details", { class: "reasoning", hidden: true, open: true });
    this.thinking.append(el("summary", {}, t("reasoning")), this.reasoning);
    this.shaped = new ShapedView();
    this.throttle = new Throttle();
    this.calls = new CallsView();
    this.things = el("div", { class: "things" });
    this.prefill = el("span", { class: "prefill" });
    this.strip = new Strip(() => this.answer);
    /** @type {HTMLElement | null} */
    this.whose = null;
    const { thinking, prefill, text, shaped, things, calls } = this;
    const parts = [thinking, prefill, text.node, shaped.node, things, calls.node];
    this.node = el("article", { class: "turn assistant", "aria-label": t("answer") }, ...parts);
    this.node.append(this.strip.node, this.strip.drawer);
    if (answer) {
      this.restore();
      this.thinking.open = false;
    }
  }

  restore() {
    const { text, reasoning, tool_calls: calls, prefill = "", ended } = this.answer;
    for (const part of [text, reasoning]) unkern(this.node, part);
    this.prefill.textContent = prefill;
    this.text.restore();
    if (reasoning) {
      this.thinking.hidden = false;
      this.reasoning.textContent = reasoning;
    }
    for (const [position, call] of calls.entries()) this.calls.paint(position, call);
    this.showThings();
    this.showVerdict();
    if (ended) this.strip.paint();
  }

  /**
   * Goes on from a text.
   * @param {string} prefill
   */
  goOnFrom(prefill) {
    this.answer.prefill = prefill;
    this.prefill.textContent = prefill;
  }

  /**
   * Whose answer it is; `goesOn` marks the one that the conversation continues with.
   * @param {string} text
   * @param {boolean} goesOn
   */
  name(text, goesOn) {
    this.whose ??= this.node.insertBefore(el("p", { class: "whose" }), this.node.firstChild);
    this.whose.textContent = text + (goesOn ? t(" – the chat goes on with this one") : "");
    this.node.classList.toggle("goes-on", goesOn);
  }

  /** It shall be read in the other way. */
  repaint() {
    this.text.repaint();
    if (this.answer.ended) this.strip.paint();
  }

  waiting(what = t("waiting for the first token")) {
    this.node.classList.add("waiting");
    this.strip.say(what);
  }

  /**
   * Takes what has come.
   * @param {string} kind
   * @param {any} data
   */
  paint(kind, data) {
    if (kind === "started") Object.assign(this.answer, data);
    else if (kind === "delayed") this.waiting(translated(data));
    else if (kind === "ended") {
      Object.assign(this.answer, data);
      this.settle();
    } else {
      if (kind === "text") this.addText(data);
      else if (kind === "blocks") this.text.set(data);
      else if (kind === "tokens") this.addTokens(data);
      else if (kind === "reasoning") this.addReasoning(data);
      else if (kind === "call") this.addCall(data);
      else if (kind === "attachment") this.addThing(data);
      this.begun();
    }
  }

  begun() {
    if (!this.node.classList.contains("waiting")) return;
    this.node.classList.remove("waiting");
    this.node.classList.add("streaming");
    this.strip.say(t("streaming"));
  }

  /** @param {string} piece */
  addText(piece) {
    const { answer } = this;
    answer.text += piece;
    this.text.add(piece);
    this.reshape();
    unkern(this.node, answer.text, piece.length);
  }

  /** @param {string} piece */
  addReasoning(piece) {
    this.answer.reasoning += piece;
    this.thinking.hidden = false;
    this.reasoning.append(piece);
    unkern(this.node, this.answer.reasoning, piece.length);
  }

  /** @param {Score[]} tokens */
  addTokens(tokens) {
    this.answer.logprobs.push(...tokens);
    this.text.addTokens(tokens);
  }

  /** @param {Call & {position: number}} piece */
  addCall({ position, id, name, arguments: args }) {
    this.answer.tool_calls[position] ??= { id: "", name: "", arguments: "" };
    const call = this.answer.tool_calls[position];
    call.id ||= id;
    if (name) call.name = name; // as far as it has come
    const isVoid = ["{}", "null"].includes(call.arguments.trim()); // as in pieces.py
    call.arguments = args && isVoid ? args : call.arguments + args;
    this.calls.paint(position, call);
  }

  /** @param {Attachment} attachment */
  addThing(attachment) {
    this.answer.attachments.push(attachment);
    this.showThings();
  }

  showThings() {
    this.things.replaceChildren(...attachmentNodes(this.answer.attachments));
  }

  /**
   * The servers' own ids of the calls, which a blind pair does not show.
   * @param {string[]} ids
   */
  renameCalls(ids) {
    for (const [place, call] of this.answer.tool_calls.entries()) call.id = ids[place] || call.id;
  }

  /** JSON that was asked for is shown as it grows, in place of its text. */
  reshape() {
    if (!this.asked.format) return;
    this.throttle.run(() => {
      const isJson = this.shaped.grow(this.answer.prefill ?? "", this.answer.text);
      this.node.classList.toggle("as-json", isJson);
    });
  }

  /** Lets the server check what came against what was asked for. */
  async check() {
    const { text, prefill = "", tool_calls: calls, ended, body: asked } = this.answer;
    const { format, tools } = this.asked;
    if (!(format || calls.length)) return;
    const sent = asked && { response_format: asked.response_format, tools: asked.tools };
    const body = { prefill, text, response_format: format, tools, calls, sent, cut: ended === "length" };
    const { ok, data } = await ask("playground/check", { body });
    if (!ok) return;
    this.answer.verdict = data;
    this.showVerdict();
  }

  showVerdict() {
    const { verdict } = this.answer;
    if (verdict?.format) {
      this.shaped.judge(verdict.format);
      this.node.classList.toggle("as-json", verdict.format.is_json);
    }
    if (verdict) this.calls.judge(verdict.calls);
  }

  /**
   * Takes the results of the calls; `onsend` goes on with them.
   * @param {Call[]} calls
   * @param {any} tools
   * @param {import("./calls.js").Advice | null} advice
   * @param {(results: import("./calls.js").Result[]) => void} onsend
   */
  async offerResults(calls, tools, advice, onsend) {
    this.asked = { tools, ...this.asked };
    if (!this.answer.verdict) await this.check();
    this.calls.offer(calls, this.answer.verdict?.calls ?? [], advice, onsend);
  }

  /**
   * What a stopped answer counted and took, and its last words; null counts where the server has forgotten
   * it.
   */
  async fetchRest() {
    const rest = this.answer.id && (await askSoon(`playground/stopped/${this.answer.id}`));
    if (!rest) {
      this.answer.usage ??= null;
      return;
    }
    Object.assign(this.answer, rest);
    this.restore();
    this.reshape();
    this.strip.refill();
    this.countPrompt();
  }

  /** What went in, where its server has not said: the engine of the embedded model can still count it. */
  async countPrompt() {
    const { id, usage } = this.answer;
    if (!id || !usage?.counted || usage.prompt_tokens !== null) return;
    const counting = promptCounts.get(id) ?? countOf(id);
    promptCounts.set(id, counting);
    usage.prompt_tokens = await counting;
    if (usage.prompt_tokens !== null) this.strip.paint();
  }

  /** The last word: exact text, whatever the scores were, and the strip. */
  settle() {
    const { text, reasoning } = this.answer;
    this.throttle.settle();
    this.node.classList.remove("waiting", "streaming");
    if (this.text.settle()) this.strip.markApart();
    if (reasoning && text) this.thinking.open = false;
    this.showThings();
    this.strip.paint();
    this.countPrompt();
  }
}
