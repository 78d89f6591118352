// The four truths about a parameter (set, sent, accepted, had an effect), and the one word that its row shows.

import { el } from "./dom.js";

const MARKS = { yes: "\u2713", no: "\u2717", unknown: "?", off: "\u2013" };
const STEPS = { set: "set", sent: "sent", accepted: "accepted", effect: "had an effect" };

/** What a row says in a word: `{word, tone}`. Tones: good, bad, warn, plain, faint. */
export function chip({ given, support, line, evidence }) {
  if (evidence) return afterAnswer(evidence, line);
  if (line && line.state !== "sent") return { word: line.state, tone: line.state === "encoded" ? "plain" : "warn" };
  if (support?.answer === "no") return { word: "not taken", tone: "warn" };
  const open = support?.answer === "unknown" ? " ?" : "";
  return given ? { word: `set${open}`, tone: "plain" } : { word: `unset${open}`, tone: "faint" };
}

function afterAnswer({ sent, accepted, effect, dropped }, line) {
  if (effect.state === "yes") return { word: "effect seen", tone: "good" };
  if (sent.state !== "yes") return { word: line?.state ?? "withheld", tone: "warn" };
  if (accepted.state === "no") return { word: dropped ? "dropped" : "refused", tone: "bad" };
  if (effect.state === "no") return { word: "no effect", tone: "bad" };
  return accepted.state === "yes" ? { word: "accepted", tone: "plain" } : { word: "sent", tone: "plain" };
}

const FOUND = { works: "yes", "no visible effect": "no", rejected: "no", "cannot tell": "unknown" };

/** The sentences behind the word: `[step, state, why]`; last what a probe has found, where there was one. */
export function truths(known) {
  const { probe } = known;
  return [...steps(known), ...(probe ? [["probed", FOUND[probe.outcome], `${probe.outcome}, ${probe.at.slice(0, 10)}. ${probe.why}`]] : [])];
}

function steps({ name, given, support, line, evidence }) {
  if (evidence) return Object.entries(STEPS).map(([step, text]) => [text, evidence[step].state, evidence[step].why]);
  const found = [["set", given ? "yes" : "off", given ? "Send, and this row tells what became of it." : "Left to the server: it is not sent."]];
  if (line && line.state !== "sent") found.push(["sent", ["encoded", "added"].includes(line.state) ? "yes" : "no", line.why || `It will be sent as ${JSON.stringify(line.wire)}.`]);
  if (support) found.push(["taken", support.answer, support.why || `Whether the model takes ${name} is unknown.`]);
  return found;
}

export const inWords = (found) => found.map(([step, state, why]) => `${step} ${MARKS[state]} ${why}`).join("\n");

const SAID = { yes: "yes", no: "no", unknown: "unknown", off: "no" };

export function truthList(found) {
  return found.flatMap(([step, state, why]) => [
    el("dt", {}, el("span", { class: "mark", "data-state": state, "aria-label": SAID[state] }, MARKS[state]), ` ${step}`),
    el("dd", {}, why),
  ]);
}

/** A truth in a cell: its mark, its word, and why; where it is plainly so, why only for those who point at it. */
export function truthCell(truth, plainly) {
  if (!truth) return [];
  const plain = plainly && truth.state === "yes";
  return [el("span", { class: "mark", "data-state": truth.state, title: plain ? truth.why : "" }, `${MARKS[truth.state]} ${SAID[truth.state]}`), plain ? "" : ` ${truth.why}`];
}
