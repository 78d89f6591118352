// What the votes say: where they are, how they went, comparisons with their intervals, the course, the
// mirror.

import { el, fill } from "../core/dom.js";
import { number, t, translated } from "../core/words.js";
import { course, outcomes, shareInterval, shareWords } from "./plots.js";

/** @import { Share } from "./plots.js" */

/** @typedef {Share & Record<string, any>} Row  A comparison, or how the voter leaned. */

const COUNTS = { wins: t("won"), losses: t("lost"), ties: t("ties"), both_bad: t("both bad") };
const PLOT = t("share of decided votes, 95% interval");
const HEADS = [t("what met"), ...Object.values(COUNTS), PLOT, t("share in numbers"), "p", t("what it says")];
/** What is plain to who sees the table: said to all others. */
const PLAIN = [t("what met"), t("share in numbers")];
const NONE = t("Set diff_frequency above 0 in the chat: some replies then come as two, and you choose.");
const PRESETS = t(
  "In all models together, and apart from the votes on your own settings. One that was changed under its name counts " +
    "anew; letters in brackets tell them apart then.",
);
const MIRROR = t(
  "How this browser’s own votes leaned, whatever the answers said. The dotted line is the half.",
);

/** @param {string | null | undefined | false} text */
const note = (text) => (text ? el("p", { class: "note" }, text) : null);

/**
 * A name that may go on in the next line after a slash or a comma, and not in the middle of a word.
 * @param {string} name
 */
const breakable = (name) => el("span", {}, ...name.split(/(?<=[/,])/).flatMap((part) => [part, el("wbr")]));

/**
 * @param {string} title
 * @param {string} text
 * @param {...import("../core/dom.js").Child} children
 */
const section = (title, text, ...children) => el("section", {}, el("h2", {}, title), note(text), ...children);

/** @param {Row} row */
function comparison(row) {
  const other = el("span", { class: "other" }, t("against "), breakable(row.second));
  const counts = Object.entries(COUNTS).map(([key, label]) =>
    el("td", { class: "number", "data-label": label }, number(row[key])),
  );
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, breakable(row.first), other),
    ...counts,
    el("td", { class: "plot" }, shareInterval(row)),
    el("td", { class: "number wide" }, shareWords(row)),
    el("td", { class: "number p", "data-label": "p" }, row.p),
    el("td", { class: "says" }, translated(row.says)),
  );
}

/** @param {Row[]} rows */
function comparisons(rows) {
  const counts = Object.values(COUNTS);
  const heads = HEADS.map((text) => {
    const shown = PLAIN.includes(text) ? el("span", { class: "visually-hidden" }, text) : text;
    return el("th", { scope: "col", class: counts.includes(text) ? "number" : "" }, shown);
  });
  const body = el("tbody", {}, ...rows.map(comparison));
  const table = el("table", { class: "forest" }, el("thead", {}, el("tr", {}, ...heads)), body);
  return el("div", { class: "sideways", tabIndex: 0 }, table);
}

/** @param {Row[]} rows */
function mirror(rows) {
  const leanings = rows.map((row) => {
    const words = el("p", {}, el("b", {}, t("Chose {name}: ", { name: row.name })), shareWords(row));
    return el("div", {}, words, el("div", { class: "plot" }, shareInterval(row)), note(translated(row.says)));
  });
  return el("div", { class: "mirror" }, ...leanings);
}

/** @param {any} found */
function overall({ overall, verdict, planned }) {
  const likely =
    overall.likely &&
    overall.wins + overall.losses > 0 &&
    t(
      "If every preference was equally likely beforehand, your settings are preferred with probability " +
        "{likely}.",
      { likely: overall.likely },
    );
  const names = { wins: t("your settings won"), losses: t("the second answer won") };
  return section(
    t("Your settings against the second answer"),
    "",
    outcomes(overall, names),
    el("div", { class: "big plot" }, shareInterval(overall)),
    el("p", { class: "finding" }, translated(verdict)),
    note(likely),
    el("p", { class: "note" }, translated(planned)),
  );
}

/** @param {import("./plots.js").Day[]} days */
function overTime(days) {
  const most = number(Math.max(...days.map(({ votes }) => votes)));
  const what = t("Share of your settings in all decided votes until each day, with its 95% band");
  return section(
    t("Over time"),
    t("{what}; bars are the votes of a day, at most {most}.", { what, most }),
    course(days),
  );
}

/** @param {any} found */
function all(found) {
  const { wins, losses, ties, both_bad: bad, skips } = found.overall;
  const isOwn = wins + losses + ties + bad + skips > 0;
  if (!isOwn && !found.presets.length) return [section(t("No votes yet"), NONE)];
  const [models, settings] = [found.models, found.settings].map((rows) => rows.length > 0);
  const of = t("The same model on both sides; only what differed is named.");
  return [
    ...(isOwn ? [overall(found), overTime(found.days)] : []),
    ...(found.presets.length ? [section(t("Presets that met"), PRESETS, comparisons(found.presets))] : []),
    section(
      t("Models that met"),
      models ? "" : t("No two different models have met in a vote."),
      models && comparisons(found.models),
    ),
    section(
      t("Settings that met"),
      settings ? of : t("No vote compared two settings of one model."),
      settings && comparisons(found.settings),
      note(
        found.left_out && t("{left_out} more comparisons have fewer votes.", { left_out: found.left_out }),
      ),
    ),
    section(t("The mirror"), MIRROR, mirror(found.mirror)),
  ];
}

/** @param {import("../types").Mount} mount */
export function mount({ element, props, watch }) {
  const holder = el("div", { class: "findings" }, note(t("counting the votes…")));
  fill(element, holder);
  watch("value", () => {
    const found = props.value;
    if (!found) return;
    if (found.problem) {
      holder.replaceChildren(el("p", { class: "problem", role: "alert" }, found.problem));
      return;
    }
    const lines = found.whereabouts.map((/** @type {string} */ line) => el("p", {}, translated(line)));
    holder.replaceChildren(el("div", { class: "whereabouts", id: "votes-summary" }, ...lines), ...all(found));
  });
}
