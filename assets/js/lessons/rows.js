// The real rows beside a lesson: those that it shows, set as it begins, some locked; and as they were before, when it
// is left.

import { recall, remember } from "../core/memory.js";
import { outer, store } from "../core/store.js";

/** @import { LessonSetup } from "./lesson.js" */

const BEFORE = "before-lesson";
const LOCKED = "Locked by the lesson.";

/** What is set now, to be had again. */
function keepRows() {
  if (recall(BEFORE)) return; // from one lesson to the next
  remember(BEFORE, {
    parameters: store.parameters,
    extra_body: store.value("extra_body"),
    second: store.value("second"),
  });
}

/**
 * The rows of a lesson alone are shown, and some of them cannot be moved.
 * @param {string[]} shown
 * @param {string[]} locked
 */
function arrange(shown, locked) {
  for (const row of document.querySelectorAll("#parameters .parameter")) {
    const name = outer(row.id.replace("param-", ""));
    row.toggleAttribute("data-lesson", shown.includes(name));
    row.toggleAttribute("inert", locked.includes(name));
    if (locked.includes(name)) row.setAttribute("title", LOCKED);
    else row.removeAttribute("title");
  }
}

/** @param {{shown: string[], locked: string[], setup: LessonSetup}} lesson */
export function setRows({ shown, locked, setup }) {
  keepRows();
  store.setAll(setup.parameters);
  arrange(shown, locked);
}

/** The rows are what they were before the first lesson. */
export function giveBackRows() {
  arrange([], []);
  const before = recall(BEFORE);
  if (!before) return;
  remember(BEFORE, null);
  store.setAll({ ...before.parameters, extra_body: before.extra_body, second: before.second });
}
