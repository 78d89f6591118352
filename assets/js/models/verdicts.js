// The table of verdicts: a line per parameter, and the questions and answers behind a verdict one click away.

import { amount } from "../core/amounts.js";
import { button, el, uniqueId } from "../core/dom.js";
import { t, translated } from "../core/words.js";

/** @import { Verdict } from "../types" */

/** @type {Record<Verdict["outcome"], string>} */
const SIGNS = {
  works: "\u2713",
  "no visible effect": "\u2717",
  rejected: "\u2717",
  "cannot tell": "?",
  "no probe yet": "\u2013",
};

export class VerdictTable {
  /**
   * @param {string[]} parameters
   * @param {() => void} onchoice
   */
  constructor(parameters, onchoice) {
    this.onchoice = onchoice;
    this.lines = new Map(parameters.map((name) => [name, new Line(name, onchoice)]));
    this.all = el("input", { type: "checkbox", checked: true, "aria-label": t("all parameters") });
    this.all.addEventListener("change", () => this.tickAll(this.all.checked));
    const heads = [t("parameter"), t("verdict"), t("why")].map((text) => el("th", { scope: "col" }, text));
    const head = el("thead", {}, el("tr", {}, el("th", {}, this.all), ...heads));
    const lines = [...this.lines.values()].map((line) => line.node);
    this.node = el("table", { class: "verdicts" }, head, ...lines);
  }

  chosen() {
    return [...this.lines.values()].filter((line) => line.tick.checked).map((line) => line.name);
  }

  /** @param {boolean} on */
  tickAll(on) {
    for (const line of this.lines.values()) line.tick.checked = on;
    this.onchoice();
  }

  /**
   * Ticks these alone.
   * @param {string[]} names
   */
  choose(names) {
    this.all.checked = false;
    for (const line of this.lines.values()) line.tick.checked = names.includes(line.name);
    this.lines.get(names[0])?.node.scrollIntoView({ block: "center" });
  }

  clear() {
    for (const line of this.lines.values()) line.clear();
  }

  /**
   * What this kind of server is never sent, and why.
   * @param {Record<string, string>} reasons
   */
  withheld(reasons) {
    for (const line of this.lines.values()) {
      if (reasons[line.name] && !line.verdict) line.say(t("not sent"), reasons[line.name]);
    }
  }

  /** @param {string[]} names */
  await(names) {
    for (const name of names) this.lines.get(name)?.say("", "");
  }

  /** @param {string} name */
  ask(name) {
    this.lines.get(name)?.say(t("asking …"), "");
  }

  /** @param {Verdict} verdict */
  show(verdict) {
    this.lines.get(verdict.parameter)?.show(verdict);
  }

  /** After a run that did not come to its end: nothing is being asked any more. */
  settle() {
    for (const line of this.lines.values()) line.settle();
  }

  /** @param {boolean} on */
  lock(on) {
    this.all.disabled = on;
    for (const line of this.lines.values()) line.tick.disabled = on;
  }
}

class Line {
  /**
   * @param {string} name
   * @param {() => void} onchoice
   */
  constructor(name, onchoice) {
    this.name = name;
    /** @type {Verdict | null} */
    this.verdict = null;
    this.tick = el("input", { type: "checkbox", checked: true, "aria-label": t("probe {name}", { name }) });
    this.tick.addEventListener("change", onchoice);
    this.why = el("td", { class: "why" });
    this.cell = el("td", { colSpan: 4, id: uniqueId(`evidence-${name}`) });
    const controls = { "aria-expanded": "false", "aria-controls": this.cell.id };
    this.word = button("verdict", "", () => this.toggle(), { disabled: true, ...controls });
    this.evidence = el("tr", { class: "evidence", hidden: true }, this.cell);
    const head = el("th", { scope: "row" }, el("code", {}, name));
    const line = el("tr", {}, el("td", {}, this.tick), head, el("td", {}, this.word), this.why);
    this.node = el("tbody", {}, line, this.evidence);
    this.clear();
  }

  clear() {
    this.verdict = null;
    this.say(t("not probed"), "");
  }

  /**
   * @param {string} word
   * @param {string} why
   */
  say(word, why) {
    this.word.textContent = word;
    this.word.disabled = true;
    this.word.dataset.outcome = "";
    this.why.textContent = translated(why);
    this.fold();
  }

  /** @param {Verdict} verdict */
  show(verdict) {
    const { outcome, exchanges, why, statistics } = verdict;
    this.verdict = verdict;
    this.word.textContent = `${SIGNS[outcome]} ${translated(outcome)}`;
    this.word.dataset.outcome = outcome;
    this.word.disabled = !exchanges.length;
    this.word.title = exchanges.length ? t("show what was asked and answered") : "";
    this.why.replaceChildren(translated(why));
    if (statistics)
      this.why.append(
        " ",
        el("span", { class: "test" }, t("Test: {statistics}.", { statistics: translated(statistics) })),
      );
    this.fold();
  }

  settle() {
    if (this.verdict && !this.word.dataset.outcome) this.show(this.verdict);
    else if (!this.word.dataset.outcome && this.word.textContent !== t("not sent")) this.clear();
  }

  fold() {
    this.evidence.hidden = true;
    this.word.setAttribute("aria-expanded", "false");
  }

  toggle() {
    const open = this.evidence.hidden;
    this.fold();
    if (!open || !this.verdict) return;
    this.evidence.hidden = false;
    this.word.setAttribute("aria-expanded", "true");
    const { exchanges, at } = this.verdict;
    const calls = amount(exchanges.length, "call");
    const when = at.replace("T", " ").replace("Z", " UTC");
    this.cell.replaceChildren(el("p", {}, `${calls}, ${when}`), ...exchanges.map(exchangeNode));
  }
}

/** @param {unknown} value */
const written = (value) => el("pre", { tabIndex: 0 }, JSON.stringify(value, null, 1));

/**
 * @param {Verdict["exchanges"][number]} exchange
 * @param {number} index
 */
function exchangeNode({ body, answer }, index) {
  const { messages, ...asked } = body;
  const scores = answer.logprobs.length;
  const told = {
    ...answer,
    logprobs: scores ? t("{scores} tokens with their scores", { scores }) : undefined,
    text: undefined,
    reasoning: answer.reasoning || undefined,
    tool_calls: answer.tool_calls.length ? answer.tool_calls : undefined,
    error: answer.error ?? undefined,
  };
  const summary = el("summary", {}, t("everything, as it was sent and came"));
  const whole = el("details", { class: "whole" }, summary);
  whole.addEventListener("toggle", () => {
    if (whole.lastChild === summary) whole.append(written({ body, answer }));
  });
  const text = el("p", { class: "answer" }, answer.text || t("(no text)"));
  return el(
    "section",
    {},
    el("h3", {}, `${index + 1}. ${messages?.at(-1)?.content ?? ""}`),
    el(
      "div",
      { class: "exchange" },
      el("div", {}, el("b", {}, t("asked with")), written(asked)),
      el("div", {}, el("b", {}, t("answered")), text, written(told)),
    ),
    whole,
  );
}
