// One answer: its text as it streams, the strip that says how it ended, and the drawer with what was sent.
//
// Text is painted by appending to one text node, or one span a token when scores come with it; a repaint costs
// what is new, not what is there.

import { CallsView } from "./calls.js";
import { copyText, el } from "./dom.js";
import { Pace } from "./pace.js";
import { reportTable } from "./report.js";
import { ShapedView } from "./shaped.js";
import { fetchSoon, post } from "./stream.js";
import { tokenSpan, visible } from "./tokens.js";
import { unkern } from "./unbroken.js";

const seconds = (value) => (value === null || value === undefined ? null : value < 10 ? `${value.toFixed(2)} s` : `${value.toFixed(0)} s`);
const dollars = (cost) => `$${cost.toLocaleString("en", { maximumSignificantDigits: 3, useGrouping: false })}`;
const pretty = (value) => JSON.stringify(value, null, 2);

/** What went in, by the answer's id: asked for once, since who cannot count it now never will. */
const promptCounts = new Map();

async function countOf(id) {
  const response = await fetch(`playground/prompt/${id}`).catch(() => null);
  return response?.ok ? (await response.json()).prompt_tokens : null;
}

export class AnswerView {
  /** `asked` is the format and the tools that the request asked with, as far as they are known here. */
  constructor(answer = null, asked = {}) {
    this.asked = asked;
    this.answer = {
      id: null, text: "", reasoning: "", tool_calls: [], logprobs: [], report: [], body: null, ended: null, ...answer,
    };
    this.textNode = document.createTextNode("");
    this.text = el("div", { class: "text" }, this.textNode);
    this.reasoning = el("div", { class: "reasoning-text" });
    this.thinking = el("details", { class: "reasoning", hidden: true, open: true }, el("summary", {}, "reasoning"), this.reasoning);
    this.shaped = new ShapedView();
    this.pace = new Pace();
    this.calls = new CallsView();
    this.prefill = el("span", { class: "prefill" });
    this.strip = el("div", { class: "strip" });
    this.drawer = el("div", { class: "drawer", hidden: true });
    this.opened = null;  // what the drawer shows: {name, make}
    this.again = null;
    this.node = el("article", { class: "turn assistant", "aria-label": "answer" }, this.thinking, this.prefill, this.text, this.shaped.node, this.calls.node, this.strip, this.drawer);
    if (answer) { this.restore(); this.thinking.open = false; }
  }

  restore() {
    const { text, reasoning, tool_calls: calls, prefill = "" } = this.answer;
    for (const part of [text, reasoning]) unkern(this.node, part);
    this.prefill.textContent = prefill;
    this.restoreText();
    if (reasoning) { this.thinking.hidden = false; this.reasoning.textContent = reasoning; }
    calls.forEach((call, position) => this.calls.paint(position, call));
    this.showVerdict();
    if (this.answer.ended) this.paintStrip();
  }

  /** Whose answer it is; `goesOn` marks the one that the conversation continues with. */
  name(text, goesOn) {
    this.whose ??= this.node.insertBefore(el("p", { class: "whose" }), this.node.firstChild);
    this.whose.textContent = text + (goesOn ? " \u2013 the chat goes on with this one" : "");
    this.node.classList.toggle("goes-on", goesOn);
  }

  showDiff(pieces) {
    this.text.replaceChildren(...pieces.map(([piece, differs]) => (differs ? el("mark", {}, piece) : document.createTextNode(piece))));
  }

  restoreText() {
    this.text.replaceChildren(this.textNode);
    this.textNode.data = "";
    const { text, logprobs } = this.answer;
    if (logprobs.length && logprobs.map(([token]) => token).join("") === text) this.paintTokens(logprobs);
    else this.textNode.data = text;
  }

  waiting(what = "waiting for the first token") {
    this.node.classList.add("waiting");
    this.strip.replaceChildren(el("span", { class: "why" }, what));
  }

  paint(kind, data) {
    const a = this.answer;
    if (kind === "started") Object.assign(a, data);
    else if (kind === "delayed") this.waiting(data);
    else if (kind === "text") { a.text += data; if (!a.logprobs.length) this.textNode.appendData(data); this.reshape(); this.begun(); }
    else if (kind === "tokens") { this.switchToTokens(); a.logprobs.push(...data); this.paintTokens(data); this.begun(); }
    else if (kind === "reasoning") { a.reasoning += data; this.thinking.hidden = false; this.reasoning.append(data); this.begun(); }
    else if (kind === "call") { this.addCall(data); this.begun(); }
    else if (kind === "ended") { Object.assign(a, data); this.settle(); }
    if (kind === "text" || kind === "reasoning") unkern(this.node, a[kind], data.length);
  }

  begun() {
    if (!this.node.classList.contains("waiting")) return;
    this.node.classList.remove("waiting");
    this.node.classList.add("streaming");
    this.strip.replaceChildren(el("span", { class: "why" }, "streaming"));
  }

  /** Scores arrive with the text or just after it: what has no score yet is repainted with them. */
  switchToTokens() {
    if (!this.answer.logprobs.length) this.textNode.data = "";
  }

  paintTokens(tokens) {
    const spans = tokens.map(tokenSpan);
    if (!this.text.querySelector(".token") && spans.length) spans[0].tabIndex = 0;
    this.text.append(...spans);
  }

  addCall({ position, id, name, arguments: args }) {
    const call = (this.answer.tool_calls[position] ??= { id: "", name: "", arguments: "" });
    call.id ||= id;
    call.name ||= name;
    call.arguments += args;
    this.calls.paint(position, call);
  }

  /** The servers' own ids of the calls, which a blind pair does not show. */
  renameCalls(ids) {
    this.answer.tool_calls.forEach((call, place) => { call.id = ids[place] || call.id; });
  }

  /** JSON that was asked for is shown as it grows, in place of its text. */
  reshape() {
    if (this.asked.format) this.pace.run(() => this.node.classList.toggle("as-json", this.shaped.grow(this.prefill.textContent, this.answer.text)));
  }

  /** Lets the server check what came against what was asked for. */
  async check() {
    const { text, tool_calls: calls } = this.answer;
    const { format, tools } = this.asked;
    if (!(format || calls.length)) return;
    const asked = { prefill: this.prefill.textContent, text, response_format: format, tools, calls, cut: this.answer.ended === "length" };
    const response = await post("playground/check", asked).catch(() => null);
    if (!response?.ok) return;
    this.answer.verdict = await response.json();
    this.showVerdict();
  }

  showVerdict() {
    const { verdict } = this.answer;
    if (verdict?.format) { this.shaped.judge(verdict.format); this.node.classList.toggle("as-json", verdict.format.is_json); }
    if (verdict) this.calls.judge(verdict.calls);
  }

  /** Takes the results of the calls; `onsend` goes on with them. */
  async offerResults(calls, tools, choice, onsend) {
    this.asked = { tools, ...this.asked };
    if (!this.answer.verdict) await this.check();
    this.calls.offer(calls, this.answer.verdict?.calls ?? [], choice, onsend);
  }

  /** What a stopped answer counted and took, and its last words; null counts where the server has forgotten it. */
  async fetchRest() {
    const rest = this.answer.id && await fetchSoon(`playground/stopped/${this.answer.id}`);
    if (!rest) { this.answer.usage ??= null; return; }
    Object.assign(this.answer, rest);
    this.restore();
    this.reshape();
    this.fillDrawer();  // what it shows is known better now
    this.countPrompt();
  }

  /** What went in, where its server has not said: the engine of the embedded model can still count it. */
  async countPrompt() {
    const { id, usage } = this.answer;
    if (!id || !usage?.counted || usage.prompt_tokens !== null) return;
    if (!promptCounts.has(id)) promptCounts.set(id, countOf(id));
    usage.prompt_tokens = await promptCounts.get(id);
    if (usage.prompt_tokens !== null) this.paintStrip();
  }

  /** The last word: exact text, whatever the scores were, and the strip. */
  settle() {
    this.pace.settle();
    this.node.classList.remove("waiting", "streaming");
    const a = this.answer;
    if (a.logprobs.length && a.logprobs.map(([token]) => token).join("") !== a.text) {
      this.text.replaceChildren(document.createTextNode(a.text));
      this.strip.dataset.scores = "apart";
    } else if (a.logprobs.length && !this.text.querySelector(".token")) this.restoreText();  // they came with the last word
    if (a.reasoning && a.text) this.thinking.open = false;
    this.paintStrip();
    this.countPrompt();
  }

  /** A button that stands behind the strip's own. */
  offer(button) {
    this.again = button;
    this.paintStrip();
  }

  paintStrip() {
    const a = this.answer;
    if (a.blind && !a.body) { this.strip.replaceChildren(el("span", { class: "why" }, a.why), el("span", { class: "tabs" }, this.again)); return; }
    const facts = [
      a.usage && `${a.usage.prompt_tokens ?? "?"} in, ${a.usage.completion_tokens} out${a.usage.counted ? " (counted here)" : ""}`,
      a.first_token_s != null && `first token ${seconds(a.first_token_s)}`,
      a.tokens_per_second && `${a.tokens_per_second.toFixed(0)} tok/s`,
      a.usage?.cost != null && dollars(a.usage.cost),
      a.body?.seed !== undefined && `seed ${a.body.seed}`,
      a.choices > 1 && `1 of ${a.choices} answers; the others are in response`,
    ].filter(Boolean);
    const tab = (name, make) => el("button", { type: "button", class: "tab", "aria-expanded": String(this.opened?.name === name), onclick: () => this.toggle(name, make) }, name);
    const alert = a.ended === "error" || a.ended === "timeout" || a.ended === "cut off";
    this.strip.replaceChildren(
      el("span", { class: `why ended-${a.ended?.replace(" ", "-")}` }, a.why),
      ...facts.map((fact) => el("span", { class: "fact" }, fact)),
      el("span", { class: "tabs" },
        tab("request", () => this.pre(pretty(a.body))),
        tab("report", () => reportTable(this.answer)),
        tab("response", () => this.response()),
        a.logprobs.length ? tab("tokens", () => this.tokenTable()) : null,
        a.text ? el("button", { type: "button", class: "tab", onclick: (event) => copyText(a.text, event.currentTarget) }, "copy") : null,
        this.again),
    );
    if (alert && a.error) this.strip.prepend(el("p", { class: "failure", role: "alert" }, a.error.message, " ", el("b", {}, a.error.next_step)));
  }

  /** Opens the drawer with what `make` makes, or closes it where it shows that already. */
  toggle(name, make) {
    this.opened = this.opened?.name === name ? null : { name, make };
    for (const tab of this.strip.querySelectorAll(".tab[aria-expanded]")) tab.setAttribute("aria-expanded", String(tab.textContent === this.opened?.name));
    this.fillDrawer();
    this.bringIntoView();
  }

  fillDrawer() {
    this.drawer.hidden = !this.opened;
    this.drawer.replaceChildren(...(this.opened ? [this.opened.make()] : []));
  }

  /** Scrolls only as far as the drawer needs, and at once: it was asked for. */
  bringIntoView() {
    if (this.opened) this.drawer.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  pre(text) {
    const copy = el("button", { type: "button", class: "copy", onclick: () => copyText(text, copy) }, "copy");
    return el("div", { class: "sheet" }, copy, el("pre", { tabIndex: 0 }, text));
  }

  response() {
    const holder = el("div", {}, el("p", {}, "loading\u2026"));
    fetch(`playground/raw/${this.answer.id}`).then(async (response) => {
      holder.replaceChildren(response.ok ? this.pre(await response.text()) : el("p", {}, "The raw response is kept for the last answers only, and this one has gone."));
      if (holder.isConnected) this.bringIntoView();
    }, () => holder.replaceChildren(el("p", {}, "The raw response could not be fetched: this page has lost its own server.")));
    return holder;
  }

  tokenTable() {
    const rows = this.answer.logprobs.map(([token, logprob, top]) => el("tr", {},
      el("td", {}, el("code", {}, visible(token))),
      el("td", { class: "number" }, `${(Math.exp(logprob) * 100).toFixed(1)} %`),
      el("td", {}, ...top.map(([other, p]) => el("code", { class: "other" }, el("bdi", {}, visible(other)), ` ${(Math.exp(p) * 100).toFixed(1)}\u00a0%`)))));
    return el("table", { class: "tokens" }, el("thead", {}, el("tr", {}, ...["token", "probability", "likeliest"].map((t) => el("th", {}, t)))), el("tbody", {}, ...rows));
  }
}
