// The numbers of a sweep, and the scale of its plot.

import assert from "node:assert/strict";
import { test } from "node:test";
import { scaleOf } from "../../assets/js/sweeps/lines.js";
import { inWords, nameOf, short } from "../../assets/js/sweeps/numbers.js";

const FREE = { name: "words", label: "words", unit: "", what: "", least: 0, most: null };
const SHARE = { ...FREE, most: 1 };

for (const [value, written] of /** @type {[number, string][]} */ ([
  [0, "0"],
  [1234.4, "1,234"],
  [0.84217, "0.842"],
  [20, "20"],
  [0.00001234, "1.2e-5"],
])) {
  test(`${value} is written ${written}`, () => assert.equal(short(value), written));
}

test("an interval is told where there is one that says something", () => {
  const mean = { value: 2, low: 1, high: 3, count: 4 };
  assert.equal(inWords(mean, "s"), "2 s, 95% interval 1 to 3");
  assert.equal(inWords({ ...mean, low: null, high: null }, ""), "2");
  assert.equal(inWords({ ...mean, low: 2, high: 2 }, ""), "2");
  assert.equal(inWords({ ...mean, low: 0.597, high: 0.5970000000000001 }, ""), "2");
});

test("a cell is called by its place on each axis", () => {
  const axes = ["a", "b"].map((parameter) => ({ parameter, labels: ["0", "1"], numbers: null }));
  assert.equal(nameOf(axes, [1, 0]), "a 1, b 0");
});

for (const [values, metric, from, to] of /** @type {[number[], typeof SHARE, number, number][]} */ ([
  [[3, 17], FREE, 0, 20],
  [[0, 0], FREE, 0, 0.5],
  [[24, 24], FREE, 10, 40],
  [[0.2, 1], SHARE, 0.2, 1],
  [[1, 1], SHARE, 0.5, 1],
])) {
  test(`a plot of ${values} goes from ${from} to ${to}`, () => {
    const scale = scaleOf(values, metric);
    assert.deepEqual([scale.from, Number(scale.to.toPrecision(6))], [from, to]);
    assert.ok(scale.ticks.length >= 2 && scale.ticks.length <= 7, String(scale.ticks));
    assert.ok(scale.ticks.every((tick) => tick >= from && tick <= to + 1e-9));
  });
}
