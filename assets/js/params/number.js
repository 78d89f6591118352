// The control of a number: a box, and a slider where the range is small enough to point into.

import { el } from "../core/dom.js";
import { t, translated } from "../core/words.js";

/** @import { Control, ControlSpec } from "../types" */

// Letters of what a server uses by itself; beside a slider there is room for a number alone.
const LONGEST_IN_A_BOX = 15;
const WIDEST_SLIDER = 100;

/**
 * A slider of the same range. It stands where the server's own value is while none is set, as a ghost.
 * @param {ControlSpec} spec
 */
function sliderOf({ labelId, kind }) {
  const { minimum, maximum, step } = kind;
  const node = el("input", { type: "range", min: minimum, max: maximum, step, "aria-labelledby": labelId });
  let hint = String((minimum + maximum) / 2);
  return {
    node,
    /** @param {number | undefined} value */
    show(value) {
      node.value = value === undefined ? hint : String(value);
      node.classList.toggle("ghost", value === undefined);
    },
    /** @param {unknown} value */
    hint(value) {
      hint = String(typeof value === "number" ? value : (minimum + maximum) / 2);
      if (node.classList.contains("ghost")) node.value = hint;
    },
  };
}

/**
 * What is typed in the box, or why it is no such number.
 * @param {HTMLInputElement} box
 * @param {any} kind
 * @returns {{value?: number, fault?: string}}
 */
function read(box, { whole, minimum, maximum, allowed }) {
  if (box.validity.badInput)
    return {
      fault: t("this is not a finite number; allowed is {allowed}", { allowed: translated(allowed) }),
    };
  if (box.value.trim() === "") return {};
  const value = Number(box.value);
  const inexact = Number.isInteger(value) && !Number.isSafeInteger(value);
  if (!(whole && maximum === null && inexact)) return { value };
  const safe = t("allowed is a whole number from {minimum} to {max_safe_integer}", {
    minimum,
    max_safe_integer: Number.MAX_SAFE_INTEGER,
  });
  return { fault: t("{value} is out of range; {safe}", { value: box.value, safe }) };
}

/**
 * @param {ControlSpec} spec
 * @returns {Control}
 */
export function numberControl(spec) {
  const { labelId, kind, onchange } = spec;
  const box = el("input", {
    type: "number",
    min: kind.minimum,
    max: kind.maximum ?? undefined,
    step: kind.whole ? 1 : "any",
    inputMode: kind.whole ? "numeric" : "decimal",
    "aria-labelledby": labelId,
  });
  const slider = kind.maximum !== null && kind.maximum <= WIDEST_SLIDER ? sliderOf(spec) : null;
  const below = el("p", { class: "own-words" });
  box.addEventListener("input", () => {
    const { value, fault } = read(box, kind);
    if (!fault) slider?.show(value);
    onchange(value, fault);
  });
  slider?.node.addEventListener("input", () => {
    box.value = slider.node.value;
    slider.show(Number(box.value));
    onchange(Number(box.value));
  });
  return {
    node: el("div", { class: slider ? "control slide" : "control" }, slider?.node, box),
    below,
    show(value) {
      box.value = value ?? "";
      slider?.show(value);
    },
    hint(value) {
      const long = typeof value === "string" && (slider || value.length > LONGEST_IN_A_BOX);
      below.textContent = long ? t("unset: {value}", { value: translated(String(value)) }) : "";
      box.placeholder = long ? t("unset") : value == null ? t("unset") : translated(String(value));
      slider?.hint(value);
    },
  };
}
