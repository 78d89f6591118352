// A provider's own switches. They are a view of the extra JSON, which is what is sent.

import { el } from "../core/dom.js";
import { recall, remember } from "../core/memory.js";
import { store } from "../core/store.js";
import { translated } from "../core/words.js";

/** @typedef {{path: string[], value: any}} Turned  A switch that was turned here, and to what. */
/** @typedef {{name: string, path: string[], standing: boolean, note: string, help: string}} Switch */

/** @param {string[]} path */
const at = ([outer, inner]) => store.value("extra_body")?.[outer]?.[inner];

/**
 * @param {string[]} path
 * @param {any} value
 */
function put([outer, inner], value) {
  const { [outer]: object = {}, ...rest } = store.value("extra_body") ?? {};
  const { [inner]: _, ...others } = object;
  const changed = value === undefined ? others : { ...others, [inner]: value };
  const whole = Object.keys(changed).length ? { ...rest, [outer]: changed } : rest;
  store.set("extra_body", Object.keys(whole).length ? whole : undefined);
}

export class Switches {
  /**
   * @param {string} provider
   * @param {Switch[]} switches
   */
  constructor(provider, switches) {
    this.provider = provider;
    this.switches = switches;
    // What a switch has put there is for its provider alone: it leaves with it, and comes back with it. Not
    // what was typed.
    /** @type {{there: boolean, by: Turned[]}} */
    this.turned = { there: this.isAsked, by: [], ...recall(this.#shelf) };
    this.boxes = switches.map(({ path, standing }) => {
      const box = el("input", { type: "checkbox" });
      box.addEventListener("change", () =>
        this.#turn(path, box.checked === standing ? undefined : box.checked),
      );
      return box;
    });
    const labels = switches.map(({ name, note, help }, index) => {
      const words = [el("span", {}, name), el("small", {}, translated(note))];
      return el("label", { title: translated(help) }, this.boxes[index], ...words);
    });
    this.node = el("div", { class: "switches" }, ...labels);
  }

  get isAsked() {
    return store.provider === this.provider;
  }

  get #shelf() {
    return `switches:${this.provider}`;
  }

  /**
   * @param {string[]} path
   * @param {any} value
   */
  #turn(path, value) {
    this.turned.by = this.turned.by.filter((each) => each.path.join() !== path.join());
    if (value !== undefined) this.turned.by.push({ path, value });
    put(path, value);
    remember(this.#shelf, this.turned);
  }

  /** Shows how they stand, while their provider is asked. */
  show() {
    this.node.hidden = !this.isAsked;
    this.#follow(this.isAsked);
    for (const [index, { path, standing }] of this.switches.entries()) {
      this.boxes[index].checked = at(path) ?? standing;
    }
  }

  /** @param {boolean} there */
  #follow(there) {
    const { turned } = this;
    if (!store.names.includes("extra_body") || there === turned.there) return;
    if (!there) turned.by = turned.by.filter(({ path, value }) => at(path) === value); // else it was edited since
    turned.there = there;
    remember(this.#shelf, turned);
    for (const { path, value } of turned.by) {
      if (!there || at(path) === undefined) put(path, there ? value : undefined);
    }
  }
}
