// Fields of the forms before a room.

import { el, uniqueId } from "../core/dom.js";

/**
 * A labelled field; its note may be a text that changes.
 * @param {string} label
 * @param {HTMLElement} box
 * @param {string | HTMLElement} [note]
 */
export function field(label, box, note) {
  const id = uniqueId("room");
  box.id = id;
  const told = note ? el("span", { class: "note", id: `${id}-note` }, note) : null;
  if (told) box.setAttribute("aria-describedby", told.id);
  return el("p", { class: "field" }, el("label", { htmlFor: id }, label), box, told);
}

/** @param {Record<string, unknown>} [more] */
export const line = (more = {}) => el("input", { type: "text", ...more });

/** @param {number} rows @param {Record<string, unknown>} [more] */
export const area = (rows, more = {}) => el("textarea", { rows, ...more });

/** @param {number} value @param {number} [most] */
export const whole = (value, most) =>
  el("input", { type: "number", min: 1, max: most, value: String(value), required: true });
