// The table of verdicts: a line per parameter, and the questions and answers behind a verdict one click away.

import { el, uniqueId } from "./dom.js";

const SIGNS = { works: "\u2713", "no visible effect": "\u2717", rejected: "\u2717", "cannot tell": "?" };

export class VerdictTable {
  constructor(parameters, onchoice) {
    this.onchoice = onchoice;
    this.lines = new Map(parameters.map((name) => [name, new Line(name, onchoice)]));
    this.all = el("input", { type: "checkbox", checked: true, "aria-label": "all parameters", onchange: () => this.tickAll(this.all.checked) });
    const heads = ["parameter", "verdict", "why"].map((text) => el("th", { scope: "col" }, text));
    this.node = el("table", { class: "verdicts" }, el("thead", {}, el("tr", {}, el("th", {}, this.all), ...heads)),
      ...[...this.lines.values()].map((line) => line.node));
  }

  chosen() { return [...this.lines.values()].filter((line) => line.tick.checked).map((line) => line.name); }

  tickAll(on) {
    for (const line of this.lines.values()) line.tick.checked = on;
    this.onchoice();
  }

  clear() { for (const line of this.lines.values()) line.clear(); }

  /** What this kind of server is never sent, and why. */
  withheld(reasons) { for (const line of this.lines.values()) if (reasons[line.name] && !line.verdict) line.say("not sent", reasons[line.name]); }

  await(names) { for (const name of names) this.lines.get(name).say("", ""); }

  ask(name) { this.lines.get(name).say("asking \u2026", ""); }

  show(verdict) { this.lines.get(verdict.parameter)?.show(verdict); }

  /** After a run that did not come to its end: nothing is being asked any more. */
  settle() { for (const line of this.lines.values()) line.settle(); }

  lock(on) {
    this.all.disabled = on;
    for (const line of this.lines.values()) line.tick.disabled = on;
  }
}

class Line {
  constructor(name, onchoice) {
    this.name = name;
    this.verdict = null;
    const evidenceId = uniqueId(`evidence-${name}`);
    this.tick = el("input", { type: "checkbox", checked: true, "aria-label": `probe ${name}`, onchange: onchoice });
    this.word = el("button", { type: "button", class: "verdict", disabled: true, "aria-expanded": "false", "aria-controls": evidenceId, onclick: () => this.toggle() });
    this.why = el("td", { class: "why" });
    this.cell = el("td", { colSpan: 4, id: evidenceId });
    this.evidence = el("tr", { class: "evidence", hidden: true }, this.cell);
    this.node = el("tbody", {}, el("tr", {}, el("td", {}, this.tick), el("th", { scope: "row" }, el("code", {}, name)), el("td", {}, this.word), this.why), this.evidence);
    this.clear();
  }

  clear() { this.verdict = null; this.say("not probed", ""); }

  say(word, why) {
    this.word.textContent = word;
    this.word.disabled = true;
    this.word.dataset.outcome = "";
    this.why.textContent = why;
    this.fold();
  }

  show(verdict) {
    this.verdict = verdict;
    this.word.textContent = `${SIGNS[verdict.outcome]} ${verdict.outcome}`;
    this.word.dataset.outcome = verdict.outcome;
    this.word.disabled = !verdict.exchanges.length;
    this.word.title = verdict.exchanges.length ? "show what was asked and answered" : "";
    this.why.replaceChildren(verdict.why);
    if (verdict.statistics) this.why.append(" ", el("span", { class: "test" }, `Test: ${verdict.statistics}.`));
    this.fold();
  }

  settle() {
    if (this.verdict && !this.word.dataset.outcome) this.show(this.verdict);
    else if (!this.word.dataset.outcome && this.word.textContent !== "not sent") this.clear();
  }

  fold() {
    this.evidence.hidden = true;
    this.word.setAttribute("aria-expanded", "false");
  }

  toggle() {
    const open = this.evidence.hidden;
    this.fold();
    if (!open) return;
    this.evidence.hidden = false;
    this.word.setAttribute("aria-expanded", "true");
    const { exchanges, at } = this.verdict;
    this.cell.replaceChildren(el("p", {}, `${exchanges.length === 1 ? "One call" : `${exchanges.length} calls`}, ${at.replace("T", " ").replace("Z", " UTC")}`), ...exchanges.map(exchangeNode));
  }
}

function exchangeNode({ body, answer }, index) {
  const { messages, ...asked } = body;
  const scores = answer.logprobs.length;
  const told = { ...answer, logprobs: scores ? `${scores} tokens with their scores` : undefined, text: undefined, reasoning: answer.reasoning || undefined, tool_calls: answer.tool_calls.length ? answer.tool_calls : undefined, error: answer.error ?? undefined };
  const whole = el("details", { class: "whole", ontoggle: () => { if (whole.lastChild.nodeName !== "PRE") whole.append(el("pre", { tabIndex: 0 }, JSON.stringify({ body, answer }, null, 1))); } }, el("summary", {}, "everything, as it was sent and came"));
  return el("section", {},
    el("h3", {}, `${index + 1}. ${messages?.at(-1)?.content ?? ""}`),
    el("div", { class: "exchange" },
      el("div", {}, el("b", {}, "asked with"), el("pre", { tabIndex: 0 }, JSON.stringify(asked, null, 1))),
      el("div", {}, el("b", {}, "answered"), el("p", { class: "answer" }, answer.text || "(no text)"), el("pre", { tabIndex: 0 }, JSON.stringify(told, null, 1)))),
    whole);
}
