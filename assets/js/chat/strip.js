// What stands under an answer: how it ended and what it took, and a drawer with what was sent and what came.

import { textAt } from "../core/api.js";
import { button, copyText, el, nodes } from "../core/dom.js";
import { fixed, number, t, translated } from "../core/words.js";
import { openDice } from "../dice/dice.js";
import { offerReplay } from "../replay/offer.js";
import { rawSwitch } from "./reading.js";
import { reportTable } from "./report.js";
import { scoresPanel } from "./scores.js";

/** @import { Answer, Remedy } from "../types" */

const ALARMING = ["error", "timeout", "cut off"];
/** @type {Record<string, string>} */
const NAMES = { request: t("request"), report: t("report"), response: t("response"), tokens: t("tokens") };
const GONE = t("The raw response is kept for the last answers only, and this one has gone.");
const LOST = t("The raw response could not be fetched: this page has lost its own server.");
/** @param {unknown} value */
const pretty = (value) => JSON.stringify(value, null, 2);
/** @param {number} value */
const seconds = (value) => `${fixed(value, value < 10 ? 2 : 0)} s`;
/** @param {number} cost */
const dollars = (cost) =>
  number(cost, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    maximumSignificantDigits: 3,
    useGrouping: false,
  });

/**
 * In numbers what an answer took.
 * @param {Answer} answer
 */
function factsOf(answer) {
  const { usage, first_token_s: first, tokens_per_second: speed, body, others = [] } = answer;
  const untold = others.some(({ text }) => text === undefined);
  const counted = usage?.counted ? t(" (counted here)") : "";
  return [
    usage &&
      t("{prompt_tokens} in, {completion_tokens} out{counted}", {
        prompt_tokens: usage.prompt_tokens ?? "?",
        completion_tokens: usage.completion_tokens,
        counted,
      }),
    first != null && t("first token {seconds}", { seconds: seconds(first) }),
    speed && t("{speed} tok/s", { speed: fixed(speed, 0) }),
    usage?.cost != null && dollars(usage.cost),
    body?.seed !== undefined && t("seed {seed}", { seed: body.seed }),
    answer.beside_text &&
      t("it also sent {beside_text}: see response", { beside_text: translated(answer.beside_text) }),
    untold && t("1 of {count} answers; the others are in response", { count: others.length + 1 }),
  ].filter(Boolean);
}

/**
 * A text to read, with a button that copies it.
 * @param {string} text
 */
function sheet(text) {
  const copy = button("copy", t("copy"), () => copyText(text, copy));
  return el("div", { class: "sheet" }, copy, el("pre", { tabIndex: 0 }, text));
}

export class Strip {
  /** @param {() => Answer} answer */
  constructor(answer) {
    this.answer = answer;
    this.node = el("div", { class: "strip" });
    // It scrolls, so keys must reach it.
    this.drawer = el("div", { class: "drawer", role: "region", tabIndex: 0, hidden: true });
    this.drawer.setAttribute("aria-label", t("more of this answer"));
    /** @type {{name: string, make: () => HTMLElement} | null} */
    this.opened = null;
    /** @type {HTMLElement | null} */
    this.again = null;
    /** @type {((changes: Remedy["changes"]) => void) | null} */
    this.mend = null; // asks again with what a refusal asks for; only the newest answer has it
  }

  /**
   * Says what is waited for.
   * @param {string} text
   */
  say(text) {
    this.node.replaceChildren(el("span", { class: "why" }, text));
  }

  /** The scores that came do not make up the text. */
  markApart() {
    this.node.dataset.scores = "apart";
  }

  /**
   * A button that stands behind the strip's own, and what the remedy of a failure does; no button for the
   * second pane's.
   * @param {HTMLElement | null} again
   * @param {(changes: Remedy["changes"]) => void} mend
   */
  offer(again, mend) {
    this.again = again;
    this.mend = mend;
    this.paint();
  }

  paint() {
    const answer = this.answer();
    if (answer.blind && !answer.body) {
      const tabs = el(
        "span",
        { class: "tabs" },
        ...nodes([answer.text !== "" && rawSwitch(answer.text.length), this.again]),
      );
      this.node.replaceChildren(el("span", { class: "why" }, translated(answer.why)), tabs);
      return;
    }
    const { ended, why, text, logprobs, prefill } = answer;
    const copy = button("tab", t("copy"), () => copyText(text, copy));
    const facts = factsOf(answer).map((fact) => el("span", { class: "fact" }, fact));
    const tabs = [
      this.tab("request", () => sheet(pretty(answer.body))),
      this.tab("report", () => reportTable(answer)),
      this.tab("response", () => this.response()),
      (text !== "" || answer.tool_calls.length > 0) &&
        this.tab("tokens", () => scoresPanel(this.answer(), this.mend)),
      text !== "" && button("tab dice", t("dice"), () => openDice(answer.id, logprobs)),
      text !== "" && copy,
      text !== "" && !logprobs.length && !prefill && rawSwitch(text.length),
      this.again,
      this.again && offerReplay(this.answer),
    ];
    const wrong = this.#wrong;
    const failure = wrong && this.#failure(wrong);
    const read = answer.evidence?.messages?.effect;
    const cut = read?.state === "no" && el("p", { class: "failure" }, translated(read.why));
    const whyNode = el("span", { class: `why ended-${ended?.replace(" ", "-")}` }, translated(why));
    this.node.replaceChildren(
      ...nodes([failure, cut, whyNode, ...facts, el("span", { class: "tabs" }, ...tabs)]),
    );
  }

  get #wrong() {
    const { ended, error, eaten } = this.answer();
    return ALARMING.includes(ended ?? "") ? error : eaten;
  }

  /** How it ended, in words for who cannot see it; what went wrong a blind pair keeps to itself until the vote. */
  get ending() {
    const { blind, body, why } = this.answer();
    const wrong = blind && !body ? null : this.#wrong;
    const words = translated(why);
    return wrong ? `${words}; ${translated(wrong.message)} ${translated(wrong.next_step)}` : words;
  }

  /**
   * What went wrong and what to do next, as a button where that can be done here.
   * @param {NonNullable<Answer["error"]>} error
   */
  #failure({ message, next_step: step, remedy }) {
    const { mend } = this;
    const offer = remedy && mend && button("remedy", translated(remedy.text), () => mend(remedy.changes));
    const said = offer && remedy.step === step ? [] : [el("b", {}, translated(step)), " "];
    return el("p", { class: "failure" }, translated(message), " ", ...said, offer); // the pane announces it, once
  }

  /**
   * @param {string} name
   * @param {() => HTMLElement} make
   */
  tab(name, make) {
    const expanded = String(this.opened?.name === name);
    return button("tab", NAMES[name], () => this.toggle(name, make), {
      "data-tab": name,
      "aria-expanded": expanded,
    });
  }

  /**
   * Opens the drawer with what `make` makes, or closes it where it shows that already.
   * @param {string} name
   * @param {() => HTMLElement} make
   */
  toggle(name, make) {
    this.opened = this.opened?.name === name ? null : { name, make };
    for (const tab of this.node.querySelectorAll(".tab[aria-expanded]")) {
      tab.setAttribute("aria-expanded", String(tab.getAttribute("data-tab") === this.opened?.name));
    }
    this.refill();
    this.bringIntoView();
  }

  /** What the drawer shows is made anew, as it may be known better now. */
  refill() {
    this.drawer.hidden = !this.opened;
    this.drawer.replaceChildren(...(this.opened ? [this.opened.make()] : []));
  }

  /** Scrolls only as far as the drawer needs, and at once: it was asked for. */
  bringIntoView() {
    if (this.opened) this.drawer.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  response() {
    const holder = el("div", {}, el("p", {}, t("loading…")));
    textAt(`playground/raw/${this.answer().id}`).then(
      (text) => {
        holder.replaceChildren(text === null ? el("p", {}, GONE) : sheet(text));
        if (holder.isConnected) this.bringIntoView();
      },
      () => holder.replaceChildren(el("p", {}, LOST)),
    );
    return holder;
  }
}
