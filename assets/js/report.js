// What became of each parameter of one answer: what was sent, whether it was accepted, and what its effect was.

import { el } from "./dom.js";
import { truthCell } from "./truths.js";

/** In a narrow drawer they stand before each cell, and not over its column. */
const HEADS = ["parameter", "became", "in the request", "accepted", "had an effect"];

export function reportTable({ report, evidence = {} }) {
  if (!report.length) return el("p", {}, "No parameter was set: the server used its own defaults.");
  const rows = report.map((line) => el("tr", {}, ...[
    [el("code", {}, line.parameter)],
    [el("span", { class: "state", "data-state": line.state }, line.state), " ", line.why],
    [el("code", {}, JSON.stringify(line.wire ?? line.value))],
    truthCell(evidence[line.parameter]?.accepted, true),
    truthCell(evidence[line.parameter]?.effect, false),
  ].map((cell, i) => el("td", { "data-label": HEADS[i] }, ...cell))));
  return el("table", { class: "report" },
    el("thead", {}, el("tr", {}, ...HEADS.map((text) => el("th", {}, text)))),
    el("tbody", {}, ...rows));
}
