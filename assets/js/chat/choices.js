// The answers to one message, where `n` asked for several or a branch went off one: one is shown, the others can be
// turned over below it. Each is a view of its own, so that its tokens, calls and JSON are shown as any answer's are.

import { button, el } from "../core/dom.js";
import { t } from "../core/words.js";
import { branchWords } from "./branching.js";

/** @import { Answer } from "../types" */
/** @import { AnswerView } from "./answer.js" */

/**
 * What is known of the request alone, and so of each of its answers.
 * @param {Answer} answer
 */
const shared = ({ id, asked, body, report, prefill, evidence, error }) => ({
  id,
  asked,
  body,
  report,
  prefill,
  evidence,
  error,
});

/**
 * A further answer to the same request as it is kept beside the one that is shown.
 * @param {Answer} answer
 */
const own = ({ text, reasoning, tool_calls, logprobs, attachments, ended, why, message, beside_text }) =>
  /** @type {Answer} */ ({
    text,
    reasoning,
    tool_calls,
    logprobs,
    attachments,
    ended,
    why,
    message,
    beside_text,
  });

/**
 * An answer to another request, without those that are beside it.
 * @param {Answer} answer
 */
const alone = ({ others, place, ...answer }) => /** @type {Answer} */ (answer);

export class Choices {
  #place = 0; // of the one that is shown
  #first = 0; // of the answers to the newest request

  /**
   * @param {AnswerView} view  the one that is shown; those that are kept beside it come along
   * @param {(answer: Answer | null) => AnswerView} viewOf  makes the view of another
   * @param {() => void} onturn  another one is shown
   * @param {Answer[]} [beside]  answers that stay beside one that begins
   */
  constructor(view, viewOf, onturn, beside = []) {
    this.viewOf = viewOf;
    this.onturn = onturn;
    this.text = el("span", {});
    this.pager = el("div", { class: "choices", role: "group", hidden: true });
    this.pager.setAttribute("aria-label", t("answers to this message"));
    this.pager.append(
      this.#button("\u2039", t("previous answer"), -1),
      this.text,
      this.#button("\u203a", t("next answer"), 1),
    );
    this.pager.addEventListener("keydown", (event) => this.#onkey(event));
    const { place = 0, others = [], id } = view.answer;
    const kept = [...beside, ...others.filter(({ text }) => text !== undefined)];
    this.#place = beside.length || (kept.length ? place : 0);
    const facts = shared(view.answer);
    /** @type {AnswerView[]} */
    this.views = kept.map((other) => viewOf(other.id ? other : { ...other, ...facts }));
    this.views.splice(this.#place, 0, view);
    this.#first = this.views.findIndex(({ answer }) => answer.id === id);
    this.#show();
  }

  /**
   * @param {string} text
   * @param {string} label
   * @param {number} step
   */
  #button(text, label, step) {
    const turner = button("plain-act", text, () => this.turn(step), { title: label });
    turner.setAttribute("aria-label", label);
    return turner;
  }

  /** The first answer to the newest request, of which the request's own facts are told. */
  get first() {
    return this.views[this.#first];
  }

  get shown() {
    return this.views[this.#place];
  }

  /** Which of them is shown, in words; empty where there is only one. */
  get told() {
    return this.views.length > 1 ? t("answer {words}", { words: this.#words }) : "";
  }

  get #words() {
    const { branch } = this.shown.answer;
    const left = branch ? t(", with {branch}", { branch: branchWords(branch) }) : "";
    return t("{place} of {count}{left}", { place: this.#place + 1, count: this.views.length, left });
  }

  /**
   * Takes a piece of one of them.
   * @param {string} kind
   * @param {any} data
   * @param {number} choice
   */
  paint(kind, data, choice) {
    this.#at(choice).paint(kind, data);
    if (kind === "ended") this.#end(data);
  }

  /** @param {number} choice */
  #at(choice) {
    const at = this.#first + choice;
    while (this.views.length <= at) {
      const view = this.viewOf(null);
      view.goOnFrom(this.first.answer.prefill ?? "");
      view.waiting();
      this.views.push(view);
    }
    if (choice) this.#show();
    return this.views[at];
  }

  /**
   * All have ended, each in its own way where its server said so.
   * @param {any} data  what is told of the first
   */
  #end({ ended, why, others = [] }) {
    const facts = shared(this.first.answer);
    for (const [place, view] of this.views.slice(this.#first + 1).entries()) {
      view.paint("ended", { ended, why, ...others[place], ...facts });
    }
    this.#keep();
  }

  /** What had come of stopped ones is known to their last words, which came with the first's. */
  fetched() {
    const { others = [] } = this.first.answer;
    const facts = shared(this.first.answer);
    for (const [place, other] of others.entries()) {
      const view = this.#at(place + 1);
      Object.assign(view.answer, other, facts);
      view.restore();
      view.reshape();
    }
    this.#keep();
  }

  /**
   * Shows another one, and after the last the first.
   * @param {number} step
   */
  turn(step) {
    const { node } = this.shown;
    const focused = document.activeElement;
    this.#place = (this.#place + step + this.views.length) % this.views.length;
    node.replaceWith(this.shown.node);
    this.#keep();
    this.#show();
    if (focused instanceof HTMLElement && this.pager.contains(focused)) focused.focus();
    this.onturn();
  }

  /** The one that is shown keeps the others, so that they are there after a reload. */
  #keep() {
    if (this.views.length < 2) return;
    for (const view of this.views) delete view.answer.others;
    this.shown.answer.place = this.#place;
    this.shown.answer.others = this.views
      .filter((view) => view !== this.shown)
      .map(({ answer }) => (answer.id === this.shown.answer.id ? own(answer) : alone(answer)));
  }

  #show() {
    this.pager.hidden = this.views.length < 2;
    this.text.textContent = this.#words;
    this.shown.node.insertBefore(this.pager, this.shown.strip.node);
  }

  /** @param {KeyboardEvent} event */
  #onkey(event) {
    const onwards = getComputedStyle(this.pager).direction === "rtl" ? -1 : 1;
    const step = onwards * ({ ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0);
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.turn(step);
  }
}
