// The editor of logit_bias: how the chosen model's tokenizer cuts a word, and a bias for each token.

import { el } from "../dom.js";
import { conversation } from "../conversation.js";
import { page } from "../page.js";
import { post } from "../stream.js";
import { visible } from "../tokens.js";
import { asSent } from "./as_sent.js";
import { codeBox, readJson } from "./code.js";
import { after, editorControl, remarkList, tabs } from "./opening.js";

const BAN = -100;
const PAUSE_MS = 250;

const shownPiece = (piece) => visible(piece).replaceAll(" ", "\u00b7");

class BiasEditor {
  constructor(bias, onchange) {
    this.bias = { ...bias };
    this.onchange = onchange;
    this.pieces = new Map();
    this.whose = el("p", { class: "fine", role: "status" }, "looking for the tokenizer\u2026");
    this.word = el("input", { type: "text", "aria-label": "a word", placeholder: "a word, such as tea", oninput: () => this.later() });
    this.forms = el("div", { class: "cuts" });
    this.last = el("div", { class: "last-answer" });
    this.list = el("div", { class: "biases" });
    this.json = codeBox({ label: "logit_bias as JSON", placeholder: '{"42": -100}', oninput: (text) => this.typed(text) });
    this.said = el("div", { class: "remark-box", role: "status" });
    this.later = after(PAUSE_MS, () => this.look());
    const views = {
      list: el("div", { class: "view" }, this.whose, el("label", { class: "field" }, el("span", {}, "word"), this.word), this.forms, this.last, el("h3", {}, "Bias"), this.list, this.byHand()),
      json: el("div", { class: "view" }, this.json.node),
    };
    this.tabs = tabs([["list", "Tokens"], ["json", "JSON"]], (key) => { for (const [name, node] of Object.entries(views)) node.hidden = name !== key; });
    this.node = el("div", { class: "shape" }, this.tabs.node, views.list, views.json, this.said);
    this.tabs.pick("list");
    this.draw();
    this.follow();
    this.look();
  }

  /** Asks how the chosen model cuts the word and the last answer, and what the ids in use stand for. */
  async look() {
    const answer = conversation.turns.findLast((turn) => turn.role === "assistant" && typeof turn.content === "string");
    const ids = Object.keys(this.bias).filter((id) => /^\d+$/.test(id)).map(Number);
    const { model, base_url: baseUrl } = page.target;
    const response = await post("playground/tokens", { model, base_url: baseUrl, word: this.word.value, text: answer?.content ?? "", ids }, { headers: page.headers() }).catch(() => null);
    const told = await response?.json().catch(() => null);
    if (!told?.whose) { this.whose.textContent = told?.message ?? "Not asked: this page has lost its own server."; this.forms.replaceChildren(); this.last.replaceChildren(); return; }
    this.whose.textContent = `Cut by ${told.whose}. A dot marks a space: most words inside a text begin with one.`;
    for (const [id, piece] of Object.entries(told.pieces)) this.pieces.set(id, piece);
    this.drawForms(told.forms);
    this.drawLast(told.tokens);
    this.draw();
  }

  chip(token) {
    this.pieces.set(String(token.id), token.piece);
    return el("button", { type: "button", class: "token-chip", title: `set a bias for token ${token.id}`, onclick: () => this.put({ [token.id]: this.bias[token.id] ?? BAN }) }, el("code", {}, shownPiece(token.piece)), el("small", {}, String(token.id)));
  }

  drawForms(forms) {
    const banned = Object.fromEntries(forms.filter((form) => form.banned).map((form) => [form.banned.id, BAN]));
    const ban = el("button", { type: "button", class: "main-act", disabled: !Object.keys(banned).length, onclick: () => this.put(banned) }, `ban ${JSON.stringify(this.word.value.trim())} in all forms`);
    this.forms.replaceChildren(...(forms.length ? [
      ...forms.map((form) => el("div", { class: "cut" }, el("code", { class: "form-of" }, shownPiece(form.form)), el("span", { class: "pieces" }, ...form.tokens.map((token) => this.chip(token))), form.why && el("span", { class: "fine" }, form.why))),
      ban] : []));
  }

  drawLast(tokens) {
    this.last.replaceChildren(...(tokens.length ? [el("details", {}, el("summary", {}, "or pick from the last answer"), el("div", { class: "pieces" }, ...tokens.slice(0, 300).map((token) => this.chip(token))))] : []));
  }

  byHand() {
    const id = el("input", { type: "number", min: 0, step: 1, "aria-label": "token id", placeholder: "token id" });
    const add = () => { if (id.value !== "" && Number(id.value) >= 0) { this.put({ [Math.trunc(Number(id.value))]: BAN }); id.value = ""; this.look(); } };
    id.addEventListener("keydown", (event) => { if (event.key === "Enter") add(); });
    return el("div", { class: "by-hand" }, id, el("button", { type: "button", class: "plain-act", onclick: add }, "add an id by hand"));
  }

  put(more) {
    Object.assign(this.bias, more);
    this.draw();
    this.changed();
  }

  changed() {
    this.follow();
    this.onchange(Object.keys(this.bias).length ? { ...this.bias } : undefined);
  }

  follow() {
    this.json.set(Object.keys(this.bias).length ? JSON.stringify(this.bias, null, 2) : "");
    this.said.replaceChildren();
  }

  typed(text) {
    const { value, remark } = text.trim() === "" ? { value: {} } : readJson(text);
    const pairs = Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2) ? Object.fromEntries(value) : value;
    const wrong = remark ?? (pairs && typeof pairs === "object" && !Array.isArray(pairs) ? null : { text: 'Write a map like {"42": -100}, or a list of [id, bias].', line: 1 });
    this.json.mark(wrong ? [wrong.line] : []);
    this.said.replaceChildren(...(wrong ? [remarkList([wrong], "bad")] : []));
    if (wrong) { this.onchange(undefined, wrong.text); return; }
    this.bias = pairs;
    this.onchange(Object.keys(pairs).length ? { ...pairs } : undefined);
    this.draw();
    this.later();
  }

  draw() {
    const rows = Object.entries(this.bias).map(([id, bias]) => this.biasRow(id, bias));
    this.list.replaceChildren(...(rows.length ? rows : [el("p", { class: "fine" }, "No token is biased yet. -100 bans a token, 100 all but forces it.")]));
  }

  biasRow(id, bias) {
    const box = el("input", { type: "number", min: -100, max: 100, step: "any", value: bias, "aria-label": `bias of token ${id}` });
    const range = el("input", { type: "range", min: -100, max: 100, step: 1, value: bias, "aria-label": `bias of token ${id}` });
    const set = (value, other) => { other.value = value; this.bias[id] = Number(value); this.changed(); };
    box.addEventListener("input", () => { if (box.value !== "") set(box.value, range); });
    range.addEventListener("input", () => set(range.value, box));
    const remove = el("button", { type: "button", class: "plain-act", "aria-label": `remove token ${id}`, onclick: () => { delete this.bias[id]; this.draw(); this.changed(); } }, "\u00d7");
    const piece = this.pieces.get(id);
    return el("div", { class: "bias" }, el("code", {}, piece === undefined ? "?" : shownPiece(piece)), el("small", {}, id), range, box, remove);
  }
}

export function biasControl(spec) {
  const brief = (bias) => { const ids = Object.keys(bias); return `${ids.length} ${ids.length === 1 ? "token" : "tokens"}`; };
  const dress = () => ({ about: "Makes single tokens likelier or impossible.", side: asSent(spec.name) });
  return editorControl(spec, { brief, make: (bias, change) => new BiasEditor(bias, change), dress });
}
