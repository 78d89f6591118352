// Ratings of models and of presets, where the votes connect them; otherwise why there are none.

import { el, fill } from "../core/dom.js";
import { figures, t, translated } from "../core/words.js";
import { interval } from "./plots.js";

/** @typedef {{name: string, points: number, low: number, high: number, few: string}} Rating */

/** @param {number} value */
const points = (value) => `${value > 0 ? "+" : ""}${Math.round(value)}`;

/** @param {string} ties */
const meaning = (ties) =>
  t(
    "Bradley-Terry with ties (Davidson): 400 points mean ten times the odds, 0 is the average. Two equal ones tie " +
      "{ties} of the time. Where intervals overlap, the order can be chance.",
    { ties: figures(ties) },
  );

/**
 * The ratings of all that met, or why there are none.
 * @param {string} title
 * @param {{rows: Rating[], why_not: string, tie_chance?: string}} rated
 */
function section(title, { rows, why_not: whyNot, tie_chance: ties = "" }) {
  const from = Math.min(-50, ...rows.map((row) => row.low));
  const to = Math.max(50, ...rows.map((row) => row.high));
  const line = (/** @type {Rating} */ { name, points: value, low, high, few }) => {
    const reach = t("{points} to {points2}", { points: points(low), points2: points(high) });
    const label = t("{points} points, 95% interval {reach}", { points: points(value), reach });
    const plot = interval({ value, low, high, label }, { from, to, middle: 0 });
    const number = el("td", { class: "number wide" }, `${points(value)}  (${reach})`);
    const cells = [el("td", { class: "plot" }, plot), number, el("td", { class: "says" }, translated(few))];
    return el("tr", {}, el("th", { scope: "row" }, name), ...cells);
  };
  const table = el("table", { class: "forest" }, el("tbody", {}, ...rows.map(line)));
  const note = el("p", { class: "note" }, translated(whyNot) || meaning(ties));
  return el("section", {}, el("h2", {}, title), note, rows.length ? table : "");
}

/** @param {import("../types").Mount} mount */
export function mount({ element, props, watch }) {
  const holder = el("div", { class: "findings" });
  fill(element, holder);
  watch("value", () => {
    const { rows = [], why_not = "", tie_chance, presets } = props.value ?? {};
    holder.replaceChildren(
      section(t("Ratings"), { rows, why_not, tie_chance }),
      presets ? section(t("Ratings of presets"), presets) : "",
    );
  });
}
