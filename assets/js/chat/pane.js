// A pane: the conversation as a list of turns, the last of which may be streaming.

import { button, el, fill } from "../core/dom.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { Neighbours } from "../models/neighbours.js";
import { mended } from "../params/refusal.js";
import { AnswerView } from "./answer.js";
import { Choices } from "./choices.js";
import { chat } from "./controller.js";
import { conversation } from "./conversation.js";
import { Scroll } from "./scroll.js";
import { hideCard, listenForTokens } from "./tokens.js";
import { plainTurn, typedAnswer } from "./turn.js";
import { tryExample, welcome, whereTo } from "./welcome.js";

/** @import { Answer, Call, Mount, Shapes, Turn, Whose } from "../types" */

/**
 * @typedef {Whose & Partial<Answer> & {call_ids: string[]}} Revealed  All that a blind pair has hidden of an
 * answer.
 */

const EDITING = t("Editing an earlier message: when it is sent, it takes the place of what is faded here. ");
const CUT_OFF = {
  message: t("The stream broke off before its end."),
  next_step: t("What had come is kept: regenerate to try again."),
};

const mend = (/** @type {Record<string, any>} */ changes) => mended(chat, changes);
const again = () => button("tab again", t("regenerate"), () => chat.regenerate());

export class Pane {
  /** @type {AnswerView | null} */
  #view = null; // the answer that this pane was asked for
  /** @type {AnswerView | null} */
  #last = null; // the last answer that is shown, streaming or not
  /** @type {Choices | null} */
  #choices = null; // the answers that the last one is one of
  /** @type {Set<AnswerView>} */
  #views = new Set(); // all that are shown
  /** @type {Promise<void> | null} */
  #rest = null; // the fetching of a stopped answer's rest

  /** @param {Mount} mount */
  constructor({ element, props }) {
    this.name = props.name;
    /** @type {number} */
    this.index = props.index;
    /** @type {Record<string, string>} */
    this.words = props.words;
    /** @type {import("./welcome.js").Empty | null} */
    this.empty = props.empty;
    this.block = element.closest(".block") ?? element;
    this.list = el("div", { class: "turns" });
    this.said = el("p", { class: "notice", role: "alert", hidden: true });
    this.editing = el("p", { class: "notice", "data-tone": "note", role: "status", hidden: true }, EDITING);
    this.editing.append(button("plain-act", t("cancel"), () => chat.editing.cancel()));
    this.live = el("p", { class: "visually-hidden", role: "status" });
    const label = t("pane {name}", { name: this.name });
    this.scroller = el("div", { class: "scroller", tabIndex: 0, "aria-label": label }, this.list);
    this.whereto = el("p", { class: "whereto" }, this.empty && whereTo(this.empty));
    this.neighbours = new Neighbours();
    fill(element, this.#tabs(), this.scroller, this.said, this.editing, this.live);
    listenForTokens(this.list, (span, place) => this.#branch(span, place));
    this.scroller.addEventListener("scroll", hideCard, { passive: true });
    this.scroll = new Scroll(this.scroller);
    const sayWhere = () => {
      if (this.empty) this.whereto.textContent = whereTo(this.empty);
    };
    store.on("target", sayWhere);
    store.on("built", sayWhere);
    store.on("reading", () => this.#follow(() => this.#reread()));
    if (this.index > 0) this.hide();
    chat.addPane(this);
  }

  #tabs() {
    const tabs = ["A", "B"].map((name, index) => {
      const here = index === this.index;
      const pressed = { "aria-pressed": String(here) };
      const words = t("answer {name}", { name });
      return button(here ? "here" : "", words, () => chat.panes.turnTo(index), pressed);
    });
    return el("div", { class: "pane-tabs" }, ...tabs);
  }

  /** @param {() => unknown} change */
  #follow(change) {
    this.scroll.follow(change);
  }

  /** All answers are shown in the other way. */
  #reread() {
    for (const view of this.#views) view.repaint();
  }

  /**
   * @param {Partial<Answer> | null} answer
   * @param {Shapes} asked
   */
  #viewOf(answer, asked) {
    const view = new AnswerView(answer, asked, (change) => this.#follow(change));
    this.#views.add(view);
    return view;
  }

  /** Tells that more of its answer has come. */
  #tell() {
    if (this.#view) store.tell("answer", { index: this.index, answer: this.#view.answer });
  }

  get streaming() {
    return this.#view !== null && this.#view.answer.ended === null;
  }

  get answer() {
    return this.#view?.answer;
  }

  /** Resolves when a stopped answer says all that had come of it. */
  async settled() {
    await this.#rest;
  }

  /** @param {Turn} turn */
  #turnNode(turn) {
    if (turn.role !== "assistant") return plainTurn(turn, (edited) => chat.editing.begin(edited));
    this.#last = this.#viewOf(turn.answer ?? typedAnswer(turn), {});
    return this.#last.node;
  }

  /** @param {Turn[]} turns */
  show(turns) {
    this.block.classList.remove("away");
    this.block.parentElement?.toggleAttribute("data-two", this.index === 1);
    this.said.hidden = true;
    this.#view = null;
    this.#last = null;
    this.#choices = null;
    this.#views.clear();
    this.list.replaceChildren(...turns.map((turn) => this.#turnNode(turn)));
    this.#finish();
    if (!turns.length && this.empty) {
      const pick = (/** @type {import("./welcome.js").Example} */ example) => tryExample(chat, example);
      this.list.replaceChildren(welcome(this.empty, [this.whereto, this.neighbours.node], pick));
    }
    if (turns.length) this.scroll.toEnd();
    else this.scroll.toStart();
  }

  /** Learns what of the last answer is not known yet: the page was left before it came. */
  #finish() {
    const last = /** @type {AnswerView | null} */ (this.#last);
    if (!last) return;
    if (last.node === this.list.lastChild) this.#choices = this.#among(last);
    if (last.answer.ended === "cancelled" && last.answer.usage === undefined) {
      this.#rest = this.#complete(this.#choices?.first ?? last);
    } else last.countPrompt();
    if (this.index === 0 && last.node === this.list.lastChild) this.#offerAgain();
  }

  /**
   * The answers that this one is one of, of which others can be turned over.
   * @param {AnswerView} view
   * @param {Answer[]} [beside]
   */
  #among(view, beside) {
    const viewOf = (/** @type {Answer | null} */ answer) => this.#viewOf(answer, view.asked);
    return new Choices(view, viewOf, () => this.#turned(), beside);
  }

  /**
   * What becomes of a click on another token: why it cannot be gone on from, or what is to be known, and the way.
   * @param {HTMLElement} span
   * @param {number} place
   * @returns {import("./tokens.js").Way}
   */
  #branch(span, place) {
    const view = [...this.#views].find(({ node }) => node.contains(span));
    if (!view) return { refusal: "", warning: "", go: null };
    const { branching } = chat;
    const refusal = branching.refusal(view.answer);
    const go = (/** @type {string} */ piece) => {
      branching.begin(view.answer, place, piece);
      this.scroller.focus({ preventScroll: true }); // the token that had it has gone
    };
    return { refusal, warning: branching.warning, go: refusal ? null : go };
  }

  /** Another of several answers is shown: the chat goes on with it. */
  #turned() {
    const choices = this.#choices;
    if (!choices) return;
    this.closeResults();
    this.#last = choices.shown;
    if (this.#view) this.#view = choices.shown;
    this.live.textContent = choices.told;
    this.#offerAgain();
    this.#tell();
    chat.turnedOver(choices.shown.answer);
  }

  #offerAgain() {
    for (const view of this.#choices?.views ?? []) {
      if (view.answer.ended) view.strip.offer(this.index === 0 ? again() : null, mend);
    }
  }

  /**
   * What had come of a stopped answer, up to its last word, is what the conversation goes on with.
   * @param {AnswerView} stopped
   */
  async #complete(stopped) {
    await stopped.fetchRest();
    this.#choices?.fetched();
    if (conversation.grown(this.#last?.answer ?? stopped.answer)) conversation.sync();
  }

  /**
   * Shows that the turns from this place on will go; none where there is no such place.
   * @param {number} at
   */
  markEdited(at) {
    this.editing.hidden = at < 0;
    const nodes = this.list.querySelectorAll(".turn"); // those of the newest round stand one deeper
    for (const [place, node] of nodes.entries()) node.classList.toggle("going", at >= 0 && place >= at);
    if (at >= 0) nodes[at].scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  hide() {
    this.block.classList.add("away");
    this.#view = null;
  }

  /** What came is checked against what was asked for; resolves when that is known. */
  async check() {
    await this.#view?.check();
    this.#follow(() => {});
  }

  closeResults() {
    this.#last?.calls.close();
  }

  /**
   * Takes the results of the calls in the last answer.
   * @param {Call[]} calls
   * @param {any} tools
   * @param {import("./calls.js").Advice | null} advice
   * @param {(results: import("./calls.js").Result[]) => void} onsend
   */
  offerResults(calls, tools, advice, onsend) {
    this.#follow(() => this.#last?.offerResults(calls, tools, advice, onsend));
  }

  /** The results as far as they are typed, one text a call. */
  results() {
    return this.#last?.calls.results() ?? [];
  }

  /**
   * A new answer begins.
   * @param {Shapes} asked  the format and the tools that it was asked with
   * @param {string} prefill  how it begins
   */
  begin(asked = {}, prefill = "") {
    const { beside, branch } = conversation.begun() ?? {};
    const view = this.#viewOf(null, asked);
    view.answer.branch = branch;
    this.#view = view;
    this.#last = view;
    this.#choices = this.#among(view, beside);
    view.goOnFrom(prefill);
    const newest = [...this.list.children].slice(-conversation.newest().length);
    if (prefill) newest.pop()?.remove(); // the turn that the answer goes on from, and now contains
    view.waiting();
    const round = el("section", { class: "round" }, ...newest, view.node);
    this.list.append(round);
    this.live.textContent = ""; // so that the same words are news again
    this.scroll.begin(round);
    this.scroll.toEnd();
    this.#tell();
  }

  /**
   * An answer of a pair that waits is here again, below what it answers.
   * @param {Answer} answer
   */
  resume(answer) {
    const view = this.#viewOf(answer, {});
    this.#view = view;
    this.#last = view;
    this.#choices = this.#among(view);
    const newest = [...this.list.children].slice(-conversation.newest().length);
    this.list.append(el("section", { class: "round" }, ...newest, view.node));
    this.#offerAgain();
    this.scroll.toEnd();
    this.#tell();
  }

  /**
   * @param {string} kind
   * @param {any} data
   * @param {number} [choice]  which of several answers it is of
   */
  paint(kind, data, choice = 0) {
    this.#follow(() => this.#choices?.paint(kind, data, choice));
    if (kind === "ended") this.#ended();
    this.#tell();
  }

  #ended() {
    const [told, why] = [this.#choices?.told, this.#view?.strip.ending];
    const ended = t("answer {name}: {why}", { name: this.name, why });
    this.live.textContent = told ? `${ended}; ${told}` : ended;
    this.#follow(() => this.#offerAgain());
  }

  /**
   * Ends an answer that streams, for a reason that is known here.
   * @param {string} ended
   * @param {Answer["error"]} error
   */
  #end(ended, error) {
    if (this.streaming) this.paint("ended", { ended, why: this.words[ended], error });
  }

  /**
   * After the vote: whose answer this is, and everything about it.
   * @param {Revealed} revealed
   * @param {boolean} goesOn
   */
  reveal(revealed, goesOn) {
    const { call_ids: callIds, logprobs, ...facts } = revealed;
    const view = this.#view;
    if (!view) return;
    const streams = this.streaming;
    const ended = facts.ended ? { logprobs } : {}; // else its last frame has told more by now
    view.renameCalls(callIds);
    Object.assign(view.answer, facts, streams ? { ended: null, logprobs: [] } : ended);
    this.#follow(() => {
      this.nameAnswer(facts, goesOn);
      if (!streams) view.settle();
    });
    this.#tell();
  }

  /**
   * Whose answer this is; told before the vote only where nothing is hidden.
   * @param {Whose} whose
   */
  nameAnswer({ slot, preset, model, settings }, goesOn = false) {
    const owner = preset || (slot === "first" ? t("your settings") : t("second answer"));
    this.#view?.name([`${owner}: ${model}`, ...settings].join(" \u00b7 "), goesOn);
  }

  /** @param {[piece: string, differs: boolean][]} pieces */
  showDiff(pieces) {
    this.#view?.text.showDiff(pieces);
  }

  showPlain() {
    this.#view?.text.restore();
  }

  /** Stopped by the reader: the server has been told by closing the connection, and says no more. */
  async stopped() {
    const stopped = this.#choices?.first;
    this.#end("cancelled", null);
    if (!stopped) return;
    this.#rest = this.#complete(stopped);
    await this.#rest;
    this.#tell();
    if (stopped === this.#choices?.first && this.#view && this.index === 0)
      chat.learnOfStopped(stopped.answer);
  }

  cutOff() {
    this.#end("cut off", CUT_OFF);
  }

  /**
   * Says what has gone wrong, or with the tone "note" what is only to be known.
   * @param {string} text
   * @param {"bad" | "note"} [tone]
   * @param {HTMLElement} [act]
   */
  notice(text, tone = "bad", act) {
    this.said.replaceChildren(text, ...(act ? [" ", act] : []));
    this.said.dataset.tone = tone;
    this.said.hidden = !text;
  }
}

/** @param {Mount} mount */
export function mount(mount) {
  new Pane(mount);
}
