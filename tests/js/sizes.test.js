// Sizes and times of a download in words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { megabytes, progressText, waiting } from "../../assets/js/models/sizes.js";

const under_way = { state: "fetching", done: 312e6, total: 639e6, per_second: 5.1e6, why: "" };

test("a download tells what has come, how fast, and how long it still takes", () => {
  assert.equal(progressText(under_way, null), "312 MB of 639 MB \u00b7 5.1 MB/s \u00b7 1 min left");
  assert.equal(progressText({ ...under_way, per_second: 0 }, null), "312 MB of 639 MB");
});

test("one that was stopped says that it goes on, also where only the size of the offer is known", () => {
  const stopped = { ...under_way, state: "stopped", total: 0 };
  assert.equal(progressText(stopped, 639e6), "312 MB of 639 MB, stopped. It goes on where it stands.");
});

test("one that failed says why", () => {
  assert.equal(
    progressText({ ...under_way, state: "failed", why: "The disk is full." }, null),
    "The disk is full.",
  );
});

test("sizes and times are rounded as one would say them", () => {
  assert.deepEqual([1.46e6, 98.4e6, 1.06e9, 12.3e9].map(megabytes), ["1.5 MB", "98 MB", "1.1 GB", "12 GB"]);
  assert.deepEqual([0, 12, 50, 90, 4000].map(waiting), [
    "5 s left",
    "15 s left",
    "50 s left",
    "2 min left",
    "1.1 h left",
  ]);
});
