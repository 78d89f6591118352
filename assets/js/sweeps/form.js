// What shall be swept: one or two axes, seeds, prompts; and what that comes to, before anything is asked.

import { amount } from "../core/amounts.js";
import { ask, reasons } from "../core/api.js";
import { el } from "../core/dom.js";
import { after } from "../core/later.js";
import { recall, remember } from "../core/memory.js";
import { store } from "../core/store.js";
import { t, translated } from "../core/words.js";
import { AxisFields } from "./axis.js";
import { field } from "./field.js";

/** @import { Problem } from "../types" */
/** @import { Offer } from "./axis.js" */

/**
 * @typedef {{axes: {parameter: string, values: string}[], seeds: string, prompts: string, is_list: boolean,
 *   reference: string, name: string, at_once: number | null}} Fields
 */

const PAUSE_MS = 250;
const LOST = t("This page has lost its own server: start it again.");
const TYPE = t("Type a prompt, and this says what the sweep comes to.");
const MODEL = "model";
/** @type {Fields} */
const FIRST = {
  axes: [
    { parameter: "temperature", values: "0 to 2 step 0.5" },
    { parameter: "", values: "" },
  ],
  seeds: "1 to 5",
  prompts: "",
  is_list: false,
  reference: "",
  name: "",
  at_once: null,
};

export class Form {
  /** @type {Map<string, HTMLElement>} */
  #problems = new Map();
  #asked = 0;

  /**
   * @param {Offer[]} offers
   * @param {number} most  values of an axis
   * @param {(ready: boolean) => void} onplan  hears whether what stands here can be started
   */
  constructor(offers, most, onplan) {
    this.onplan = onplan;
    this.later = after(PAUSE_MS, () => this.plan());
    const changed = () => this.#changed();
    this.axes = [t("vary"), t("and")].map(
      (title, at) => new AxisFields(title, offers, { optional: at > 0, most }, changed),
    );
    this.seeds = el("input", {
      type: "text",
      spellcheck: false,
      oninput: changed,
      placeholder: t("as set in the rows"),
    });
    this.prompts = el("textarea", {
      rows: 3,
      oninput: changed,
      placeholder: t("the question that every cell is asked"),
    });
    this.isList = el("input", { type: "checkbox", onchange: changed });
    this.reference = el("input", {
      type: "text",
      oninput: changed,
      placeholder: t("a text to hold answers against"),
    });
    this.name = el("input", {
      type: "text",
      oninput: changed,
      maxLength: 100,
      placeholder: t("by its axes"),
    });
    this.atOnce = el("input", {
      type: "number",
      min: 1,
      max: 64,
      step: 1,
      oninput: changed,
      placeholder: "auto",
    });
    this.before = el("p", { class: "note" });
    this.summary = el("p", { class: "plan", role: "status" });
    this.#show({ ...FIRST, ...recall("sweep") });
    this.node = this.#laid();
  }

  #laid() {
    const fields = {
      seed: field(t("seeds"), this.seeds),
      prompts: field(t("prompts"), this.prompts, "wide"),
      reference: field(t("reference, if any"), this.reference, "reference"),
      name: field(t("name"), this.name),
      at_once: field(t("calls at once"), this.atOnce),
    };
    for (const [name, { problem }] of Object.entries(fields)) this.#problems.set(name, problem);
    const list = el(
      "label",
      { class: "is-list" },
      this.isList,
      t(" several: one a line, or JSONL with prompt and reference"),
    );
    fields.prompts.node.append(list, this.before);
    const { seed, prompts, reference, name, at_once: atOnce } = fields;
    const small = el("div", { class: "small-fields" }, seed.node, atOnce.node, name.node, reference.node);
    return el("div", { class: "sweep-form" }, ...this.axes.map(({ node }) => node), prompts.node, small);
  }

  /** @returns {Fields} */
  get fields() {
    return {
      axes: this.axes.map(({ asked }) => asked),
      seeds: this.seeds.value,
      prompts: this.prompts.value,
      is_list: this.isList.checked,
      reference: this.reference.value,
      name: this.name.value,
      at_once: this.atOnce.value.trim() === "" ? null : Number(this.atOnce.value),
    };
  }

  /** @param {Fields} fields */
  #show(fields) {
    for (const [at, axis] of this.axes.entries()) axis.show(fields.axes[at] ?? FIRST.axes[1]);
    this.seeds.value = fields.seeds;
    this.prompts.value = fields.prompts;
    this.isList.checked = fields.is_list;
    this.reference.value = fields.reference;
    this.name.value = fields.name;
    this.atOnce.value = fields.at_once === null ? "" : String(fields.at_once);
  }

  #changed() {
    remember("sweep", this.fields);
    this.onplan(false);
    this.later.soon();
  }

  /** What the server is asked: what stands here, over what is set in the rows. */
  get request() {
    const instruction = this.#instruction();
    const fields = this.fields;
    const axes = fields.axes.filter(({ parameter }) => parameter);
    return { ...store.request(instruction ? [instruction] : []), ...fields, axes };
  }

  /** Where no prompt stands here yet, the last question of the chat does. */
  takeQuestion() {
    if (this.prompts.value.trim()) return;
    const asked = (store.value("messages") ?? []).filter(
      (/** @type {import("../types").Turn} */ { role, content }) =>
        role === "user" && typeof content === "string",
    );
    this.prompts.value = asked.at(-1)?.content ?? "";
  }

  /** The system prompt of the chat, which each prompt stands behind. */
  #instruction() {
    const first = store.value("messages")?.[0];
    return ["system", "developer"].includes(first?.role) ? first : null;
  }

  /** Asks what it would come to. */
  async plan() {
    this.#asked += 1;
    const asked = this.#asked;
    const instruction = this.#instruction();
    const { model } = store.target;
    const behind = instruction
      ? t(" Behind the system prompt of the chat: “{content}”", { content: instruction.content })
      : "";
    const isAxis = this.axes.some(({ asked: { parameter } }) => parameter === MODEL);
    const asks = isAxis ? t("each model") : model;
    this.before.textContent = t("Asked of {asks}, with what is set in the rows.{behind}", { asks, behind });
    const unreadable = store.names.filter((name) => store.unreadable(name));
    if (unreadable.length) {
      this.#say([
        {
          text: t("{unreadable} cannot be read: mend what is typed in its row.", {
            unreadable: unreadable.join(", "),
          }),
        },
      ]);
      this.onplan(false);
      return;
    }
    const told = await ask("playground/sweep/plan", { body: this.request, keys: store.keys });
    if (asked !== this.#asked) return;
    const isPlan = told.ok && !told.data.problems.length;
    this.#say(told.data?.problems ?? []);
    if (isPlan) this.summary.textContent = inWords(told.data);
    if (!told.ok) this.summary.textContent = told.lost ? LOST : reasons(told);
    if (!told.ok) this.summary.classList.add("bad");
    this.onplan(isPlan);
  }

  /**
   * Puts each problem beside its field; what has none here stands in the summary.
   * @param {Problem[]} problems
   */
  #say(problems) {
    const places = new Map(this.#problems);
    for (const axis of this.axes) {
      axis.given.problem.textContent = "";
      if (axis.select.value) places.set(axis.select.value, axis.given.problem);
    }
    for (const place of places.values()) place.textContent = "";
    const unplaced = [];
    let asking = "";
    for (const { parameter = "", text } of problems) {
      const place = places.get(parameter);
      if (!place) unplaced.push(translated(text));
      else if (parameter !== "prompts" || this.prompts.value.trim()) place.textContent = translated(text);
      else asking = TYPE;
    }
    this.summary.textContent = unplaced.join(" ") || asking;
    this.summary.classList.toggle("bad", unplaced.length > 0);
  }
}

/**
 * What a sweep comes to.
 * @param {{cells: number, calls: number, prompts: number, seeds: number, prompt_tokens: number,
 *   answer_tokens: number | null, prices: string[]}} plan
 */
function inWords({ cells, calls, prompts, seeds, prompt_tokens: read, answer_tokens: written, prices }) {
  const product = [amount(cells, "cell"), amount(prompts, "prompt"), amount(seeds, "seed")].join(" \u00d7 ");
  const answers =
    written === null
      ? t("answers without a limit (set max_tokens)")
      : t("at most {tokens} of answers", { tokens: amount(written, "token") });
  const tokens = t("{answers}, about {tokens} of prompts", { answers, tokens: amount(read, "token") });
  return `${product} = ${amount(calls, "call")}: ${tokens}. ${prices.map(translated).join(" ")}`;
}
