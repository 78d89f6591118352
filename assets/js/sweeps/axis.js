// An axis of the sweep's form: what is varied, and its values as they are typed.

import { ask, reasons } from "../core/api.js";
import { button, el } from "../core/dom.js";
import { store } from "../core/store.js";
import { t, translated } from "../core/words.js";
import { field } from "./field.js";

/** @typedef {{name: string, hint: string, first: string}} Offer  What can be an axis, and what is typed for it. */

const LOST = t("This page has lost its own server: start it again.");
const MODEL = "model";

export class AxisFields {
  /**
   * @param {string} title
   * @param {Offer[]} offers
   * @param {{optional: boolean, most: number}} bounds  whether there may be none; and its values at most
   * @param {() => void} onchange
   */
  constructor(title, offers, { optional, most }, onchange) {
    this.most = most;
    this.offers = new Map(offers.map((offer) => [offer.name, offer]));
    const none = optional ? [el("option", { value: "" }, t("none"))] : [];
    const names = offers.map(({ name }) => el("option", { value: name }, name));
    this.select = el("select", { onchange: () => this.#turn(onchange) }, ...none, ...names);
    this.values = el("textarea", { rows: 1, spellcheck: false, oninput: onchange });
    this.all = button("small", t("all models of this server"), () => this.#all(onchange), { hidden: true });
    const what = field(title, this.select, "axis");
    this.given = field(t("values"), this.values, "values");
    this.told = el("p", { class: "note" });
    this.given.node.append(this.all, this.told);
    this.node = el("div", { class: "axis-row" }, what.node, this.given.node);
  }

  get asked() {
    return { parameter: this.select.value, values: this.values.value };
  }

  /** @param {{parameter: string, values: string}} asked */
  show({ parameter, values }) {
    this.select.value = parameter;
    this.values.value = values;
    this.#hint();
  }

  #hint() {
    this.told.textContent = "";
    const offer = this.offers.get(this.select.value);
    this.values.placeholder = translated(offer?.hint ?? "");
    this.values.rows = (offer?.hint ?? "").includes("a line") ? 3 : 1;
    this.given.node.hidden = !offer;
    this.all.hidden = this.select.value !== MODEL;
  }

  /** @param {() => void} onchange */
  #turn(onchange) {
    this.values.value = this.offers.get(this.select.value)?.first ?? "";
    if (this.select.value === MODEL) this.values.value = store.target.model;
    this.#hint();
    onchange();
  }

  /** @param {() => void} onchange */
  async #all(onchange) {
    const { base_url } = store.target;
    const query = { provider: store.provider, ...(base_url && { base_url }) };
    const told = await ask("playground/models", { query, keys: store.keys });
    if (!told.ok) {
      this.given.problem.textContent = told.lost ? LOST : reasons(told);
      return;
    }
    const { models, prefix } = told.data;
    const names = models.map((/** @type {{id: string}} */ { id }) =>
      id.startsWith(prefix) ? id : prefix + id,
    );
    this.values.value = names.slice(0, this.most).join("\n");
    onchange();
    const few = names.length > this.most;
    this.told.textContent = few
      ? t("The first {most} of {length} models; more is too many.", { most: this.most, length: names.length })
      : "";
  }
}
