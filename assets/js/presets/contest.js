// Which presets compete, for this tab: pairs are drawn between them in place of pref_params.

import { MOST_IN_CONTEST } from "../contract.js";
import { recall, remember } from "../core/memory.js";
import { store } from "../core/store.js";
import { library } from "./library.js";

class Entrants {
  /** @type {{names: string[], against: string}} */
  #chosen = recall("contest") ?? { names: [], against: "" };

  constructor() {
    store.on("presets", () => this.#tell());
  }

  /** The presets that are chosen and still there. */
  get presets() {
    const found = this.#chosen.names.map((name) => library.get(name));
    return found.filter((preset) => preset !== undefined);
  }

  get against() {
    return this.presets.some(({ name }) => name === this.#chosen.against) ? this.#chosen.against : "";
  }

  get isFull() {
    return this.presets.length >= MOST_IN_CONTEST;
  }

  /** @param {string} name */
  has(name) {
    return this.#chosen.names.includes(name);
  }

  /** @param {Partial<{names: string[], against: string}>} change */
  #change(change) {
    this.#chosen = { ...this.#chosen, ...change };
    remember("contest", this.#chosen);
    this.#tell();
  }

  /**
   * @param {string} name
   * @param {boolean} isIn
   */
  enter(name, isIn) {
    const others = this.presets.map((preset) => preset.name).filter((other) => other !== name);
    this.#change({ names: isIn ? [...others, name] : others });
  }

  /** @param {string} name  the one that meets all others; empty: each meets each */
  setAgainst(name) {
    this.#change({ against: name });
  }

  /**
   * @param {string} old
   * @param {string} name
   */
  renamed(old, name) {
    const names = this.#chosen.names.map((each) => (each === old ? name : each));
    this.#change({ names, against: this.#chosen.against === old ? name : this.#chosen.against });
  }

  end() {
    this.#change({ names: [], against: "" });
  }

  #tell() {
    const presets = this.presets.map(({ name, parameters, extra_body }) => ({
      name,
      parameters,
      extra_body,
    }));
    store.setContest(presets.length > 1 ? { presets, against: this.against } : null);
  }
}

export const entrants = new Entrants();
