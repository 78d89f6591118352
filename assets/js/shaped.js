// An answer that was asked for in a shape: its JSON as it grows, and at the end whether it fits.

import { copyText, el } from "./dom.js";
import { partialJson } from "./partial_json.js";
import { remarkList } from "./editors/opening.js";

export class ShapedView {
  constructor() {
    this.json = el("pre", { class: "json", tabIndex: 0 });
    this.verdict = el("div", { class: "verdict-line", role: "status" });
    this.node = el("div", { class: "shaped", hidden: true }, this.json, this.verdict);
  }

  /** Shows what the text means so far, behind its prefill or alone; returns whether it means anything. */
  grow(prefill, text) {
    const behind = partialJson(prefill + text);
    const so = behind.has ? behind : partialJson(text);
    this.node.hidden = !so.has;
    if (so.has) this.json.textContent = so.text;
    this.node.classList.toggle("open", so.whole === false);
    return so.has;
  }

  /** The server's word on the whole answer: it fits, or every violation with its path. */
  judge({ fits, is_json: isJson, json, violations, unchecked, gave_up: gaveUp }) {
    this.node.hidden = false;
    this.node.classList.remove("open");
    if (isJson) this.json.textContent = json;
    const copy = isJson && el("button", { type: "button", class: "act", onclick: (event) => copyText(json, event.currentTarget) }, "copy object");
    const remarks = violations.map(({ place, what }) => ({ text: what, pointer: place }));
    const misfit = gaveUp && !violations.length ? `not checked: ${gaveUp}` : isJson ? "does not fit the schema" : "is not whole JSON";
    this.verdict.replaceChildren(...[
      el("span", { class: fits ? "fits" : "misfit" }, fits ? `fits the schema${unchecked.length ? ", as far as it can be checked" : ""}` : misfit), copy,
      remarks.length && remarkList(remarks, "bad"),
      unchecked.length && remarkList(unchecked.map((text) => ({ text })), "note"),
    ].filter(Boolean));
  }
}
