// One lesson: predict, run, reveal, a step at a time.

import { nodesOf } from "../chat/document.js";
import { post, readFrames, reasons } from "../core/api.js";
import { button, copyText, el, uniqueId } from "../core/dom.js";
import { store } from "../core/store.js";
import { language, t, translated } from "../core/words.js";
import { note, progressOf } from "./progress.js";
import { stage } from "./stage.js";

/** @import { Grown } from "../types" */
/** @import { Found } from "./stage.js" */

/**
 * @typedef {{parameters: Record<string, any>, messages: import("../types").Turn[], draft: string}} LessonSetup
 * @typedef {object} Lesson
 * @property {string} id
 * @property {string} title
 * @property {string} about
 * @property {number} minutes
 * @property {string} parameter
 * @property {"create" | "create_preference"} call
 * @property {string[]} arms
 * @property {number} runs  how often each arm is asked
 * @property {number[] | null} numbers
 * @property {{label: string, what: string, is_share: boolean}} measure
 * @property {"bars" | "line"} plot
 * @property {string[]} shown
 * @property {string[]} locked
 * @property {string} question
 * @property {string[]} choices
 * @property {number} answer
 * @property {Record<string, Grown>} texts
 * @property {{title: string, url: string}[]} sources
 * @property {LessonSetup} setup
 */
/** @typedef {{arm: string, expected: string, condition: string, count: number, runs: number, held: boolean}} Claim */
/** @typedef {{claims: Claim[], held: boolean, said: string}} Verdict */

/**
 * @typedef {object} Around  What is around a lesson.
 * @property {() => void} back
 * @property {(setup: LessonSetup) => string} ask  puts its question into the chat; why it cannot, or nothing
 * @property {{title: string, open: () => void} | null} next
 */

const STEPS = /** @type {const} */ (["Predict", "Run", "Reveal"]);
/** @typedef {typeof STEPS[number]} Step */
/** @type {Record<Step, string>} */
const NAMES = { Predict: t("Predict"), Run: t("Run"), Reveal: t("Reveal") };
const LOST = t("This page has lost its own server. Start it again, then run the lesson once more.");
const STOPPED = t("Stopped. Run it again to see how it ends.");

/** @param {Grown | undefined} text */
const textNode = (text) => el("div", { class: "lesson-text document" }, ...nodesOf(text?.[1] ?? []));

export class LessonView {
  /** @type {AbortController | null} */
  #running = null;
  /** @type {Verdict | null} */
  #verdict = null;

  /**
   * @param {Lesson} lesson
   * @param {Around} around
   */
  constructor(lesson, { back, ask, next }) {
    this.lesson = lesson;
    this.next = next;
    this.ask = ask;
    stage.clear();
    this.tabs = STEPS.map((step, at) =>
      button("lesson-step", `${at + 1} ${NAMES[step]}`, () => this.show(step), { "data-step": step }),
    );
    this.body = el("div", { class: "lesson-body" });
    this.status = el("p", { class: "run-status", role: "status" });
    const total = lesson.arms.length * lesson.runs;
    this.go = button("strong", t("Run"), () => this.run(), { id: "lesson-run" });
    this.end = button("", t("Stop"), () => this.#running?.abort(), { id: "lesson-stop" });
    this.bar = el("progress", { max: total, value: 0, "aria-label": t("answers that have come") });
    this.onward = button("strong", t("See what it means"), () => this.#turnTo("Reveal"), {
      id: "lesson-reveal",
    });
    const all = button("small", t("All lessons"), back, { class: "small", id: "all-lessons" });
    const link = button("small", t("Copy link"), () => copyText(linkTo(lesson.id), link));
    const paper = el(
      "a",
      {
        class: "small",
        href: `playground/lessons/${encodeURIComponent(lesson.id)}/hand-out?lang=${language}`,
        target: "_blank",
        rel: "noopener",
      },
      t("Hand-out"),
    );
    this.heading = el("h2", { tabIndex: -1 }, lesson.title);
    this.node = el(
      "article",
      { class: "lesson" },
      el("p", { class: "lesson-ways" }, all, link, paper),
      this.heading,
      el("nav", { class: "lesson-steps", "aria-label": t("steps of the lesson") }, ...this.tabs),
      this.body,
    );
    this.show("Predict");
  }

  /** @param {Step} step */
  show(step) {
    for (const tab of this.tabs) {
      tab.setAttribute("aria-current", tab.dataset.step === step ? "step" : "false");
    }
    const made = { Predict: () => this.#predict(), Run: () => this.#run(), Reveal: () => this.#reveal() };
    this.body.replaceChildren(...made[step]());
    this.#paint();
  }

  /**
   * A button of one step leads to another, and is gone: the focus goes on from there.
   * @param {Step} step
   */
  #turnTo(step) {
    this.show(step);
    this.tabs[STEPS.indexOf(step)].focus();
  }

  #predict() {
    const { texts, question, choices, id } = this.lesson;
    const name = uniqueId("prediction");
    const { predicted } = progressOf(id);
    const go = button("strong", t("Run it and see"), () => this.#turnTo("Run"), {
      disabled: predicted === undefined,
    });
    const options = choices.map((choice, at) => {
      const radio = el("input", { type: "radio", name, value: String(at), checked: predicted === at });
      radio.addEventListener("change", () => {
        note(id, { predicted: at });
        go.disabled = false;
      });
      return el("label", { class: "lesson-choice" }, radio, el("span", {}, choice));
    });
    const asked = el("fieldset", { class: "lesson-question" }, el("legend", {}, question), ...options);
    return [textNode(texts[""]), textNode(texts.Predict), asked, el("p", { class: "lesson-acts" }, go)];
  }

  #run() {
    const { texts, arms, runs, call, setup } = this.lesson;
    const times = t("{length} answers of {model}", { length: arms.length * runs, model: store.target.model });
    const cost = call === "create" ? `${times}.` : t("{times}, or pairs of answers.", { times });
    const own = setup.draft
      ? button("", t("Try it yourself in the chat"), () => this.#say(this.ask(setup), "bad"), {
          id: "lesson-try",
        })
      : null;
    return [
      textNode(texts.Run),
      el("p", { class: "note" }, cost),
      el("p", { class: "lesson-acts" }, this.go, this.end, own, this.onward),
      this.bar,
      this.status,
    ];
  }

  #reveal() {
    const { texts, choices, answer, id, sources } = this.lesson;
    if (!this.#verdict) return [];
    const { predicted } = progressOf(id);
    note(id, { done: true });
    const { held, said, claims } = this.#verdict;
    const yours =
      predicted === undefined
        ? t("You made no prediction.")
        : predicted === answer
          ? t("You predicted it.")
          : t("You predicted: {choices}", { choices: choices[predicted] });
    const lines = held
      ? [el("b", {}, choices[answer]), el("span", {}, yours)]
      : [el("b", {}, said), el("span", {}, yours)];
    const verdict = el("div", { class: "lesson-verdict", "data-held": held ? "yes" : "no" }, ...lines);
    const rows = claims.map(({ arm, expected, condition, count, runs, held }) =>
      el(
        "tr",
        { "data-held": held ? "yes" : "no" },
        el("th", { scope: "row" }, arm),
        el("td", {}, t("{count} of {runs}", { count, runs })),
        el(
          "td",
          {},
          condition
            ? t("{expected}, each {condition}", { expected: translated(expected), condition })
            : translated(expected),
        ),
        el("td", {}, held ? t("as expected") : t("otherwise")),
      ),
    );
    const heads = ["", t("came"), t("expected"), ""].map((text) =>
      text ? el("th", { scope: "col" }, text) : el("td"),
    );
    const table = el(
      "table",
      { class: "lesson-claims" },
      el("caption", {}, translated(this.lesson.measure.label)),
      el("thead", {}, el("tr", {}, ...heads)),
      el("tbody", {}, ...rows),
    );
    const why = texts.Why
      ? el("details", { class: "lesson-why" }, el("summary", {}, t("Why")), textNode(texts.Why))
      : null;
    const links = sources.map(({ title, url }) =>
      el("li", {}, el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, title)),
    );
    const more = links.length
      ? el("div", { class: "lesson-sources" }, el("h3", {}, t("To read on")), el("ul", {}, ...links))
      : null;
    const onward = this.next
      ? button("strong", t("Next: {title}", { title: this.next.title }), this.next.open, {
          id: "next-lesson",
        })
      : null;
    const parts = [
      verdict,
      textNode(texts.Reveal),
      table,
      why,
      more,
      onward && el("p", { class: "lesson-acts" }, onward),
    ];
    return parts.filter((part) => part !== null);
  }

  async run() {
    if (this.#running) return;
    const running = new AbortController();
    this.#running = running;
    this.#verdict = null;
    this.bar.value = 0;
    this.#paint();
    this.#say("");
    const { model, base_url, flavour } = store.target;
    try {
      const response = await post(
        `playground/lessons/${encodeURIComponent(this.lesson.id)}/run`,
        { model, base_url, flavour },
        { signal: running.signal, keys: store.keys },
      );
      if (response.ok) await readFrames(response, (line) => this.#take(line));
      else
        this.#say(reasons({ status: response.status, data: await response.json().catch(() => null) }), "bad");
    } catch {
      this.#say(running.signal.aborted ? STOPPED : LOST, running.signal.aborted ? "" : "bad");
    }
    this.#running = null;
    this.#paint();
  }

  /** Ends what runs: the lesson is left. */
  leave() {
    this.#running?.abort();
  }

  /** @param {any} line  what has been found so far, or at last the verdict */
  #take(line) {
    if (line.ended) {
      this.#verdict = line;
      this.#say(line.said, line.held ? "" : "bad");
      return;
    }
    const found = /** @type {Found} */ (line);
    this.bar.value = found.done;
    stage.show(this.lesson, found);
  }

  #paint() {
    const runs = this.#running !== null;
    const isKnown = this.#verdict !== null;
    const { activeElement } = document;
    const isFocused = activeElement === this.go || activeElement === this.end;
    this.go.hidden = runs;
    this.go.textContent = isKnown ? t("Run again") : t("Run");
    this.end.hidden = !runs;
    this.bar.hidden = !runs;
    this.onward.hidden = !isKnown;
    if (isFocused) (runs ? this.end : isKnown ? this.onward : this.go).focus(); // not lost with what is hidden
    for (const tab of this.tabs) tab.disabled = tab.dataset.step === "Reveal" && !isKnown;
  }

  /** @param {string} text */
  #say(text, tone = "") {
    this.status.textContent = text;
    this.status.dataset.tone = tone;
  }
}

/**
 * The address of this page with a lesson.
 * @param {string} id
 */
export function linkTo(id) {
  const url = new URL(location.href);
  url.hash = `lesson=${encodeURIComponent(id)}`;
  return url.href;
}
