// The four truths about a parameter (set, sent, accepted, had an effect), and the one word that its row
// shows.

import { el } from "../core/dom.js";
import { moment, t, translated } from "../core/words.js";

/** @import { Answering, Evidence, ReportLine, Support, Truth, Verdict } from "../types" */

/**
 * All that is known of a parameter.
 * @typedef {object} Known
 * @property {string} name
 * @property {boolean} given  whether it is set
 * @property {Support} [support]
 * @property {ReportLine} [line]
 * @property {Evidence} [evidence]
 * @property {Verdict} [probe]
 */

/** @typedef {[step: string, state: Answering, why: string]} Step */

/** @type {Intl.DateTimeFormatOptions} */
const DAY = { dateStyle: "medium", timeZone: "UTC" };
/** @type {Record<Answering, string>} */
const MARKS = { yes: "\u2713", no: "\u2717", unknown: "?", off: "\u2013" };
/** @type {Record<Answering, string>} */
const SAID = { yes: t("yes"), no: t("no"), unknown: t("unknown"), off: t("no") };
/** @type {Record<Verdict["outcome"], Answering>} */
const FOUND = {
  works: "yes",
  "no visible effect": "no",
  rejected: "no",
  "cannot tell": "unknown",
  "no probe yet": "unknown",
};
/** @type {Record<Support["answer"], Answering>} */
const TAKEN = { yes: "yes", refused: "no", void: "no", no: "no", unknown: "unknown" };
const STEPS = /** @type {const} */ ({
  set: t("set"),
  sent: t("sent"),
  accepted: t("accepted"),
  effect: t("had an effect"),
});

/**
 * What a row says in a word. Tones: good, bad, warn, plain, faint.
 * @param {Known} known
 * @returns {{word: string, tone: string}}
 */
export function chip({ given, support, line, evidence }) {
  if (evidence) return afterAnswer(evidence, line);
  if (line && !["sent", "encoded"].includes(line.state))
    return { word: translated(line.state), tone: "warn" };
  if (support?.answer === "refused" || support?.answer === "void")
    return { word: translated(support.answer), tone: "warn" };
  if (line?.state === "encoded") return { word: translated(line.state), tone: "plain" };
  if (support?.answer === "no") return { word: t("not taken"), tone: "warn" };
  const open = support?.answer === "unknown" ? " ?" : "";
  return given
    ? { word: `${t("set")}${open}`, tone: "plain" }
    : { word: `${t("unset")}${open}`, tone: "faint" };
}

/**
 * @param {Evidence} evidence
 * @param {ReportLine} [line]
 */
function afterAnswer({ sent, accepted, effect, dropped }, line) {
  if (effect.state === "yes") return { word: t("effect seen"), tone: "good" };
  if (sent.state !== "yes") return { word: line ? translated(line.state) : t("withheld"), tone: "warn" };
  if (accepted.state === "no") return { word: dropped ? t("dropped") : t("refused"), tone: "bad" };
  if (effect.state === "no") return { word: t("no effect"), tone: "bad" };
  return { word: accepted.state === "yes" ? t("accepted") : t("sent"), tone: "plain" };
}

/**
 * The sentences behind the word; last what a probe has found, where there was one.
 * @param {Known} known
 * @returns {Step[]}
 */
export function truths(known) {
  const { probe } = known;
  if (!probe) return steps(known);
  const { outcome, at, why, remark = "", holds = true } = probe;
  const found =
    `${translated(outcome)}, ${moment(at, DAY)}. ${translated(why)} ${translated(remark)}`.trimEnd();
  return [...steps(known), [t("probed"), holds ? FOUND[outcome] : "unknown", found]];
}

/**
 * @param {Known} known
 * @returns {Step[]}
 */
function steps({ name, given, support, line, evidence }) {
  if (evidence) {
    const named = /** @type {[keyof typeof STEPS, string][]} */ (Object.entries(STEPS));
    return named.map(([step, text]) => [text, evidence[step].state, translated(evidence[step].why)]);
  }
  /** @type {Step[]} */
  const found = [
    given
      ? [t("set"), "yes", t("Send, and this row tells what became of it.")]
      : [t("set"), "off", t("Left to the server: it is not sent.")],
  ];
  if (line && line.state !== "sent") {
    const state = ["encoded", "added"].includes(line.state) ? "yes" : "no";
    found.push([
      t("sent"),
      state,
      translated(line.why) || t("It will be sent as {wire}.", { wire: JSON.stringify(line.wire) }),
    ]);
  }
  if (support && !support.measured) {
    const why = translated(support.why) || t("Whether the model takes {name} is unknown.", { name });
    found.push([t("taken"), TAKEN[support.answer], why]);
  }
  return found;
}

/** @param {Step[]} found */
export const inWords = (found) =>
  found.map(([step, state, why]) => `${step} ${MARKS[state]} ${why}`).join("\n");

/** @param {Step[]} found */
export const truthList = (found) =>
  found.flatMap(([step, state, why]) => {
    const mark = el("span", { class: "mark", "data-state": state, "aria-label": SAID[state] }, MARKS[state]);
    return [el("dt", {}, mark, ` ${step}`), el("dd", {}, why)];
  });

/**
 * A truth in a cell: its mark, its word, and why; where it is plainly so, why only for those who point at it.
 * @param {Truth | undefined} truth
 * @param {boolean} plainly
 */
export function truthCell(truth, plainly) {
  if (!truth) return [];
  const { state } = truth;
  const why = translated(truth.why);
  const plain = plainly && state === "yes";
  const title = plain ? why : "";
  const mark = el("span", { class: "mark", "data-state": state, title }, `${MARKS[state]} ${SAID[state]}`);
  return [mark, plain ? "" : ` ${why}`];
}
