// A field of the sweep's form: its label, and room below for what is wrong with it.

import { el, uniqueId } from "../core/dom.js";

/**
 * @param {string} label
 * @param {HTMLElement} control
 * @param {string} looks
 */
export function field(label, control, looks = "") {
  const problem = el("p", { class: "problem", id: uniqueId("sweep-problem") });
  control.setAttribute("aria-describedby", problem.id);
  const node = el(
    "div",
    { class: `sweep-field ${looks}` },
    el("label", {}, el("span", {}, label), control),
    problem,
  );
  return { node, problem };
}
