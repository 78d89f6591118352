// The real rows beside a lesson: those that it shows, set as it begins, some locked; and as they were before, when it
// is left.

import { recall, remember } from "../core/memory.js";
import { outer, store } from "../core/store.js";
import { t } from "../core/words.js";

/** @import { LessonSetup } from "./lesson.js" */

/**
 * @typedef {object} Before  What was set before the first lesson.
 * @property {Record<string, any>} parameters
 * @property {any} extra_body
 * @property {any} second
 * @property {string[]} spared  rows in which something was typed that cannot be read yet: it stays
 */

const BEFORE = "before-lesson";
const LOCKED = t("Locked by the lesson.");

/** @type {Before | null} */
let before = recall(BEFORE);

/** @param {Before | null} rows */
function keep(rows) {
  before = rows;
  remember(BEFORE, rows); // for a reload
}

/** What is set now, to be had again. */
const now = () => ({
  parameters: store.parameters,
  extra_body: store.value("extra_body"),
  second: store.value("second"),
  spared: store.names.filter((name) => store.unreadable(name)),
});

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
  const rows = before ?? now(); // from one lesson to the next they are the lesson's
  keep(rows);
  store.setAll(setup.parameters, rows.spared);
  arrange([...shown, ...rows.spared], locked);
}

/** The rows are what they were before the first lesson. */
export function giveBackRows() {
  arrange([], []);
  if (!before) return;
  const { parameters, extra_body, second, spared } = before;
  keep(null);
  store.setAll({ ...parameters, extra_body, second }, spared);
}
