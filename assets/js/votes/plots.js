// Plots of shares with their intervals, drawn from data: a line of a forest plot, and the course over days.
//
// A share stands beside the half, so every plot has that line; a point without its interval is never drawn.

import { amount } from "../core/amounts.js";
import { el, svg } from "../core/dom.js";
import { number, t } from "../core/words.js";

/**
 * @typedef {{share: number | null, low: number, high: number, total: number}} Share  Of decided votes, from 0
 * to 1.
 */
/** @typedef {Share & {day: string, votes: number}} Day */

const WIDTH = 1000;
const HEIGHT = 180;
const DAY_MS = 86_400_000;

/** @param {number} value */
const percent = (value) => number(value, { style: "percent" });

/**
 * A point with its interval on a scale from `from` to `to`; `middle` is where nothing would differ.
 * @param {{value: number | null, low: number, high: number, label: string}} point
 * @param {{from?: number, to?: number, middle?: number}} [scale]
 */
export function interval({ value, low, high, label }, { from = 0, to = 1, middle = 0.5 } = {}) {
  const at = (/** @type {number} */ x) =>
    `${((Math.min(Math.max(x, from), to) - from) / (to - from)) * 100}%`;
  const apart = low > middle || high < middle;
  const plot = svg("svg", {
    class: apart ? "interval apart" : "interval",
    role: "img",
    "aria-label": label,
    preserveAspectRatio: "none",
  });
  plot.append(svg("line", { class: "middle", x1: at(middle), x2: at(middle), y1: "0", y2: "100%" }));
  if (value === null) return plot;
  plot.append(svg("line", { class: "reach", x1: at(low), x2: at(high), y1: "50%", y2: "50%" }));
  for (const end of [low, high]) {
    plot.append(svg("line", { class: "reach", x1: at(end), x2: at(end), y1: "32%", y2: "68%" }));
  }
  plot.append(svg("circle", { class: "point", cx: at(value), cy: "50%", r: "4" }));
  return plot;
}

/** @param {Share} share */
export function shareInterval({ share, low, high, total }) {
  const reach = t("95% interval {percent} to {percent2}", { percent: percent(low), percent2: percent(high) });
  const label =
    share === null
      ? t("no decided votes")
      : t("{percent} of {total} decided votes, {reach}", { percent: percent(share), total, reach });
  return interval({ value: share, low, high, label });
}

/** @param {Share} share */
export const shareWords = ({ share, low, high }) =>
  share === null
    ? "\u2013"
    : t("{percent}  ({percent2} to {percent3})", {
        percent: percent(share),
        percent2: percent(low),
        percent3: percent(high),
      });

/**
 * How all votes went, as one bar in proportion.
 * @param {Record<string, number>} row
 * @param {{wins: string, losses: string}} names
 */
export function outcomes(row, names) {
  const parts = [
    ["wins", names.wins],
    ["ties", t("ties")],
    ["both_bad", t("both bad")],
    ["losses", names.losses],
    ["skips", t("skipped")],
  ];
  const total = parts.reduce((sum, [key]) => sum + row[key], 0);
  const label = parts.map(([key, name]) => `${name} ${row[key]}`).join(", ");
  const bar = el("div", { class: "outcomes", role: "img", "aria-label": label });
  for (const [key] of parts.filter(([key]) => row[key])) {
    const part = el("span", { class: `part ${key}` });
    part.style.flexGrow = String(row[key]);
    bar.append(part);
  }
  const keys = parts.map(([key, name]) =>
    el("span", { class: `key ${key}` }, `${name} `, el("b", {}, number(row[key]))),
  );
  return el("div", {}, total ? bar : null, el("p", { class: "legend" }, ...keys));
}

/**
 * Where a day stands, where a share does, and how wide a day's bar is. The bars of both ends stay inside.
 * @param {Day[]} days
 */
function scaleOf(days) {
  const first = Date.parse(days[0].day);
  const span = Math.max(1, Date.parse(days[days.length - 1].day) - first);
  const wide = Math.max(3, Math.min(24, (WIDTH / Math.max(1, span / DAY_MS + 1)) * 0.6));
  return {
    wide,
    x: (/** @type {string} */ day) =>
      days.length === 1 ? WIDTH / 2 : wide / 2 + ((Date.parse(day) - first) / span) * (WIDTH - wide),
    y: (/** @type {number} */ share) => (1 - share) * HEIGHT,
  };
}

/** @typedef {ReturnType<typeof scaleOf>} Scale */

/**
 * A bar as tall as the votes of a day are many.
 * @param {Day} day
 * @param {number} most
 * @param {Scale} scale
 */
function bar(day, most, { x, wide }) {
  const tall = (day.votes / most) * HEIGHT * 0.35;
  const place = { x: x(day.day) - wide / 2, width: wide, y: HEIGHT - tall, height: tall };
  const votes = amount(day.votes, "vote");
  const title = svg(
    "title",
    {},
    t("{day}: {votes}; until then {share_words}", { day: day.day, votes, share_words: shareWords(day) }),
  );
  return svg("rect", { class: "votes", ...place }, title);
}

/**
 * One day's share with its interval, where there is no course yet: a dot, as no stretch of the picture makes
 * it an oval.
 * @param {number} x
 * @param {number[]} heights  of the low end, the share and the high end
 */
function whisker(x, [low, share, high]) {
  const line = (
    /** @type {number} */ x1,
    /** @type {number} */ x2,
    /** @type {number} */ y1,
    /** @type {number} */ y2,
    kind = "line",
  ) => svg("line", { class: kind, x1, x2, y1, y2 });
  const ends = [low, high].map((end) => line(x - 8, x + 8, end, end));
  return [line(x, x, low, high), ...ends, line(x, x, share, share, "mark")];
}

/**
 * The shares of the days that have one, with their band.
 * @param {Day[]} days
 * @param {Scale} scale
 */
function curve(days, { x, y }) {
  const decided = days.flatMap(({ day, share, low, high }) =>
    share === null ? [] : [{ at: x(day), heights: [low, share, high].map(y) }],
  );
  if (!decided.length) return [];
  if (decided.length === 1) return whisker(decided[0].at, decided[0].heights);
  const [lows, shares, highs] = [0, 1, 2].map((end) =>
    decided.map(({ at, heights }) => `${at},${heights[end]}`),
  );
  return [
    svg("polygon", { class: "band", points: [...highs, ...lows.reverse()].join(" ") }),
    svg("polyline", { class: "line", points: shares.join(" ") }),
  ];
}

/**
 * The share of all decided votes until each day, with its band, over bars of how many votes each day had.
 * @param {Day[]} days
 */
export function course(days) {
  const last = days[days.length - 1];
  const lone = days.length === 1;
  const scale = scaleOf(days);
  const picture = svg("svg", {
    class: "course",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": t("share of decided votes until each day; at the end {share_words}", {
      share_words: shareWords(last),
    }),
  });
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const kind = share === 0.5 ? "middle" : "grid";
    const y = scale.y(share);
    picture.append(svg("line", { class: kind, x1: 0, x2: WIDTH, y1: y, y2: y }));
  }
  const most = Math.max(...days.map((day) => day.votes));
  picture.append(...days.map((day) => bar(day, most, scale)), ...curve(days, scale));
  const shares = ["100%", "50%", "0%"].map((text) => el("span", {}, text));
  const ends = lone ? [days[0].day] : [days[0].day, last.day];
  return el(
    "div",
    { class: "course-box" },
    el("div", { class: "scale", "aria-hidden": "true" }, ...shares),
    picture,
    el("p", { class: lone ? "ends lone" : "ends" }, ...ends.map((day) => el("span", {}, day))),
  );
}
