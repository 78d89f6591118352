// One control per kind of parameter. A control shows a value, reports what the user makes of it, and can be
// empty: `undefined` means unset, which is not the same as any value.
//
// Each factory takes {name, labelId, kind, onchange} and returns {node, show(value), hint(value)}, `settle()` where what
// was made a moment ago may still have to be read, and `below` where a hint may need a line of its own;
// `onchange(value)` is called with the new value, `onchange(undefined)` when it becomes unset, and
// `onchange(undefined, message)` when what was typed cannot be read.

import { el } from "./dom.js";
import { biasControl } from "./editors/bias.js";
import { formatControl } from "./editors/format.js";
import { messagesControl } from "./editors/messages.js";
import { toolsControl } from "./editors/tools.js";
import { readJson } from "./json.js";

const LONGEST_IN_A_BOX = 15;  // letters of what a server uses by itself; beside a slider there is room for a number alone

export function numberControl({ labelId, kind, onchange }) {
  const whole = kind.whole;
  const read = (text) => (text.trim() === "" ? undefined : Number(text));
  const inexact = (value) => Number.isInteger(value) && !Number.isSafeInteger(value);
  const box = el("input", {
    type: "number", min: kind.minimum, max: kind.maximum ?? undefined, step: whole ? 1 : "any",
    inputMode: whole ? "numeric" : "decimal", "aria-labelledby": labelId,
  });
  const slides = kind.maximum !== null && kind.maximum <= 100;
  const range = slides && el("input", {
    type: "range", min: kind.minimum, max: kind.maximum, step: kind.step, "aria-labelledby": labelId,
  });
  const below = el("p", { class: "own-words" });
  const paint = (value) => {
    box.value = value ?? "";
    if (range) {
      range.value = value ?? range.dataset.hint ?? (kind.minimum + kind.maximum) / 2;
      range.classList.toggle("ghost", value === undefined);
    }
  };
  const change = (value, from) => {
    if (range && from === box) { range.value = value ?? range.dataset.hint ?? range.value; range.classList.toggle("ghost", value === undefined); }
    if (from === range) { box.value = value; range.classList.remove("ghost"); }
    onchange(value);
  };
  box.addEventListener("input", () => {
    const value = read(box.value);
    if (box.validity.badInput) onchange(undefined, `this is not a finite number; allowed is ${kind.allowed}`);
    else if (whole && kind.maximum === null && inexact(value)) onchange(undefined, `${box.value} is out of range; allowed is a whole number from ${kind.minimum} to ${Number.MAX_SAFE_INTEGER}`);
    else change(value, box);
  });
  if (range) range.addEventListener("input", () => change(Number(range.value), range));
  return {
    node: el("div", { class: range ? "control slide" : "control" }, range || null, box),
    below,
    show: paint,
    hint(value) {
      const long = typeof value === "string" && (range || value.length > LONGEST_IN_A_BOX);
      below.textContent = long ? `unset: ${value}` : "";
      box.placeholder = long ? "unset" : String(value ?? "unset");
      if (range) {
        if (typeof value !== "number") delete range.dataset.hint;
        else range.dataset.hint = value;
        if (range.classList.contains("ghost")) range.value = range.dataset.hint ?? (kind.minimum + kind.maximum) / 2;
      }
    },
  };
}

/** Unset, or one of a few named values: a row of radio buttons drawn as one segmented control. */
export function segmentControl({ name, labelId, onchange }, options) {
  const radios = new Map();
  const group = el("div", { class: "control segments", role: "radiogroup", "aria-labelledby": labelId });
  for (const [value, text] of [[undefined, "unset"], ...options]) {
    const radio = el("input", { type: "radio", name: `segment-${name}`, onchange: () => onchange(value) });
    radios.set(value, radio);
    group.append(el("label", {}, radio, el("span", {}, text)));
  }
  return {
    node: group,
    show(value) { for (const [v, radio] of radios) radio.checked = v === value; },
    hint() {},
  };
}

export const flagControl = (spec) => segmentControl(spec, [[false, "false"], [true, "true"]]);

/** auto, none, required, or a name: a text box that suggests, because any function's name may stand here. */
export function choiceControl({ name, labelId, kind, onchange }) {
  const listId = `choices-${name}`;
  const list = el("datalist", { id: listId });
  const box = el("input", {
    type: "text", "aria-labelledby": labelId, spellcheck: false, autocomplete: "off",
    oninput: () => onchange(box.value.trim() === "" ? undefined : box.value.trim()),
  });
  box.setAttribute("list", listId);
  const suggest = (values) => list.replaceChildren(...values.map((value) => el("option", { value })));
  suggest(kind.words);
  return {
    node: el("div", { class: "control" }, box, list),
    show(value) { box.value = value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value); },
    hint(value) { box.placeholder = value ?? "unset"; },
    suggest,
  };
}

export function textControl({ labelId, onchange }) {
  const box = el("textarea", {
    rows: 2, "aria-labelledby": labelId,
    oninput: () => onchange(box.value === "" ? undefined : box.value),
  });
  return {
    node: el("div", { class: "control wide" }, box),
    show(value) { box.value = value ?? ""; },
    hint(value) { box.placeholder = value ?? "unset"; },
  };
}

const ESCAPES = { n: "\n", t: "\t", r: "\r", "\\": "\\" };
const unescape = (text) => text.replace(/\\([ntr\\])/g, (_, letter) => ESCAPES[letter]);
const escape = (text) => text.replace(/[\\\n\t\r]/g, (c) => ({ "\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\" })[c]);

/** Several short texts, one a line; \n, \t, \r and \\ can be typed. */
export function linesControl({ labelId, onchange }) {
  const box = el("textarea", {
    rows: 2, "aria-labelledby": labelId, spellcheck: false, class: "mono",
    oninput: () => {
      const lines = box.value.split("\n").filter((line) => line !== "").map(unescape);
      onchange(lines.length ? lines : undefined);
    },
  });
  return {
    node: el("div", { class: "control wide" }, box),
    show(value) { box.value = value === undefined ? "" : [value].flat().map(escape).join("\n"); },
    hint() { box.placeholder = "unset: one a line; type \\n for a line break"; },
  };
}

export function jsonControl({ labelId, kind, onchange }) {
  const box = el("textarea", {
    rows: 3, "aria-labelledby": labelId, spellcheck: false, class: "mono",
    oninput: () => {
      if (box.value.trim() === "") { onchange(undefined); return; }
      const { value, problem } = readJson(box.value);
      onchange(value, problem);
    },
  });
  return {
    node: el("div", { class: "control wide" }, box),
    show(value) {
      box.value = value === undefined ? "" : JSON.stringify(value, null, 2);
      box.rows = Math.min(Math.max(box.value.split("\n").length, 3), 14);
    },
    hint() { box.placeholder = `unset: ${kind.allowed}`; },
  };
}

export const CONTROLS = {
  number: numberControl, flag: flagControl, choice: choiceControl, text: textControl, lines: linesControl, json: jsonControl,
  format: formatControl, tools: toolsControl, bias: biasControl, messages: messagesControl,
};
