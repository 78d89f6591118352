// The presets of this browser and of the data folder become one list; what is set alike is known as such.

import assert from "node:assert/strict";
import { test } from "node:test";
import { freeName, merged, setAlike } from "../../assets/js/presets/merge.js";

/**
 * @param {string} name
 * @param {number} temperature
 */
const cold = (name, temperature = 0.1) => ({ name, parameters: { temperature } });

test("what another program saved, and what only this browser has, are both there", () => {
  const own = [{ ...cold("Mine"), kept: false }];
  const { presets, missing } = merged(own, "", { mark: "f", presets: [cold("Theirs")], problems: [] });
  assert.deepEqual(presets, [
    { ...cold("Theirs"), kept: true },
    { ...cold("Mine"), kept: false },
  ]);
  assert.deepEqual(missing, ["Mine"]);
});

test("what was deleted in the folder is gone here, and comes back into a folder that is new", () => {
  const own = [{ ...cold("Mine"), kept: true }];
  assert.deepEqual(merged(own, "f", { mark: "f", presets: [], problems: [] }), { presets: [], missing: [] });
  assert.deepEqual(merged(own, "f", { mark: "new", presets: [], problems: [] }).missing, ["Mine"]);
});

test("nothing counts as deleted while a file in the folder cannot be read", () => {
  const own = [{ ...cold("Mine"), kept: true }];
  const folder = { mark: "f", presets: [], problems: ["a.json: no JSON"] };
  assert.deepEqual(merged(own, "f", folder), { presets: own, missing: [] });
});

test("two of one name: the folder rules, unless it never had the browser's", () => {
  const folder = { mark: "f", presets: [cold("Cold", 0.2)], problems: [] };
  assert.deepEqual(merged([{ ...cold("Cold"), kept: true }], "f", folder).presets, [
    { ...cold("Cold", 0.2), kept: true },
  ]);
  const { presets, missing } = merged([{ ...cold("Cold"), kept: false }], "f", folder);
  assert.deepEqual(
    presets.map(({ name, parameters }) => [name, parameters.temperature]),
    [
      ["Cold", 0.2],
      ["Cold (2)", 0.1],
    ],
  );
  assert.deepEqual(missing, ["Cold (2)"]);
});

test("without a folder the browser's own are all, whatever lay in one before", () => {
  const own = [{ ...cold("Mine"), kept: true }];
  const { presets, missing } = merged(own, "f", { mark: "", presets: [], problems: [] });
  assert.deepEqual(
    presets.map(({ name }) => name),
    ["Mine"],
  );
  assert.deepEqual(missing, []);
});

test("presets set alike whatever the order of names, and lists keep theirs", () => {
  const one = { parameters: { stop: ["a", "b"], seed: 1 } };
  assert.ok(setAlike(one, { parameters: { seed: 1, stop: ["a", "b"] }, extra_body: {} }));
  assert.ok(!setAlike(one, { parameters: { seed: 1, stop: ["b", "a"] } }));
  assert.ok(!setAlike(one, { ...one, extra_body: { a: 1 } }));
});

test("a free name is found", () => {
  assert.equal(
    freeName("Cold", (name) => ["Cold", "Cold (2)"].includes(name)),
    "Cold (3)",
  );
});
