// A box for code with line numbers, in which single lines can be marked as wrong.

import { el } from "../../core/dom.js";
import { readJson as parse } from "../../core/json.js";
import { t } from "../../core/words.js";

/** @param {{label: string, placeholder: string, oninput: (text: string) => void}} parts */
export function codeBox({ label, placeholder, oninput }) {
  const gutter = el("div", { class: "gutter", "aria-hidden": "true" });
  const box = el("textarea", {
    class: "mono",
    "aria-label": label,
    spellcheck: false,
    autocomplete: "off",
    wrap: "off",
    placeholder,
  });
  const node = el("div", { class: "code" }, gutter, box);
  /** @type {Set<number | undefined>} */
  let wrong = new Set();

  function number() {
    const lines = box.value.split("\n").length;
    gutter.replaceChildren(
      ...Array.from({ length: lines }, (_, i) =>
        el("span", { class: wrong.has(i + 1) ? "wrong" : "" }, String(i + 1)),
      ),
    );
  }

  box.addEventListener("input", () => {
    wrong = new Set();
    number();
    oninput(box.value);
  });
  box.addEventListener(
    "scroll",
    () => {
      gutter.scrollTop = box.scrollTop;
    },
    { passive: true },
  );
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.shiftKey || event.ctrlKey || event.altKey || box.selectionStart === 0)
      return;
    event.preventDefault();
    box.setRangeText("    ", box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input"));
  });
  return {
    node,
    get value() {
      return box.value;
    },
    /** @param {string} text */
    set(text) {
      if (text !== box.value) {
        box.value = text;
      }
      wrong = new Set();
      number();
    },
    /** @param {(number | undefined)[]} lines */
    mark(lines) {
      wrong = new Set(lines);
      number();
    },
    /**
     * Puts the cursor at the beginning of a line.
     * @param {number} line
     */
    go(line) {
      const at =
        box.value
          .split("\n")
          .slice(0, line - 1)
          .join("\n").length + (line > 1 ? 1 : 0);
      box.focus();
      box.setSelectionRange(at, at);
      box.scrollTop = Math.max(0, (line - 4) * 19);
    },
  };
}

/**
 * JSON text as a value, or a remark that says in which line it ends to be JSON, or what else is wrong with
 * it.
 * @param {string} text
 * @returns {{value?: any, remark?: import("../../types").Remark}}
 */
export function readJson(text) {
  const { value, problem, line } = parse(text);
  return problem ? { remark: { text: t("This is {problem}.", { problem }), line } } : { value };
}
