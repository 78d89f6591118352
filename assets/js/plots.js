// Plots of shares with their intervals, drawn from data: a line of a forest plot, and the course over days.
//
// A share stands beside the half, so every plot has that line; a point without its interval is never drawn.

import { el } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const percent = (value) => `${Math.round(value * 100)}%`;

/** A point with its interval on a scale from `from` to `to`; `middle` is where nothing would differ. */
export function interval({ value, low, high, label }, { from = 0, to = 1, middle = 0.5 } = {}) {
  const at = (x) => `${((Math.min(Math.max(x, from), to) - from) / (to - from)) * 100}%`;
  const apart = low > middle || high < middle;
  const plot = svg("svg", { class: apart ? "interval apart" : "interval", role: "img", "aria-label": label, preserveAspectRatio: "none" });
  plot.append(svg("line", { class: "middle", x1: at(middle), x2: at(middle), y1: "0", y2: "100%" }));
  if (value !== null) {
    plot.append(svg("line", { class: "reach", x1: at(low), x2: at(high), y1: "50%", y2: "50%" }));
    for (const end of [low, high]) plot.append(svg("line", { class: "reach", x1: at(end), x2: at(end), y1: "32%", y2: "68%" }));
    plot.append(svg("circle", { class: "point", cx: at(value), cy: "50%", r: "4" }));
  }
  return plot;
}

export const shareInterval = ({ share, low, high, total }) => interval({
  value: share, low, high,
  label: share === null ? "no decided votes" : `${percent(share)} of ${total} decided votes, 95% interval ${percent(low)} to ${percent(high)}`,
});

export const shareWords = ({ share, low, high }) => (share === null ? "\u2013" : `${percent(share)}  (${percent(low)} to ${percent(high)})`);

/** How all votes went, as one bar in proportion. */
export function outcomes(row, names) {
  const parts = [["wins", names.wins], ["ties", "ties"], ["both_bad", "both bad"], ["losses", names.losses], ["skips", "skipped"]];
  const total = parts.reduce((sum, [key]) => sum + row[key], 0);
  const bar = el("div", { class: "outcomes", role: "img", "aria-label": parts.map(([key, name]) => `${name} ${row[key]}`).join(", ") },
    ...parts.filter(([key]) => row[key]).map(([key]) => { const part = el("span", { class: `part ${key}` }); part.style.flexGrow = row[key]; return part; }));
  const legend = el("p", { class: "legend" }, ...parts.map(([key, name]) => el("span", { class: `key ${key}` }, `${name} `, el("b", {}, row[key].toLocaleString("en")))));
  return el("div", {}, total ? bar : null, legend);
}

const WIDTH = 1000;
const HEIGHT = 180;

/** One day's share with its interval, where there is no course yet: a dot, as no stretch of the picture makes it an oval. */
function whisker(x, [low, share, high]) {
  const line = (x1, x2, y1, y2, kind = "line") => svg("line", { class: kind, x1, x2, y1, y2 });
  return [line(x, x, low, high), ...[low, high].map((end) => line(x - 8, x + 8, end, end)), line(x, x, share, share, "mark")];
}

/** The share of all decided votes until each day, with its band, over bars of how many votes each day had. */
export function course(days) {
  const first = Date.parse(days[0].day);
  const span = Math.max(1, Date.parse(days.at(-1).day) - first);
  const lone = days.length === 1;
  const wide = Math.max(3, Math.min(24, (WIDTH / Math.max(1, span / 86_400_000 + 1)) * 0.6));
  const x = (day) => (lone ? WIDTH / 2 : wide / 2 + ((Date.parse(day) - first) / span) * (WIDTH - wide));  // the bars of both ends stay inside
  const y = (share) => (1 - share) * HEIGHT;
  const most = Math.max(...days.map((day) => day.votes));
  const decided = days.filter((day) => day.share !== null);
  const band = [...decided.map((d) => `${x(d.day)},${y(d.high)}`), ...decided.map((d) => `${x(d.day)},${y(d.low)}`).reverse()].join(" ");
  const picture = svg("svg", { class: "course", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": `share of decided votes until each day; at the end ${shareWords(days.at(-1))}` });
  for (const share of [0, 0.25, 0.5, 0.75, 1]) picture.append(svg("line", { class: share === 0.5 ? "middle" : "grid", x1: 0, x2: WIDTH, y1: y(share), y2: y(share) }));
  for (const day of days) {
    const tall = (day.votes / most) * HEIGHT * 0.35;
    const bar = svg("rect", { class: "votes", x: x(day.day) - wide / 2, width: wide, y: HEIGHT - tall, height: tall });
    bar.append(svg("title", {}, `${day.day}: ${day.votes} vote${day.votes === 1 ? "" : "s"}; until then ${shareWords(day)}`));
    picture.append(bar);
  }
  if (decided.length === 1) picture.append(...whisker(x(decided[0].day), ["low", "share", "high"].map((part) => y(decided[0][part]))));
  if (decided.length > 1) picture.append(svg("polygon", { class: "band", points: band }), svg("polyline", { class: "line", points: decided.map((d) => `${x(d.day)},${y(d.share)}`).join(" ") }));
  const scale = el("div", { class: "scale", "aria-hidden": "true" }, ...["100%", "50%", "0%"].map((text) => el("span", {}, text)));
  const ends = el("p", { class: lone ? "ends lone" : "ends" }, el("span", {}, days[0].day), lone ? null : el("span", {}, days.at(-1).day));
  return el("div", { class: "course-box" }, scale, picture, ends);
}
