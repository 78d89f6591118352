// The dials beside the bars: the chain's parameters, to be moved without asking the model, and taken over.

import { DIALS } from "../contract.js";
import { el, uniqueId } from "../core/dom.js";
import { numberControl } from "../params/number.js";

/** @typedef {Record<string, any>} Values  Parameters of the chain by name; what is unset is not there. */

export class Dials {
  /** @type {Map<string, import("../types").Control>} */
  #controls = new Map();
  /** @type {Values} */
  values = {};

  /**
   * @param {() => void} onmove
   * @param {(parameter: string | null) => void} onlook  hears which one is looked at
   */
  constructor(onmove, onlook) {
    this.onmove = onmove;
    const rows = Object.entries(DIALS).map(([name, dial]) => this.#row(name, dial));
    this.node = el("div", { class: "dice-dials" }, ...rows);
    for (const row of rows) {
      const look = () => onlook(row.dataset.name ?? null);
      for (const event of ["pointerenter", "focusin"]) row.addEventListener(event, look);
      for (const event of ["pointerleave", "focusout"]) row.addEventListener(event, () => onlook(null));
    }
  }

  /**
   * @param {string} name
   * @param {{kind: any, idle: number}} dial
   */
  #row(name, { kind, idle }) {
    const labelId = uniqueId("dial");
    const control = numberControl({
      name,
      labelId,
      kind,
      onchange: (value, fault) => {
        if (fault) return;
        this.#set(name, value);
        this.onmove();
      },
    });
    control.hint?.(idle);
    this.#controls.set(name, control);
    const row = el(
      "div",
      { class: "dial-row" },
      el("span", { id: labelId, class: "name" }, name),
      control.node,
    );
    row.dataset.name = name;
    return row;
  }

  /**
   * @param {string} name
   * @param {number | undefined} value
   */
  #set(name, value) {
    const { [name]: _, ...others } = this.values;
    this.values = value === undefined ? others : { ...others, [name]: value };
  }

  /** @param {Values} values */
  show(values) {
    this.values = { ...values };
    for (const [name, control] of this.#controls) control.show(values[name]);
  }
}
