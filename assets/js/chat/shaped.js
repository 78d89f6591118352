// An answer that was asked for in a shape: its JSON as it grows, and at the end whether it fits.

import { button, copyText, el, nodes } from "../core/dom.js";
import { remarkList } from "../core/remarks.js";
import { t, translated } from "../core/words.js";
import { partialJson } from "./partial_json.js";

/** @import { Checked } from "../types" */

export class ShapedView {
  constructor() {
    this.json = el("pre", { class: "json", tabIndex: 0 });
    this.verdict = el("div", { class: "verdict-line", role: "status" });
    this.node = el("div", { class: "shaped", hidden: true }, this.json, this.verdict);
  }

  /**
   * Shows what the text means so far, behind its prefill or alone; returns whether it means anything.
   * @param {string} prefill
   * @param {string} text
   */
  grow(prefill, text) {
    const behind = partialJson(prefill + text);
    const meaning = behind.has ? behind : partialJson(text);
    this.node.hidden = !meaning.has;
    if (meaning.has) this.json.textContent = meaning.text ?? "";
    this.node.classList.toggle("open", meaning.whole === false);
    return meaning.has;
  }

  /**
   * The server's word on the whole answer: it fits, or every violation with its path.
   * @param {NonNullable<Checked["format"]>} verdict
   */
  judge({ fits, is_json: isJson, json, violations, unchecked, gave_up: gaveUp }) {
    this.node.hidden = false;
    this.node.classList.remove("open");
    if (isJson) this.json.textContent = json;
    const copy = button("act", t("copy object"), () => copyText(json, copy));
    const remarks = violations.map(({ place, what }) => ({
      text: what,
      pointer: place === "the answer" ? translated(place) : place,
    }));
    const notes = unchecked.map((text) => ({ text }));
    const fit = t("fits the schema{as_far}", {
      as_far: unchecked.length ? t(", as far as it can be checked") : "",
    });
    const misfit = isJson ? t("does not fit the schema") : t("is not whole JSON");
    const unknown =
      gaveUp && !violations.length ? t("not checked: {gave_up}", { gave_up: translated(gaveUp) }) : misfit;
    this.verdict.replaceChildren(
      ...nodes([
        el("span", { class: fits ? "fits" : "misfit" }, fits ? fit : unknown),
        isJson && copy,
        remarks.length > 0 && remarkList(remarks, "bad"),
        notes.length > 0 && remarkList(notes, "note"),
      ]),
    );
  }
}
