// The editor of logit_bias: how the chosen model's tokenizer cuts a word, and a bias for each token.

import { conversation } from "../../chat/conversation.js";
import { visible } from "../../chat/tokens.js";
import { BAN, BIAS } from "../../contract.js";
import { amount } from "../../core/amounts.js";
import { ask } from "../../core/api.js";
import { button, el } from "../../core/dom.js";
import { after } from "../../core/later.js";
import { remarkList } from "../../core/remarks.js";
import { store } from "../../core/store.js";
import { t, translated } from "../../core/words.js";
import { asSent } from "./as_sent.js";
import { codeBox, readJson } from "./code.js";
import { editorControl, tabs } from "./opening.js";

/** @typedef {{id: number, piece: string}} Token */
/**
 * @typedef {{form: string, tokens: Token[], banned: Token | null, why: string}} Form  A form of a word, as it
 * is cut.
 */

const PAUSE_MS = 250;
const MOST_CHIPS = 300;
const NONE = t("No token is biased yet. -100 bans a token, 100 all but forces it.");
const SHAPE = { text: t('Write a map like {"42": -100}, or a list of [id, bias].'), line: 1 };
const DOTS = t("A dot marks a space: most words inside a text begin with one.");

/** @param {string} piece */
const shownPiece = (piece) => visible(piece).replaceAll(" ", "\u00b7");

class BiasEditor {
  /**
   * @param {Record<string, any> | undefined} bias
   * @param {import("./opening.js").Change} onchange
   */
  constructor(bias, onchange) {
    /** @type {Record<string, any>} */
    this.bias = { ...bias };
    this.onchange = onchange;
    /** @type {Map<string, string>} */
    this.pieces = new Map();
    this.whose = el("p", { class: "fine", role: "status" }, t("looking for the tokenizer…"));
    this.word = el("input", {
      type: "text",
      "aria-label": t("a word"),
      placeholder: t("a word, such as tea"),
    });
    this.word.addEventListener("input", () => this.later.soon());
    this.forms = el("div", { class: "cuts" });
    this.last = el("div", { class: "last-answer" });
    this.list = el("div", { class: "biases" });
    this.json = codeBox({
      label: t("logit_bias as JSON"),
      placeholder: '{"42": -100}',
      oninput: (text) => this.typed(text),
    });
    this.said = el("div", { class: "remark-box", role: "status" });
    this.later = after(PAUSE_MS, () => this.look());
    const word = el("label", { class: "field" }, el("span", {}, t("word")), this.word);
    const shown = [
      this.whose,
      word,
      this.forms,
      this.last,
      el("h3", {}, t("Bias")),
      this.list,
      this.byHand(),
    ];
    const list = el("div", { class: "view" }, ...shown);
    const json = el("div", { class: "view" }, this.json.node);
    const head = tabs([
      ["list", t("Tokens"), list],
      ["json", "JSON", json],
    ]);
    this.node = el("div", { class: "shape" }, head.node, list, json, this.said);
    this.draw();
    this.follow();
    this.look();
  }

  /** Asks how the chosen model cuts the word and the last answer, and what the ids in use stand for. */
  async look() {
    const answer = conversation.turns.findLast(
      (turn) => turn.role === "assistant" && typeof turn.content === "string",
    );
    const ids = Object.keys(this.bias).filter((id) => /^\d+$/.test(id));
    const { model, base_url } = store.target;
    const asked = {
      model,
      base_url,
      word: this.word.value,
      text: answer?.content ?? "",
      ids: ids.map(Number),
    };
    const { data } = await ask("playground/tokens", { body: asked, keys: store.keys });
    if (!data?.whose) {
      this.whose.textContent =
        translated(data?.message ?? "") || t("Not asked: this page has lost its own server.");
      this.forms.replaceChildren();
      this.last.replaceChildren();
      return;
    }
    this.whose.textContent = t("Cut by {whose}. {dots}", { whose: data.whose, dots: DOTS });
    for (const [id, piece] of Object.entries(data.pieces)) this.pieces.set(id, piece);
    this.drawForms(data.forms);
    this.drawLast(data.tokens);
    this.draw();
  }

  /** @param {Token} token */
  chip({ id, piece }) {
    this.pieces.set(String(id), piece);
    const chip = button("token-chip", el("code", {}, shownPiece(piece)), () =>
      this.put({ [id]: this.bias[id] ?? BAN }),
    );
    chip.title = t("set a bias for token {id}", { id });
    chip.append(el("small", {}, String(id)));
    return chip;
  }

  /** @param {Form[]} forms */
  drawForms(forms) {
    const banned = Object.fromEntries(forms.flatMap(({ banned }) => (banned ? [[banned.id, BAN]] : [])));
    const label = t("ban {value} in all forms", { value: JSON.stringify(this.word.value.trim()) });
    const ban = button("main-act", label, () => this.put(banned), { disabled: !Object.keys(banned).length });
    const cuts = forms.map(({ form, tokens, why }) =>
      el(
        "div",
        { class: "cut" },
        el("code", { class: "form-of" }, shownPiece(form)),
        el("span", { class: "pieces" }, ...tokens.map((token) => this.chip(token))),
        why && el("span", { class: "fine" }, translated(why)),
      ),
    );
    this.forms.replaceChildren(...(cuts.length ? [...cuts, ban] : []));
  }

  /** @param {Token[]} tokens */
  drawLast(tokens) {
    const chips = tokens.slice(0, MOST_CHIPS).map((token) => this.chip(token));
    const summary = el("summary", {}, t("or pick from the last answer"));
    const all = el("details", {}, summary, el("div", { class: "pieces" }, ...chips));
    this.last.replaceChildren(...(chips.length ? [all] : []));
  }

  byHand() {
    const id = el("input", { type: "number", min: 0, step: 1, placeholder: t("token id") });
    id.setAttribute("aria-label", t("token id"));
    const add = () => {
      if (id.value === "" || Number(id.value) < 0) return;
      this.put({ [Math.trunc(Number(id.value))]: BAN });
      id.value = "";
      this.look();
    };
    id.addEventListener("keydown", (event) => {
      if (event.key === "Enter") add();
    });
    return el("div", { class: "by-hand" }, id, button("plain-act", t("add an id by hand"), add));
  }

  /** @param {Record<string, number>} more */
  put(more) {
    Object.assign(this.bias, more);
    this.draw();
    this.changed();
  }

  changed() {
    this.follow();
    this.tell();
  }

  tell() {
    this.onchange(Object.keys(this.bias).length ? { ...this.bias } : undefined);
  }

  follow() {
    this.json.set(Object.keys(this.bias).length ? JSON.stringify(this.bias, null, 2) : "");
    this.said.replaceChildren();
  }

  /** @param {string} text */
  typed(text) {
    const { value, remark } = text.trim() === "" ? { value: {} } : readJson(text);
    const isPairs = Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2);
    const pairs = isPairs ? Object.fromEntries(value) : value;
    const wrong = remark ?? (pairs && typeof pairs === "object" && !Array.isArray(pairs) ? null : SHAPE);
    this.json.mark(wrong ? [wrong.line] : []);
    this.said.replaceChildren(...(wrong ? [remarkList([wrong], "bad")] : []));
    if (wrong) {
      this.onchange(undefined, wrong.text);
      return;
    }
    this.bias = pairs;
    this.tell();
    this.draw();
    this.later.soon();
  }

  draw() {
    const rows = Object.entries(this.bias).map(([id, bias]) => this.biasRow(id, bias));
    this.list.replaceChildren(...(rows.length ? rows : [el("p", { class: "fine" }, NONE)]));
  }

  /**
   * @param {string} id
   * @param {any} bias
   */
  biasRow(id, bias) {
    const { minimum: min, maximum: max } = BIAS;
    const label = { "aria-label": t("bias of token {id}", { id }) };
    const box = el("input", { type: "number", min, max, step: "any", value: bias, ...label });
    const range = el("input", { type: "range", min, max, step: 1, value: bias, ...label });
    const set = (/** @type {string} */ value, /** @type {HTMLInputElement} */ other) => {
      other.value = value;
      this.bias[id] = Number(value);
      this.changed();
    };
    box.addEventListener("input", () => {
      if (box.value !== "") set(box.value, range);
    });
    range.addEventListener("input", () => set(range.value, box));
    const drop = () => {
      delete this.bias[id];
      this.draw();
      this.changed();
    };
    const remove = button("plain-act", "\u00d7", drop, { "aria-label": t("remove token {id}", { id }) });
    const piece = this.pieces.get(id);
    const shown = el("code", {}, piece === undefined ? "?" : shownPiece(piece));
    return el("div", { class: "bias" }, shown, el("small", {}, id), range, box, remove);
  }
}

/** @param {import("../../types").ControlSpec} spec */
export function biasControl(spec) {
  const brief = (/** @type {object} */ bias) => {
    return amount(Object.keys(bias).length, "token");
  };
  const dress = () => ({ about: t("Makes single tokens likelier or impossible."), side: asSent(spec.name) });
  return editorControl(spec, { brief, make: (bias, change) => new BiasEditor(bias, change), dress });
}
