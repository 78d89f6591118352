// Ratings of models, where the votes connect them; otherwise why there are none.

import { el } from "./dom.js";
import { interval } from "./plots.js";

export function mount({ element, props, watch }) {
  const holder = el("section", { class: "findings" });
  element.querySelector(".mount").append(holder);
  watch("value", () => {
    const { rows = [], why_not: whyNot, tie_chance: ties } = props.value ?? {};
    const from = Math.min(-50, ...rows.map((row) => row.low));
    const to = Math.max(50, ...rows.map((row) => row.high));
    const points = (value) => `${value > 0 ? "+" : ""}${Math.round(value)}`;
    const line = (row) => el("tr", {}, el("th", { scope: "row" }, row.name),
      el("td", { class: "plot" }, interval({ value: row.points, low: row.low, high: row.high, label: `${points(row.points)} points, 95% interval ${points(row.low)} to ${points(row.high)}` }, { from, to, middle: 0 })),
      el("td", { class: "number wide" }, `${points(row.points)}  (${points(row.low)} to ${points(row.high)})`));
    holder.replaceChildren(el("h2", {}, "Ratings"), el("p", { class: "note" }, whyNot || `Bradley-Terry with ties (Davidson): 400 points mean ten times the odds, 0 is the average. Two equal models tie ${ties} of the time.`),
      rows.length ? el("table", { class: "forest" }, el("tbody", {}, ...rows.map(line))) : "");
  });
}
