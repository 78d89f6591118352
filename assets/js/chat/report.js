// What became of each parameter of one answer: what was sent, whether it was accepted, and what its effect
// was.

import { el } from "../core/dom.js";
import { t, translated } from "../core/words.js";
import { truthCell } from "../params/effects.js";

/** In a narrow drawer they stand before each cell, and not over its column. */
const HEADS = [t("parameter"), t("became"), t("in the request"), t("accepted"), t("had an effect")];

/** @param {import("../core/store.js").Shown} answer */
export function reportTable({ report, evidence = {} }) {
  if (!report.length) return el("p", {}, t("No parameter was set: the server used its own defaults."));
  const rows = report.map((line) => {
    const cells = [
      [el("code", {}, line.parameter)],
      [
        el("span", { class: "state", "data-state": line.state }, translated(line.state)),
        " ",
        translated(line.why),
      ],
      [el("code", {}, JSON.stringify(line.wire ?? line.value))],
      truthCell(evidence[line.parameter]?.accepted, true),
      truthCell(evidence[line.parameter]?.effect, false),
    ];
    return el("tr", {}, ...cells.map((cell, at) => el("td", { "data-label": HEADS[at] }, ...cell)));
  });
  const heads = HEADS.map((text) => el("th", {}, text));
  const [head, body] = [el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows)];
  return el("table", { class: "report" }, head, body);
}
