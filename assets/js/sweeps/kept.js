// The sweeps that are kept: each can be opened, renamed, deleted.

import { ask, reasons } from "../core/api.js";
import { button, el } from "../core/dom.js";
import { t } from "../core/words.js";

/** @typedef {{id: string, name: string, created_at: string, calls: number, done: number}} Listed */

const LOST = t("This page has lost its own server: start it again.");
const SURE = t("Delete for good");

export class KeptSweeps {
  /** @param {{open: (id: string) => void, gone: (id: string) => void}} actions */
  constructor({ open, gone }) {
    this.open = open;
    this.gone = gone;
    this.count = el("summary", {}, t("Kept sweeps"));
    this.rows = el("tbody");
    this.state = el("p", { class: "problem", role: "status" });
    const table = el("table", { class: "kept" }, this.rows);
    this.node = el("details", { class: "kept-sweeps", hidden: true }, this.count, table, this.state);
  }

  async look() {
    this.#paint(await ask("playground/sweeps"));
  }

  /** @param {import("../core/api.js").Told} told */
  #paint(told) {
    this.state.textContent = told.ok ? "" : told.lost ? LOST : reasons(told);
    if (!told.ok) return;
    /** @type {Listed[]} */
    const sweeps = told.data.sweeps;
    this.node.hidden = sweeps.length === 0;
    this.count.textContent = t("Kept sweeps ({length})", { length: sweeps.length });
    this.rows.replaceChildren(...sweeps.map((sweep) => this.#row(sweep)));
  }

  /** @param {Listed} sweep */
  #row({ id, name, created_at: at, calls, done }) {
    const open = button("link", name, () => this.open(id));
    const rename = button("small", t("Rename"), () => cell.replaceChildren(this.#renaming(id, name)));
    const remove = button("small", t("Delete"), async () => {
      if (remove.textContent !== SURE) {
        remove.textContent = SURE;
        return;
      }
      this.#paint(await ask(`playground/sweep/${id}/delete`, { body: {} }));
      this.gone(id);
    });
    const cell = el("th", { scope: "row" }, open);
    const when = at.slice(0, 16).replace("T", " ");
    const state = done >= calls ? t("{calls} answers", { calls }) : t("{done} of {calls}", { done, calls });
    return el(
      "tr",
      {},
      cell,
      el("td", {}, t("{when} UTC", { when })),
      el("td", { class: "number" }, state),
      el("td", { class: "ways" }, rename, " ", remove),
    );
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  #renaming(id, name) {
    const box = el("input", { type: "text", value: name, maxLength: 100, "aria-label": t("new name") });
    const save = async () =>
      this.#paint(await ask(`playground/sweep/${id}/name`, { body: { name: box.value } }));
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") save();
    });
    return el("span", { class: "renaming" }, box, button("small", t("Save"), save));
  }
}
