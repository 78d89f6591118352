// The dice, opened: at any place of an answer the bars that were there, what each parameter did to them, and the
// draw. A slider that is moved here redraws the bars, and the model is not asked again.

import { isUsable } from "../chat/tokens.js";
import { ORDERS } from "../contract.js";
import { ask, reasons } from "../core/api.js";
import { dialog } from "../core/dialog.js";
import { button, el } from "../core/dom.js";
import { store } from "../core/store.js";
import { fixed, t, translated } from "../core/words.js";
import { Bars, percent } from "./bars.js";
import { Dials } from "./dials.js";
import { Places } from "./places.js";
import { Throws } from "./throws.js";

/** @import { Score } from "../types" */

/** @typedef {[step: string, parameters: string[], acted: boolean]} Stage */
/** @typedef {[id: number, piece: string, by: number, count: number]} Moved  A token whose logit a step moved. */
/**
 * @typedef {object} View  The steps at a place, and the bars of one of them.
 * @property {Stage[]} stages
 * @property {string} said
 * @property {import("./bars.js").BarRows} bars
 * @property {Moved[]} moved
 * @property {Draw | null} draw
 */
/** @typedef {{id: number, place: number, from: number, to: number}} Draw */

const INTRO = t(
  "Each token is drawn from bars like these. Choose a place of the text, then move a slider: the model is not asked " +
    "again.",
);
const LOADING = t("Asking the model for the scores of every token…");
const NO_MESSAGE = {
  ok: false,
  lost: false,
  status: 400,
  data: { message: t("Type a message first: then this shows what the model would say next.") },
};
const MOST_NAMED = 6;
const DRAW = "draw";
/** @type {Record<string, string>} */
const ENDS = { model: t("the model"), penalties: t("penalties"), [DRAW]: t("the draw") };

/** @param {Moved[]} moved */
function movedWords(moved) {
  const named = moved.slice(0, MOST_NAMED).map(([, piece, by, count]) => {
    const often = count ? t(", seen {count}×", { count }) : "";
    return `\u201c${piece.trim() || piece}\u201d ${by > 0 ? "+" : "\u2212"}${fixed(Math.abs(by), 2)}${often}`;
  });
  const more = moved.length > MOST_NAMED ? " \u2026" : "";
  return named.length ? t(" Of the likeliest: {named}{more}", { named: named.join("; "), more }) : "";
}

/** @param {Draw} draw */
function drawWords({ place, from, to }) {
  const where = place === 1 ? t("the likeliest") : t("number {place} by likelihood", { place });
  if (to <= from) return t("The token that came could not be drawn under these settings.");
  const line = t("from {from} to {to}", { from: fixed(from, 3), to: fixed(to, 3) });
  return t(
    "The token that came is {where}. Bars laid end to end, the likeliest first, it owns the line {line}: the " +
      "number that was drawn lay there. The engine does not tell it more exactly.",
    { where, line },
  );
}

class Dice {
  #prompt = /** @type {number[]} */ ([]);
  #model = ""; // whose tokens these are
  #said = /** @type {import("./places.js").Token[]} */ ([]);
  #values = /** @type {import("./dials.js").Values} */ ({}); // what the answer was drawn under
  #scores = /** @type {Score[]} */ ([]);
  #place = 0;
  #key = "";
  /** The place that is being asked for: the model is asked for one at a time, and then for the one chosen last. */
  #asking = /** @type {Promise<unknown>} */ (Promise.resolve());
  #unshown = ""; // what else decided the draw
  #step = DRAW; // the step whose bars are shown
  #isDrawing = false;
  #isStale = false;

  constructor() {
    this.places = new Places((place) => this.#open(place));
    this.bars = new Bars();
    this.dials = new Dials(
      () => this.#moved(),
      (parameter) => this.#light(parameter),
    );
    this.throws = new Throws(
      () => this.#where(),
      (fallen) => this.#fell(fallen),
    );
    this.said = el("p", { class: "dice-words", role: "status" });
    this.drawn = el("p", { class: "dice-drawn" });
    this.steps = el("div", { class: "dice-steps", role: "toolbar", "aria-label": t("steps") });
    const scale = el("input", { type: "checkbox" });
    scale.addEventListener("change", () => this.bars.scale(scale.checked));
    this.order = el("select", { "aria-label": t("order of the steps") });
    for (const [name, { label }] of Object.entries(ORDERS))
      this.order.append(el("option", { value: name }, translated(label)));
    this.order.addEventListener("change", () => this.#moved());
    const back = button("small", t("as it was drawn"), () => this.#reset());
    const take = button("small strong", t("use these settings"), () => this.#take());
    this.side = el(
      "div",
      { class: "dice-side" },
      this.dials.node,
      el("label", { class: "order" }, t("order "), this.order),
    );
    this.side.append(el("div", { class: "dice-acts" }, back, take), this.throws.node);
    const head = el(
      "div",
      { class: "dice-head" },
      this.said,
      el("label", { class: "scale" }, scale, t(" logarithmic")),
    );
    const left = el("div", { class: "dice-left" }, head, this.bars.list);
    left.append(this.drawn);
    const body = el("div", { class: "dialog-body dice-body" }, this.places.node, this.steps);
    body.append(el("div", { class: "dice-main" }, left, this.side));
    this.node = dialog(t("The dice"), el("p", { class: "intro" }, INTRO), body);
    this.node.id = "chain";
  }

  /**
   * Opens it at a place that the server tells of.
   * @param {Promise<import("../core/api.js").Told>} asked
   * @param {Score[]} scores  those that came with the answer
   */
  async show(asked, scores) {
    this.node.showModal();
    this.#say(LOADING);
    const told = await asked;
    if (!told.ok) return this.#say(reasons(told));
    const { model, prompt, said, values, order, message, unshown } = told.data;
    this.#unshown = translated(unshown);
    this.#model = model;
    this.#prompt = prompt.map((/** @type {import("./places.js").Token} */ [id]) => id);
    this.#said = message ? scores.map(([token]) => [-1, token]) : said;
    this.#scores = message ? scores : [];
    this.#values = values;
    this.dials.show(values);
    this.order.value = order;
    this.places.show(prompt, this.#said);
    this.side.hidden = this.steps.hidden = Boolean(message);
    if (message && !scores.length) return this.#say(translated(message));
    return this.places.choose(0);
  }

  /** @param {string} words */
  #say(words) {
    this.said.textContent = words;
    this.bars.list.classList.remove("stale");
    this.bars.list.replaceChildren();
    this.drawn.textContent = "";
  }

  #where() {
    return { key: this.#key, values: this.dials.values, order: this.order.value };
  }

  /** @param {number} place */
  async #open(place) {
    this.#place = place;
    this.throws.clear();
    this.bars.mark(null);
    if (this.#scores.length) return this.#showScores();
    this.said.textContent = LOADING;
    this.bars.list.classList.add("stale");
    const ids = [...this.#prompt, ...this.#said.slice(0, place).map(([id]) => id)];
    await this.#asking;
    if (this.#place !== place) return undefined;
    const asking = ask("playground/dice/place", { body: { ids, model: this.#model } });
    this.#asking = asking;
    const told = await asking;
    if (this.#place !== place) return undefined;
    if (!told.ok) return this.#say(reasons(told));
    this.#key = told.data.key;
    return this.#draw();
  }

  /** Of another model no more is known than what came: the rest is one bar, and no step can be told. */
  #showScores() {
    const score = this.#scores[this.#place];
    if (!score)
      return this.#say(t("What comes next is not known of this model: only what it said came with scores."));
    const [token, logprob, top] = score;
    const came = top.some(([other]) => other === token)
      ? top
      : [.../** @type {[string, number][]} */ ([[token, logprob]]), ...top];
    const all = came.filter(([, each]) => isUsable(each));
    const rows = all.map(([piece, value], at) => {
      const share = Math.exp(value);
      return /** @type {import("./bars.js").Bar} */ ([at, piece, share, share]);
    });
    const rest = Math.max(0, 1 - rows.reduce((sum, [, , share]) => sum + share, 0));
    const drawn = all.findIndex(([other]) => other === token);
    this.bars.show({ rows, rest: [rest, rest] }, drawn);
    this.said.textContent = t(
      "{length} tokens came with their scores. What the other {percent} are, and what each parameter " +
        "did, cannot be known from them.",
      { length: all.length, percent: percent(rest) },
    );
    return undefined;
  }

  #moved() {
    this.throws.clear();
    this.bars.mark(null);
    this.#draw();
  }

  /** Draws what the dials say; while one drawing is under way, the last move alone is drawn after it. */
  async #draw() {
    this.#isStale = true;
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    while (this.#isStale) {
      this.#isStale = false;
      const drawn = this.#said[this.#place]?.[0] ?? null;
      const told = await ask("playground/dice/chain", {
        body: { ...this.#where(), step: this.#step, drawn },
      });
      if (told.status === 410) this.#say(reasons(told));
      else if (told.ok) this.#paint(told.data);
      else this.said.textContent = reasons(told);
    }
    this.#isDrawing = false;
  }

  /** @param {View} view */
  #paint({ stages, said, bars, moved, draw }) {
    /** @type {Stage[]} */
    const all = [["model", [], true], ...stages, [DRAW, [], true]];
    const isNew = this.steps.childElementCount !== all.length;
    if (isNew) this.steps.replaceChildren(...all.map(() => this.#stepButton()));
    for (const [at, stage] of all.entries())
      this.#paintStep(/** @type {HTMLElement} */ (this.steps.children[at]), stage);
    this.said.textContent = [translated(said) + movedWords(moved), this.#unshown].filter(Boolean).join(" ");
    this.bars.list.classList.remove("stale");
    this.bars.show(bars, draw?.id ?? -1);
    this.drawn.textContent = draw && !this.#unshown ? drawWords(draw) : "";
  }

  #stepButton() {
    const node = button("step", "", () => {
      this.#step = node.dataset.step ?? DRAW;
      if (this.#step !== DRAW) this.bars.mark(null); // throws are over the last bars
      this.#draw();
    });
    return node;
  }

  /**
   * @param {HTMLElement} node
   * @param {Stage} stage
   */
  #paintStep(node, [step, parameters, acted]) {
    node.textContent = ENDS[step] ?? step;
    node.dataset.step = step;
    node.dataset.parameters = parameters.join(" ");
    node.classList.toggle("idle", !acted);
    node.setAttribute("aria-pressed", String(step === this.#step));
  }

  /** @param {Map<number, number>} fallen */
  async #fell(fallen) {
    this.#step = DRAW;
    await this.#draw();
    this.bars.mark(fallen);
  }

  /**
   * The step that has this parameter lights up.
   * @param {string | null} parameter
   */
  #light(parameter) {
    for (const step of this.steps.querySelectorAll("[data-step]")) {
      const own = /** @type {HTMLElement} */ (step).dataset.parameters?.split(" ") ?? [];
      step.classList.toggle("lit", parameter !== null && own.includes(parameter));
    }
  }

  #reset() {
    this.dials.show(this.#values);
    this.#moved();
  }

  #take() {
    const { logit_bias: _, ...before } = this.#values;
    const names = new Set([...Object.keys(before), ...Object.keys(this.dials.values)]);
    names.delete("logit_bias");
    store.change(Object.fromEntries([...names].map((name) => [name, this.dials.values[name] ?? null])));
    this.node.close();
  }
}

/** @type {Dice | null} */
let dice = null;

/**
 * Opens the dice at an answer.
 * @param {string | null} id
 * @param {Score[]} scores
 */
export function openDice(id, scores) {
  dice ??= new Dice();
  dice.show(ask("playground/dice/answer", { body: { id }, keys: store.keys }), scores);
}

/**
 * Opens the dice at the very next token of a request that is not sent.
 * @param {{messages: object[]}} request
 */
export function openNext(request) {
  dice ??= new Dice();
  const asked = request.messages.length
    ? ask("playground/dice/next", { body: request, keys: store.keys })
    : Promise.resolve(NO_MESSAGE);
  dice.show(asked, []);
}
