// One control per kind of parameter. A control shows a value, reports what the user makes of it, and can be
// empty: `undefined` means unset, which is not the same as any value.
//
// Each factory takes a ControlSpec and returns a Control (see types.d.ts): `settle()` where what was made a
// moment ago may still have to be read, and `below` where a hint may need a line of its own.
// `onchange(value)` is called with the new value, `onchange(undefined)` when it becomes unset, and
// `onchange(undefined, message)` when what was typed cannot be read.

import { el } from "../core/dom.js";
import { readJson } from "../core/json.js";
import { t, translated } from "../core/words.js";
import { biasControl } from "./editors/bias.js";
import { formatControl } from "./editors/format.js";
import { messagesControl } from "./editors/messages.js";
import { toolsControl } from "./editors/tools.js";
import { numberControl } from "./number.js";

/** @import { Control, ControlSpec } from "../types" */

/**
 * Unset, or one of a few named values: a row of radio buttons drawn as one segmented control.
 * @param {ControlSpec} spec
 * @param {[value: any, text: string][]} options
 * @returns {Control}
 */
function segmentControl({ name, labelId, onchange }, options) {
  const radios = new Map();
  const group = el("div", { class: "control segments", role: "radiogroup", "aria-labelledby": labelId });
  for (const [value, text] of [[undefined, t("unset")], ...options]) {
    const radio = el("input", { type: "radio", name: `segment-${name}`, onchange: () => onchange(value) });
    radios.set(value, radio);
    group.append(el("label", {}, radio, el("span", {}, text)));
  }
  return {
    node: group,
    show(value) {
      for (const [v, radio] of radios) radio.checked = v === value;
    },
    hint() {},
  };
}

/** @param {ControlSpec} spec */
const flagControl = (spec) =>
  segmentControl(spec, [
    [false, "false"],
    [true, "true"],
  ]);

/**
 * Unset, or one of a few words, of which a server may take some.
 * @param {ControlSpec} spec
 * @returns {Control}
 */
function wordsControl({ labelId, kind, onchange }) {
  const unset = el("option", { value: "" }, t("unset"));
  const box = el("select", {
    "aria-labelledby": labelId,
    onchange: () => onchange(box.value === "" ? undefined : box.value),
  });
  /** @type {string[]} */
  let words = kind.words;
  const show = (/** @type {string} */ value) => {
    const others = value === "" || words.includes(value) ? words : [...words, value];
    box.replaceChildren(unset, ...others.map((word) => el("option", { value: word }, word)));
    box.value = value;
  };
  show("");
  return {
    node: el("div", { class: "control" }, box),
    show: (value) => show(value === undefined ? "" : String(value)),
    hint(value) {
      unset.textContent = value ?? t("unset");
    },
    suggest(taken) {
      words = taken;
      show(box.value); // what is set stays in view, though the server does not take it
    },
  };
}

/**
 * auto, none, required, or a name: a text box that suggests, because any function's name may stand here.
 * @param {ControlSpec} spec
 * @returns {Control}
 */
function choiceControl({ name, labelId, kind, onchange }) {
  const listId = `choices-${name}`;
  const list = el("datalist", { id: listId });
  const box = el("input", {
    type: "text",
    "aria-labelledby": labelId,
    spellcheck: false,
    autocomplete: "off",
    oninput: () => onchange(box.value.trim() === "" ? undefined : box.value.trim()),
  });
  box.setAttribute("list", listId);
  const suggest = (/** @type {string[]} */ values) =>
    list.replaceChildren(...values.map((value) => el("option", { value })));
  suggest(kind.words);
  return {
    node: el("div", { class: "control" }, box, list),
    show(value) {
      box.value = value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
    },
    hint(value) {
      box.placeholder = value ?? t("unset");
    },
    suggest,
  };
}

/**
 * @param {ControlSpec} spec
 * @returns {Control}
 */
function textControl({ labelId, onchange }) {
  const box = el("textarea", {
    rows: 2,
    "aria-labelledby": labelId,
    oninput: () => onchange(box.value === "" ? undefined : box.value),
  });
  return {
    node: el("div", { class: "control wide" }, box),
    show(value) {
      box.value = value ?? "";
    },
    hint(value) {
      box.placeholder = value ?? t("unset");
    },
  };
}

/** What can be typed for what would end a line, or not be seen. */
const ESCAPES = new Map([
  ["\\n", "\n"],
  ["\\t", "\t"],
  ["\\r", "\r"],
  ["\\\\", "\\"],
]);
const TYPED = new Map([...ESCAPES].map(([typed, letter]) => [letter, typed]));
/** @param {string} text */
const unescaped = (text) => text.replace(/\\[ntr\\]/g, (typed) => ESCAPES.get(typed) ?? typed);
/** @param {string} text */
const escaped = (text) => text.replace(/[\\\n\t\r]/g, (letter) => TYPED.get(letter) ?? letter);

/**
 * @param {string} labelId
 * @param {number} rows
 * @param {() => void} oninput
 */
const codeBox = (labelId, rows, oninput) =>
  el("textarea", { rows, "aria-labelledby": labelId, spellcheck: false, class: "mono", oninput });

/**
 * Several short texts, one a line; \n, \t, \r and \\ can be typed.
 * @param {ControlSpec} spec
 * @returns {Control}
 */
function linesControl({ labelId, onchange }) {
  const box = codeBox(labelId, 2, () => {
    const lines = box.value
      .split("\n")
      .filter((line) => line !== "")
      .map(unescaped);
    onchange(lines.length ? lines : undefined);
  });
  return {
    node: el("div", { class: "control wide" }, box),
    show(value) {
      box.value = value === undefined ? "" : [value].flat().map(escaped).join("\n");
    },
    hint() {
      box.placeholder = t("unset: one a line; type \\n for a line break");
    },
  };
}

/**
 * @param {ControlSpec} spec
 * @returns {Control}
 */
function jsonControl({ labelId, kind, onchange }) {
  const box = codeBox(labelId, 3, () => {
    if (box.value.trim() === "") {
      onchange(undefined);
      return;
    }
    const { value, problem } = readJson(box.value);
    onchange(value, problem);
  });
  return {
    node: el("div", { class: "control wide" }, box),
    show(value) {
      box.value = value === undefined ? "" : JSON.stringify(value, null, 2);
      box.rows = Math.min(Math.max(box.value.split("\n").length, 3), 14);
    },
    hint() {
      box.placeholder = t("unset: {allowed}", { allowed: translated(kind.allowed) });
    },
  };
}

/** By the kind of value, which control edits it. */
export const CONTROLS = {
  number: numberControl,
  flag: flagControl,
  words: wordsControl,
  choice: choiceControl,
  text: textControl,
  lines: linesControl,
  json: jsonControl,
  format: formatControl,
  tools: toolsControl,
  bias: biasControl,
  messages: messagesControl,
};
