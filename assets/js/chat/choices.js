// The answers to one request where `n` asked for several: one is shown, the others can be turned over below it.
// Each is a view of its own, so that its tokens, calls and JSON are shown as any answer's are.

import { button, el } from "../core/dom.js";

/** @import { Answer } from "../types" */
/** @import { AnswerView } from "./answer.js" */

/**
 * What is known of the request alone, and so of each of its answers.
 * @param {Answer} answer
 */
const shared = ({ id, body, report, prefill, evidence, error }) => ({
  id,
  body,
  report,
  prefill,
  evidence,
  error,
});

/**
 * A further answer as it is kept beside the one that is shown.
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

export class Choices {
  #place = 0; // of the one that is shown

  /**
   * @param {AnswerView} view  the one that is shown; those that are kept beside it come along
   * @param {(answer: Answer | null) => AnswerView} viewOf  makes the view of another
   * @param {() => void} onturn  another one is shown
   */
  constructor(view, viewOf, onturn) {
    this.viewOf = viewOf;
    this.onturn = onturn;
    this.text = el("span", {});
    this.pager = el("div", { class: "choices", role: "group", hidden: true });
    this.pager.setAttribute("aria-label", "answers to this message");
    this.pager.append(
      this.#button("\u2039", "previous answer", -1),
      this.text,
      this.#button("\u203a", "next answer", 1),
    );
    this.pager.addEventListener("keydown", (event) => this.#onkey(event));
    const { place = 0, others = [] } = view.answer;
    const kept = others.filter(({ text }) => text !== undefined);
    this.#place = kept.length ? place : 0;
    const facts = shared(view.answer);
    /** @type {AnswerView[]} */
    this.views = kept.map((other) => viewOf({ ...other, ...facts }));
    this.views.splice(this.#place, 0, view);
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

  /** The first answer, of which the request's own facts are told. */
  get first() {
    return this.views[0];
  }

  get shown() {
    return this.views[this.#place];
  }

  /** Which of them is shown, in words; empty where there is only one. */
  get told() {
    return this.views.length > 1 ? `answer ${this.#place + 1} of ${this.views.length}` : "";
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
    while (this.views.length <= choice) {
      const view = this.viewOf(null);
      view.goOnFrom(this.first.answer.prefill ?? "");
      view.waiting();
      this.views.push(view);
    }
    if (choice) this.#show();
    return this.views[choice];
  }

  /**
   * All have ended, each in its own way where its server said so.
   * @param {any} data  what is told of the first
   */
  #end({ ended, why, others = [] }) {
    const facts = shared(this.first.answer);
    for (const [place, view] of this.views.entries()) {
      if (place) view.paint("ended", { ended, why, ...others[place - 1], ...facts });
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
      .map(({ answer }) => own(answer));
  }

  #show() {
    this.pager.hidden = this.views.length < 2;
    this.text.textContent = `${this.#place + 1} of ${this.views.length}`;
    this.shown.node.insertBefore(this.pager, this.shown.strip.node);
  }

  /** @param {KeyboardEvent} event */
  #onkey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.turn(step);
  }
}
