// A plot of one measure over the first axis: points with their 95 % intervals, a line for each value of the second.

import { el, svg } from "../core/dom.js";
import { t, translated } from "../core/words.js";
import { inWords, nameOf, short } from "./numbers.js";

/** @import { Axis, Cell, Metric } from "./numbers.js" */

const HEIGHT = 240;
const LEFT = 52;
const RIGHT = 16;
const TOP = 12;
const BOTTOM = 46;
const MOST_LINES = 6;
const NARROWEST = 280;
const LETTER = 7; // about as wide as a letter of the labels
const FEWEST_LETTERS = 5;
const GAP = 4;

/** @typedef {{x: number, value: number, low: number, high: number, words: string}} Point */
/** @typedef {{from: number, to: number, ticks: number[]}} Scale */

/**
 * Round numbers that enclose the values.
 * @param {number[]} values
 * @param {Metric} metric
 * @returns {Scale}
 */
export function scaleOf(values, { least, most }) {
  let [low, high] = [Math.min(...values), Math.max(...values)];
  if (low === high) [low, high] = [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  const raw = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? raw;
  const from = Math.max(Math.floor(low / step) * step, least ?? -Infinity);
  const to = Math.min(Math.ceil(high / step) * step, most ?? Infinity);
  const ticks = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to + step / 1e6; tick += step) {
    ticks.push(Number(tick.toPrecision(12)));
  }
  return { from, to: to > from ? to : from + step, ticks };
}

/**
 * The points of each line; a cell without this measure leaves a gap.
 * @param {Axis[]} axes
 * @param {Cell[]} cells
 * @param {Metric} metric
 */
function linesOf(axes, cells, metric) {
  const [first, second] = axes;
  const places = first.numbers ?? first.labels.map((_, place) => place);
  const names = second ? second.labels : [""];
  return names.slice(0, MOST_LINES).map((name, line) => {
    /** @type {Point[]} */
    const points = cells.flatMap(({ at, means }) => {
      const mean = means[metric.name];
      if (!mean || (second && at[1] !== line)) return [];
      const words = `${nameOf(axes, at)}: ${inWords(mean, metric.unit)}`;
      const { value, low, high } = mean;
      return [{ x: places[at[0]], value, low: low ?? value, high: high ?? value, words }];
    });
    return { name: second ? `${second.parameter} ${name}` : "", points: points.sort((a, b) => a.x - b.x) };
  });
}

export class Lines {
  constructor() {
    this.title = el("h3");
    this.note = el("p", { class: "note" });
    this.key = el("p", { class: "line-key" });
    this.holder = el("div", { class: "line-plot" });
    this.node = el("figure", { class: "sweep-figure" }, this.title, this.holder, this.key, this.note);
    /** @type {(() => void) | null} */
    this.redraw = null;
    new ResizeObserver(() => this.redraw?.()).observe(this.holder);
  }

  /**
   * @param {Axis[]} axes
   * @param {Cell[]} cells
   * @param {Metric} metric
   */
  paint(axes, cells, metric) {
    const lines = linesOf(axes, cells, metric);
    const unit = metric.unit ? ` (${translated(metric.unit)})` : "";
    this.title.textContent = t("{label}{unit} over {parameter}, with 95% intervals", {
      label: translated(metric.label),
      unit,
      parameter: axes[0].parameter,
    });
    const more = (axes[1]?.labels.length ?? 0) - MOST_LINES;
    this.note.textContent =
      more > 0
        ? t("The first {most_lines} lines; {more} more stand in the table.", { most_lines: MOST_LINES, more })
        : "";
    const keys = lines.map(({ name }, line) => el("span", { class: `key s${line}` }, name));
    this.key.replaceChildren(...(axes.length > 1 ? keys : []));
    this.redraw = () => this.#draw(axes, lines, metric);
    this.redraw();
  }

  /**
   * @param {Axis[]} axes
   * @param {ReturnType<typeof linesOf>} lines
   * @param {Metric} metric
   */
  #draw(axes, lines, metric) {
    const all = lines.flatMap(({ points }) => points);
    const width = Math.max(NARROWEST, this.holder.clientWidth);
    if (!all.length) {
      this.holder.replaceChildren();
      return;
    }
    const scale = scaleOf(
      all.flatMap(({ low, high }) => [low, high]),
      metric,
    );
    const places = axes[0].numbers ?? axes[0].labels.map((_, place) => place);
    const [from, to] = [Math.min(...places), Math.max(...places)];
    const x = (/** @type {number} */ at) =>
      from === to
        ? (LEFT + width - RIGHT) / 2
        : LEFT + 14 + ((at - from) / (to - from)) * (width - LEFT - RIGHT - 28);
    const y = (/** @type {number} */ value) =>
      TOP + (1 - (value - scale.from) / (scale.to - scale.from)) * (HEIGHT - TOP - BOTTOM);
    const label = t("{text_content}; its numbers stand in the table below", {
      text_content: this.title.textContent,
    });
    const picture = svg("svg", { width, height: HEIGHT, role: "img", "aria-label": label });
    picture.append(...gridOf(scale, width, y), ...feetOf(axes[0], places, x, width));
    const shift = (/** @type {number} */ line) =>
      (line - (lines.length - 1) / 2) * (lines.length > 1 ? 3 : 0);
    picture.append(
      ...lines.map(({ points }, line) =>
        lineOf(points, line, (at) => x(at) + shift(line), y, axes[0].numbers !== null),
      ),
    );
    const foot = svg("text", { class: "axis", x: (LEFT + width) / 2, y: HEIGHT - 4 }, axes[0].parameter);
    picture.append(foot);
    this.holder.replaceChildren(picture);
  }
}

/**
 * Lines across with their numbers.
 * @param {Scale} scale
 * @param {number} width
 * @param {(value: number) => number} y
 */
function gridOf({ ticks }, width, y) {
  return ticks.flatMap((tick) => [
    svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick) }),
    svg("text", { class: "tick up", x: LEFT - 8, y: y(tick) + 4 }, short(tick)),
  ]);
}

/**
 * The values of the axis below: each as much of its end as has room, since names of models begin alike.
 * @param {Axis} axis
 * @param {number[]} places
 * @param {(at: number) => number} x
 * @param {number} width
 */
function feetOf({ labels }, places, x, width) {
  const room = Math.max(FEWEST_LETTERS, Math.floor((width - LEFT - RIGHT) / labels.length / LETTER) - 1);
  let free = 0;
  return labels.flatMap((label, place) => {
    const text = label.length > room ? `\u2026${label.slice(1 - room)}` : label;
    const half = (text.length * LETTER) / 2;
    const at = Math.min(x(places[place]), width - half);
    if (at - half < free) return [];
    free = at + half + GAP;
    return [svg("text", { class: "tick", x: at, y: HEIGHT - BOTTOM + 18 }, text)];
  });
}

/**
 * One line: its points, each with its interval.
 * @param {Point[]} points
 * @param {number} line
 * @param {(at: number) => number} x
 * @param {(value: number) => number} y
 * @param {boolean} isOrdered  between words, such as names of models, there is nothing to draw a line through
 */
function lineOf(points, line, x, y, isOrdered) {
  const path = isOrdered ? points.map((point) => `${x(point.x)},${y(point.value)}`).join(" ") : "";
  const group = svg("g", { class: `s${line}` }, svg("polyline", { class: "course-line", points: path }));
  for (const { x: at, value, low, high, words } of points) {
    const cap = (/** @type {number} */ end) =>
      svg("line", { x1: x(at) - 4, x2: x(at) + 4, y1: y(end), y2: y(end) });
    const whisker = svg("line", { x1: x(at), x2: x(at), y1: y(low), y2: y(high) });
    const point = svg("circle", { cx: x(at), cy: y(value), r: 4 }, svg("title", {}, words));
    group.append(whisker, cap(low), cap(high), point);
  }
  return group;
}
