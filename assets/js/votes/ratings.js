// Ratings of models, where the votes connect them; otherwise why there are none.

import { el, fill } from "../core/dom.js";
import { interval } from "./plots.js";

/** @typedef {{name: string, points: number, low: number, high: number}} Rating */

/** @param {number} value */
const points = (value) => `${value > 0 ? "+" : ""}${Math.round(value)}`;

/** @param {string} ties */
const meaning = (ties) =>
  "Bradley-Terry with ties (Davidson): 400 points mean ten times the odds, 0 is the average. Two equal models tie " +
  `${ties} of the time.`;

/** @param {import("../types").Mount} mount */
export function mount({ element, props, watch }) {
  const holder = el("section", { class: "findings" });
  fill(element, holder);
  watch("value", () => {
    const { rows = [], why_not: whyNot, tie_chance: ties } = props.value ?? {};
    const from = Math.min(-50, ...rows.map((/** @type {Rating} */ row) => row.low));
    const to = Math.max(50, ...rows.map((/** @type {Rating} */ row) => row.high));
    const line = (/** @type {Rating} */ { name, points: value, low, high }) => {
      const reach = `${points(low)} to ${points(high)}`;
      const label = `${points(value)} points, 95% interval ${reach}`;
      const plot = interval({ value, low, high, label }, { from, to, middle: 0 });
      const number = el("td", { class: "number wide" }, `${points(value)}  (${reach})`);
      return el("tr", {}, el("th", { scope: "row" }, name), el("td", { class: "plot" }, plot), number);
    };
    const table = el("table", { class: "forest" }, el("tbody", {}, ...rows.map(line)));
    const note = el("p", { class: "note" }, whyNot || meaning(ties));
    holder.replaceChildren(el("h2", {}, "Ratings"), note, rows.length ? table : "");
  });
}
