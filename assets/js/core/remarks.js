// Remarks of the server on what was typed or came: each with its line or place in it.

import { el } from "./dom.js";
import { t, translated } from "./words.js";

/** @import { Remark } from "../types" */

/**
 * A list of remarks; `onpick(remark)` goes to the line of one.
 * @param {Remark[]} remarks
 * @param {"bad" | "note"} tone
 * @param {(remark: Remark) => void} [onpick]
 */
export function remarkList(remarks, tone, onpick) {
  const items = remarks.map((remark) => el("li", {}, placeOf(remark, onpick), ` ${translated(remark.text)}`));
  return el("ul", { class: `remarks ${tone}` }, ...items);
}

/**
 * @param {Remark} remark
 * @param {((remark: Remark) => void) | undefined} onpick
 */
function placeOf(remark, onpick) {
  const { line, pointer } = remark;
  if (line) {
    const go = () => onpick?.(remark);
    return el("button", { type: "button", class: "where", onclick: go }, t("line {line}", { line }));
  }
  return pointer && pointer !== "#" ? el("code", { class: "where" }, pointer) : "";
}
