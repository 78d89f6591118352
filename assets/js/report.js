// What became of each parameter of one answer: what was sent, whether it was accepted, and what its effect was.

import { el } from "./dom.js";
import { truthCell } from "./truths.js";

export function reportTable({ report, evidence = {} }) {
  if (!report.length) return el("p", {}, "No parameter was set: the server used its own defaults.");
  const rows = report.map((line) => el("tr", {},
    el("td", {}, el("code", {}, line.parameter)),
    el("td", {}, el("span", { class: "state", "data-state": line.state }, line.state), " ", line.why),
    el("td", {}, el("code", {}, JSON.stringify(line.wire ?? line.value))),
    el("td", {}, ...truthCell(evidence[line.parameter]?.accepted, true)),
    el("td", {}, ...truthCell(evidence[line.parameter]?.effect, false))));
  return el("table", { class: "report" },
    el("thead", {}, el("tr", {}, ...["parameter", "became", "in the request", "accepted", "had an effect"].map((text) => el("th", {}, text)))),
    el("tbody", {}, ...rows));
}
