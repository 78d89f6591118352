// What the votes say: where they are, how they went, comparisons with their intervals, the course, the mirror.

import { el } from "./dom.js";
import { course, outcomes, shareInterval, shareWords } from "./plots.js";

const COUNTS = { wins: "won", losses: "lost", ties: "ties", both_bad: "both bad" };
const HEADS = ["", ...Object.values(COUNTS), "share of decided votes, 95% interval", "", "p", "what it says"];

/** A name that may go on in the next line after a slash or a comma, and not in the middle of a word. */
function breakable(name) {
  return el("span", {}, ...name.split(/(?<=[/,])/).flatMap((part) => [part, el("wbr")]));
}

function section(title, note, ...children) {
  return el("section", {}, el("h2", {}, title), note ? el("p", { class: "note" }, note) : null, ...children);
}

function comparisons(rows) {
  const line = (row) => el("tr", {},
    el("th", { scope: "row" }, breakable(row.first), el("span", { class: "other" }, "against ", breakable(row.second))),
    ...Object.entries(COUNTS).map(([key, label]) => el("td", { class: "number", "data-label": label }, row[key].toLocaleString("en"))),
    el("td", { class: "plot" }, shareInterval(row)), el("td", { class: "number wide" }, shareWords(row)),
    el("td", { class: "number p", "data-label": "p" }, row.p), el("td", { class: "says" }, row.says));
  return el("div", { class: "sideways", tabIndex: 0 }, el("table", { class: "forest" },
    el("thead", {}, el("tr", {}, ...HEADS.map((text, i) => el("th", { class: i >= 1 && i <= 4 ? "number" : "" }, text)))),
    el("tbody", {}, ...rows.map(line))));
}

function mirror(rows) {
  return el("div", { class: "mirror" }, ...rows.map((row) => el("div", {},
    el("p", {}, el("b", {}, `Chose ${row.name}: `), shareWords(row)), el("div", { class: "plot" }, shareInterval(row)), el("p", { class: "note" }, row.says))));
}

function all(found) {
  const { overall } = found;
  const likely = overall.likely ? ` If every preference was equally likely beforehand, your settings are preferred with probability ${overall.likely}.` : "";
  const none = overall.wins + overall.losses + overall.ties + overall.both_bad + overall.skips === 0;
  if (none) return [section("No votes yet", "Set diff_frequency above 0 in the chat: some replies then come as two, and you choose.")];
  return [
    section("Your settings against the second answer", "",
      outcomes(overall, { wins: "your settings won", losses: "the second answer won" }),
      el("div", { class: "big plot" }, shareInterval(overall)), el("p", { class: "finding" }, found.verdict), likely && overall.wins + overall.losses ? el("p", { class: "note" }, likely.trim()) : null, el("p", { class: "note" }, found.planned)),
    section("Over time", `Share of your settings in all decided votes until each day, with its 95% band; bars are the votes of a day, at most ${Math.max(...found.days.map(({ votes }) => votes)).toLocaleString("en")}.`, course(found.days)),
    section("Models that met", found.models.length ? "" : "No two different models have met in a vote.", found.models.length ? comparisons(found.models) : null),
    section("Settings that met", found.settings.length ? "The same model on both sides; only what differed is named." : "No vote compared two settings of one model.", found.settings.length ? comparisons(found.settings) : null,
      found.left_out ? el("p", { class: "note" }, `${found.left_out} more comparisons have fewer votes.`) : null),
    section("The mirror", "How this browser\u2019s own votes leaned, whatever the answers said. The dotted line is the half.", mirror(found.mirror)),
  ];
}

export function mount({ element, props, watch }) {
  const holder = el("div", { class: "findings" }, el("p", { class: "note" }, "counting the votes\u2026"));
  element.querySelector(".mount").append(holder);
  watch("value", () => {
    const found = props.value;
    if (!found) return;
    if (found.problem) { holder.replaceChildren(el("p", { class: "problem", role: "alert" }, found.problem)); return; }
    holder.replaceChildren(el("div", { class: "whereabouts", id: "votes-summary" }, ...found.whereabouts.map((line) => el("p", {}, line))), ...all(found));
  });
}
