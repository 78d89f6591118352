// The presets: those that are shipped, and those of one's own, kept in this browser and, of a local page, in the
// data folder too. Each has a place of its own there, so that two tabs never overwrite each other's.

import { MOST_PRESETS } from "../contract.js";
import { ask, reasons } from "../core/api.js";
import { few } from "../core/few.js";
import { forget, keep, kept, keptNames, onKeptElsewhere } from "../core/memory.js";
import { store } from "../core/store.js";
import { t, translated } from "../core/words.js";
import { freeName, merged, setAlike } from "./merge.js";

/** @import { Own, Preset } from "../types" */

const PLACE = "preset:";
const FOLDER = "presets-folder";
const NO_ROOM = t(
  "This browser keeps nothing (private mode, or no room): your presets last for this visit. Export them to keep them.",
);
const MANY = t("{most_presets} presets are kept already. Export some and delete them first.", {
  most_presets: MOST_PRESETS,
});

/** @typedef {{ok: boolean, said: string}} Done  What became of it, in words; empty where nothing is to be said. */

class Library {
  /** @type {Map<string, Preset>} */
  #shipped = new Map();
  /** @type {Map<string, Own>} */
  #own = new Map();
  #keeps = true;
  /** @type {Promise<unknown>} */
  #turn = Promise.resolve();
  /** @type {string[]} */
  #problems = [];

  constructor() {
    this.#recall();
    onKeptElsewhere(PLACE, () => {
      this.#recall();
      store.tell("presets", null);
    });
  }

  #recall() {
    if (!this.#keeps) return;
    this.#own = new Map();
    for (const place of keptNames(PLACE).sort()) {
      const own = kept(place);
      if (own?.parameters)
        this.#own.set(place.slice(PLACE.length), { ...own, name: place.slice(PLACE.length) });
    }
  }

  /** @param {Record<string, Record<string, any>>} shipped  what each sets, by name */
  ship(shipped) {
    for (const [name, parameters] of Object.entries(shipped)) this.#shipped.set(name, { name, parameters });
  }

  /** @returns {Preset[]} */
  get shipped() {
    return [...this.#shipped.values()];
  }

  /** @returns {Own[]} */
  get own() {
    return [...this.#own.values()].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  }

  /** @returns {Preset[]} */
  get all() {
    return [...this.shipped, ...this.own];
  }

  /**
   * @param {string | null | undefined} name
   * @returns {Preset | undefined}
   */
  get(name) {
    return this.#shipped.get(name ?? "") ?? this.#own.get(name ?? "");
  }

  /** What is to be said of how they are kept. */
  get problems() {
    return [...(this.#keeps ? [] : [NO_ROOM]), ...this.#problems];
  }

  /**
   * One after the other: what is saved while the folder's list is on its way would be taken for deleted there.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #inTurn(work) {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** Brings this browser and the data folder in step; without a folder, or a server, the browser's own are all. */
  load() {
    return this.#inTurn(() => this.#load());
  }

  async #load() {
    const { ok, data } = await ask("playground/presets");
    if (!ok) return;
    this.#problems = data.problems;
    const { presets, missing } = merged(this.own, kept(FOLDER) ?? "", data);
    for (const name of this.#own.keys())
      if (!presets.some((preset) => preset.name === name)) this.#drop(name);
    for (const preset of presets) this.#put(preset);
    for (const name of missing) {
      const own = this.#own.get(name);
      if (own) await this.#give(own);
    }
    if (data.mark) keep(FOLDER, data.mark);
    store.tell("presets", null);
  }

  /** @param {Own} preset */
  #put(preset) {
    const { name, ...facts } = preset;
    this.#own.set(name, preset);
    if (!keep(PLACE + name, facts)) this.#keeps = false;
  }

  /** @param {string} name */
  #drop(name) {
    this.#own.delete(name);
    forget(PLACE + name);
  }

  /**
   * Has a preset judged, and kept in the data folder where there is one.
   * @param {Preset} preset
   * @returns {Promise<Done & {preset?: Preset}>}
   */
  async #give({ name, parameters, extra_body }, was = "") {
    const told = await ask("playground/presets/save", {
      body: { preset: { name, parameters, extra_body }, was },
    });
    if (!told.ok) return { ok: false, said: reasons(told) };
    const { preset, lost, kept: isKept, why } = told.data;
    this.#put({ ...preset, kept: isKept });
    const dropped = lost.map((/** @type {string} */ each) => t("Not in it: {each}", { each }));
    return { ok: true, said: [translated(why ?? ""), ...dropped].filter(Boolean).join(" "), preset };
  }

  /**
   * Saves a preset, in place of one's own of that name.
   * @param {Preset} preset
   * @returns {Promise<Done & {preset?: Preset}>}
   */
  async save(preset) {
    const done = await this.#saved(preset);
    store.tell("presets", null);
    return done;
  }

  /**
   * The same without a word to who shows them.
   * @param {Preset} preset
   * @returns {Promise<Done & {preset?: Preset}>}
   */
  async #saved(preset) {
    if (this.#own.size >= MOST_PRESETS && !this.#own.has(preset.name)) return { ok: false, said: MANY };
    return this.#inTurn(() => this.#give(preset));
  }

  /**
   * @param {string} name
   * @param {string} to
   * @returns {Promise<Done & {preset?: Preset}>}
   */
  async rename(name, to) {
    const preset = this.#own.get(name);
    if (!preset || to === name) return { ok: true, said: "" };
    if (this.get(to))
      return { ok: false, said: t("There is a preset “{to}” already. Type another name.", { to }) };
    const done = await this.#inTurn(() => this.#give({ ...preset, name: to }, name));
    if (done.ok) this.#drop(name);
    store.tell("presets", null);
    return done;
  }

  /**
   * Forgets a preset of one's own.
   * @param {string} name
   * @returns {Promise<Done>}
   */
  async remove(name) {
    const told = await this.#inTurn(() => ask("playground/presets/delete", { body: { name } }));
    if (!told.ok) return { ok: false, said: reasons(told) };
    this.#drop(name);
    store.tell("presets", null);
    return { ok: true, said: "" };
  }

  /**
   * Takes in what is in a file; nothing that is here is replaced by it.
   * @param {string} text
   * @returns {Promise<Done>}
   */
  async take(text) {
    const told = await ask("playground/presets/read", { body: { text } });
    if (!told.ok) return { ok: false, said: reasons(told) };
    const said = [];
    let taken = 0;
    for (const preset of /** @type {Preset[]} */ (told.data.presets)) {
      const here = this.get(preset.name);
      if (here && setAlike(here, preset)) continue;
      const name = freeName(preset.name, (tried) => this.get(tried) !== undefined);
      const done = await this.#saved({ ...preset, name });
      if (done.ok) taken += 1;
      if (done.ok && here)
        said.push(
          t("“{name}” is another one here, so it came as “{name2}”.", { name: preset.name, name2: name }),
        );
      if (done.said) said.push(`${name}: ${done.said}`);
      if (!done.ok) break;
    }
    store.tell("presets", null);
    const others =
      taken === told.data.presets.length || said.length ? "" : t("; the others are here already");
    const count = t("{taken} of {length} taken in{others}.", {
      taken,
      length: told.data.presets.length,
      others,
    });
    return { ok: true, said: [count, ...few(said), ...told.data.lost.map(translated)].join(" ") };
  }
}

export const library = new Library();
