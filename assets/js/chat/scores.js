// The scores of an answer's tokens: what they tell of it as a whole, where it could have gone elsewhere, and each
// token with its alternatives; or why there are none, and how to get them.

import { ask, reasons } from "../core/api.js";
import { button, el, svg } from "../core/dom.js";
import { store } from "../core/store.js";
import { fixed, t, translated } from "../core/words.js";
import { bits, LIMITS, percent, visible } from "./tokens.js";

/** @import { Answer } from "../types" */

/** @typedef {{told: string, entropies: (number | null)[], peaks: number[]}} Surprise */
/** @typedef {(changes: Record<string, any>) => void} Mend */

const NOT_ASKED = t("Scores were not asked for.");
const NO_WORD = t("Scores were asked for, and this server left them out without a word.");
const OF_A_CALL = t("Scores come with the words of an answer, and this one is a call.");
const APART = t("They are not of the whole text: it has other words than these tokens.");
const ASKED = { logprobs: true, top_logprobs: 5 };
const CURVE = t(
  "How open each draw was, in bits of entropy (at least: what came says nothing of the other tokens). At the marks " +
    "it could have gone elsewhere.",
);
const [WIDTH, HEIGHT] = [1000, 100];

/**
 * Each token with its probability and the likeliest at its place.
 * @param {Answer["logprobs"]} scores
 */
function table(scores) {
  const other = (/** @type {[string, number]} */ [token, logprob]) =>
    el("code", { class: "other" }, el("bdi", {}, visible(token)), ` ${percent(logprob)}`);
  const rows = scores.map(([token, logprob, top]) =>
    el(
      "tr",
      { tabIndex: -1 },
      el("td", {}, el("code", {}, visible(token))),
      el("td", { class: "number" }, percent(logprob)),
      el("td", { class: "number" }, bits(logprob)),
      el("td", {}, ...top.map(other)),
    ),
  );
  const heads = [t("token"), t("probability"), t("surprise"), t("likeliest")].map((text) =>
    el("th", {}, text),
  );
  return el("table", { class: "tokens" }, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows));
}

/** What the colours of the tokens mean. */
function legend() {
  const steps = LIMITS.map((limit, at) => {
    const words = t("under {percent} %, over {bits} bits", {
      percent: limit * 100,
      bits: fixed(-Math.log2(limit), 1),
    });
    return el("li", {}, el("span", { class: `swatch surprise-${at + 1}` }, t("token")), ` ${words}`);
  });
  return el("ul", { class: "legend", "aria-label": t("colours") }, ...steps);
}

/**
 * The course of the entropy, with a button at each peak that leads to its token.
 * @param {Surprise} surprise
 * @param {Answer["logprobs"]} scores
 * @param {HTMLTableElement} rows
 */
function curve({ entropies, peaks }, scores, rows) {
  const highest = Math.max(1, ...entropies.map((each) => each ?? 0));
  const x = (/** @type {number} */ at) => (entropies.length > 1 ? at / (entropies.length - 1) : 0.5);
  const y = (/** @type {number | null} */ value) => 1 - (value ?? 0) / highest;
  const points = entropies.map((each, at) => `${x(at) * WIDTH},${y(each) * HEIGHT}`).join(" ");
  const line = svg("polyline", { points, "vector-effect": "non-scaling-stroke" });
  const view = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" };
  const marks = peaks.map((at) => {
    const words = t("token {at}, “{visible}”: {bits} bits", {
      at: at + 1,
      visible: visible(scores[at][0]),
      bits: fixed(entropies[at] ?? 0, 1),
    });
    const mark = button("peak", "", () => rows.tBodies[0].rows[at].focus(), {
      "aria-label": words,
      title: words,
    });
    mark.style.left = `${x(at) * 100}%`;
    mark.style.top = `${y(entropies[at]) * 100}%`;
    return mark;
  });
  const scale = el("span", { class: "scale" }, t("{bits} bits", { bits: fixed(highest, 1) }));
  return el("div", { class: "entropy" }, svg("svg", view, line), scale, ...marks);
}

/**
 * Why no scores came.
 * @param {Answer} answer
 */
function reason({ report, evidence, text, tool_calls: calls }) {
  if (!text && calls.length) return OF_A_CALL;
  const line = report.find(({ parameter }) => parameter === "logprobs");
  const support = store.preview?.support.logprobs;
  const own =
    support && support.answer !== "yes" && support.answer !== "unknown" ? ` ${translated(support.why)}` : "";
  if (line?.value !== true) return NOT_ASKED + own;
  if (line.state === "withheld")
    return t("Scores were asked for, and logprobs was withheld. {why}", { why: translated(line.why) });
  const { accepted, effect } = evidence?.logprobs ?? {};
  if (accepted?.state === "no")
    return t("Scores were asked for, and refused. {why}", { why: translated(accepted.why) });
  return `${NO_WORD} ${effect?.state === "no" ? translated(effect.why) : ""}${own}`.trim();
}

/**
 * @param {Answer} answer
 * @param {Mend | null} mend
 */
function missing(answer, mend) {
  const why = reason(answer);
  const isEmbedded = store.provider === "embedded";
  const ask = () => mend?.(ASKED);
  const askEmbedded = () => {
    store.tell("chosen", { model: "embedded", base_url: "" });
    mend?.(ASKED);
  };
  const again = why === NOT_ASKED && mend && button("remedy", t("set logprobs and ask again"), ask);
  const other = !isEmbedded && mend && button("remedy", t("ask the embedded model for them"), askEmbedded);
  return el("p", { class: "no-scores" }, why, " ", again || null, " ", other || null);
}

/**
 * @param {Answer} answer
 * @param {Mend | null} mend  asks again with other values; null where that cannot be done here
 */
export function scoresPanel(answer, mend) {
  const { logprobs } = answer;
  if (!logprobs.length) return missing(answer, mend);
  const rows = table(logprobs);
  const told = el("p", { class: "told", role: "status" }, "\u2026");
  const holder = el("div", { class: "scores" }, told, legend(), rows);
  const scores = logprobs.map(([, logprob, top]) => [logprob, top.map(([, each]) => each)]);
  ask("playground/dice/surprise", { body: { scores } }).then((found) => {
    const apart = logprobs.map(([token]) => token).join("") === answer.text ? "" : ` ${APART}`;
    told.textContent = found.ok ? translated(found.data.told) + apart : reasons(found);
    if (found.ok && logprobs.some(([, , top]) => top.length)) {
      told.after(curve(found.data, logprobs, rows), el("p", { class: "fine" }, CURVE));
    }
  });
  return holder;
}
