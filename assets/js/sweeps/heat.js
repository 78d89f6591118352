// A heat map of one measure over two axes: a table whose cells are darker the larger their mean; each opens its
// answers.

import { el } from "../core/dom.js";
import { t, translated } from "../core/words.js";
import { inWords, nameOf, short } from "./numbers.js";

/** @import { Axis, Cell, Metric } from "./numbers.js" */

const DARKEST = 50; // percent of the accent: the numbers stay readable on it

/**
 * Whether a key presses a button. (These are none of the browser's, whose numbers cannot be selected.)
 * @param {KeyboardEvent} event
 */
function pressed(event) {
  if (event.key !== "Enter" && event.key !== " ") return false;
  event.preventDefault();
  return true;
}

/**
 * @param {Axis[]} axes
 * @param {Cell[]} cells
 * @param {Metric} metric
 * @param {(at: number[]) => void} onopen
 */
export function heatMap([down, across], cells, metric, onopen) {
  const found = new Map(cells.map((cell) => [cell.at.join(), cell]));
  const values = cells.flatMap(({ means }) => means[metric.name]?.value ?? []);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const shade = (/** @type {number} */ value) =>
    most > least ? Math.round(((value - least) / (most - least)) * DARKEST) : 0;
  const box = (/** @type {number[]} */ at) => {
    const cell = found.get(at.join());
    const mean = cell?.means[metric.name];
    if (!cell) return el("td", {}, "");
    const beside = cell.failed ? t(", {failed} failed", { failed: cell.failed }) : "";
    const words = mean ? inWords(mean, metric.unit) : t("no answer to measure");
    const label = t("{name_of}: {words}{beside}; open its answers", {
      name_of: nameOf([down, across], at),
      words,
      beside,
    });
    const open = el(
      "div",
      {
        class: "heat-cell",
        role: "button",
        tabIndex: 0,
        "aria-label": label,
        title: label,
        onclick: () => getSelection()?.isCollapsed && onopen(at),
        onkeydown: (/** @type {KeyboardEvent} */ event) => pressed(event) && onopen(at),
      },
      mean ? short(mean.value) : "\u2013",
    );
    if (mean) open.style.setProperty("--heat", `${shade(mean.value)}%`);
    open.classList.toggle("marred", cell.failed > 0);
    return el("td", {}, open);
  };
  const heads = across.labels.map((label) => el("th", { scope: "col" }, label));
  const rows = down.labels.map((label, row) =>
    el("tr", {}, el("th", { scope: "row" }, label), ...across.labels.map((_, column) => box([row, column]))),
  );
  const corner = el("td", { class: "corner" }, `${down.parameter} \\ ${across.parameter}`);
  const unit = metric.unit ? ` (${translated(metric.unit)})` : "";
  const title = t("{label}{unit}: {parameter} down, {parameter2} across", {
    label: translated(metric.label),
    unit,
    parameter: down.parameter,
    parameter2: across.parameter,
  });
  const table = el(
    "table",
    { class: "heat" },
    el("thead", {}, el("tr", {}, corner, ...heads)),
    el("tbody", {}, ...rows),
  );
  const scrolls = el("div", { class: "sideways", tabIndex: 0 }, table);
  return el("figure", { class: "sweep-figure" }, el("h3", {}, title), scrolls);
}
