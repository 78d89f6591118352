// The panes of the page, which come up in any order.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Panes } from "../../assets/js/chat/panes.js";

test("the second pane alone is one pane, and both stand in their order", () => {
  const panes = new Panes();
  /** @type {any[]} */
  const [first, second] = [{ index: 0 }, { index: 1 }];
  panes.add(second);
  assert.deepEqual(panes.all, [second]);
  panes.add(first);
  assert.deepEqual(panes.all, [first, second]);
});
