// The embedded models: the one that comes along, a few good small ones of the Hub, and any other file by its name.
// Nothing is fetched before its size stands on the button that fetches it.

import { ask, reasons } from "../core/api.js";
import { button, el } from "../core/dom.js";
import { t, translated } from "../core/words.js";
import { gigabytes, megabytes, progressText } from "./sizes.js";

/**
 * A model as playground/web/embedded.py tells of it: sizes in bytes, null where unknown. `own`: it may be removed.
 * @typedef {object} Row
 * @property {string} model
 * @property {string} title
 * @property {string} licence
 * @property {string} note
 * @property {number | null} size
 * @property {number | null} memory
 * @property {boolean} here
 * @property {boolean} own
 * @property {import("./sizes.js").Progress | null} progress
 */

const TITLE = t("Models that run on this machine");
const INTRO = t("They need no key. One is loaded at a time; a switch waits for answers that are under way.");
const OTHER = t("Another one of the HuggingFace Hub, or a file");
const EXAMPLE = t("owner/repository:Q4_K_M, or the path of a .gguf file");
const LOST = t("This page has lost its own server.");
const LOADING = t("Loading …");
const ASKING = t("Asking the HuggingFace Hub …");
const EVERY_MS = 500;
const RUNS = ["fetching", "checking"];

/**
 * Puts into an item what a fresh one says, and leaves its buttons where they are: one that is being pressed while the
 * list is painted anew would not hear of its click. Whether that can be done; else the fresh one takes its place.
 * @param {Element} item
 * @param {Element} fresh
 */
function tellsMore(item, fresh) {
  const [before, after] = [[...item.children], [...fresh.children]];
  const same = before.length === after.length && item.firstChild?.isEqualNode(fresh.firstChild);
  const acts = before.findIndex(({ className }) => className === "acts");
  if (!same || !before[acts].isEqualNode(after[acts])) return false;
  for (const [at, part] of before.entries()) if (at !== acts) part.replaceWith(after[at]);
  return true;
}

export class EmbeddedList {
  /** @type {Row[]} */
  #rows = [];
  /** @type {Row[]} */
  #looked = []; // what was looked up by name, and is not here yet
  #loaded = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {(model: string) => void} onchoice  hears of the one that is loaded and chosen
   * @param {(text: string) => void} say
   */
  constructor(onchoice, say) {
    this.onchoice = onchoice;
    this.say = say;
    this.items = el("ul");
    this.name = el("input", { type: "text", placeholder: EXAMPLE, spellcheck: false, autocomplete: "off" });
    this.name.setAttribute("aria-label", OTHER);
    this.name.addEventListener("keydown", ({ key }) => key === "Enter" && this.#lookUp());
    const field = el(
      "div",
      { class: "by-name" },
      this.name,
      button("small", t("Look up"), () => this.#lookUp()),
    );
    this.other = el("div", {}, el("h3", {}, OTHER), field);
    this.intro = el("p", {}, INTRO);
    const head = [el("h3", {}, TITLE), this.intro];
    this.node = el("section", { class: "embedded", hidden: true }, ...head, this.items, this.other);
  }

  /** Asks what there is, and again while something is on its way and the list is seen. */
  async look() {
    clearTimeout(this.#timer);
    const { ok, data } = await ask("playground/embedded");
    if (!ok) return this.say(LOST);
    this.#rows = data.rows;
    this.#loaded = data.loaded ?? "";
    this.other.hidden = data.is_public;
    this.mayStop = !data.is_public;
    this.intro.textContent = t("{intro} The disk has {gigabytes} free.", {
      intro: INTRO,
      gigabytes: gigabytes(data.free),
    });
    const known = this.#rows.map(({ model }) => model);
    this.#looked = this.#looked.filter(({ model }) => !known.includes(model));
    this.#paint();
    const runs = this.#rows.some(({ progress }) => progress && RUNS.includes(progress.state));
    if (runs && this.node.checkVisibility()) this.#timer = setTimeout(() => this.look(), EVERY_MS);
  }

  #paint() {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.act;
    const rows = [...this.#rows, ...this.#looked];
    const old = [...this.items.children];
    for (const [at, row] of rows.entries()) {
      const fresh = this.#item(row);
      if (!old[at]) this.items.append(fresh);
      else if (!tellsMore(old[at], fresh)) old[at].replaceWith(fresh);
    }
    for (const item of old.slice(rows.length)) item.remove();
    if (focused)
      /** @type {HTMLElement | null} */ (this.items.querySelector(`[data-act="${focused}"]`))?.focus();
  }

  /** @param {Row} row */
  #item(row) {
    const { model, title, note, progress } = row;
    const runs = progress !== null && RUNS.includes(progress.state);
    const name = el("div", { class: "name" }, el("b", {}, translated(title)), el("code", {}, model));
    const bar = progress && el("progress", { max: progress.total || row.size || 1, value: progress.done });
    bar?.setAttribute("aria-label", t("download of {title}", { title }));
    const state = progress && el("p", { class: "progress-text" }, progressText(progress, row.size));
    if (progress?.state === "failed") state?.setAttribute("data-tone", "bad");
    const facts = el("p", { class: "facts" }, this.#facts(row));
    const actions = el("div", { class: "acts" }, ...this.#actions(row, runs));
    return el(
      "li",
      {},
      name,
      actions,
      note && el("p", { class: "note" }, translated(note)),
      facts,
      bar,
      state,
    );
  }

  /** @param {Row} row */
  #facts({ model, size, memory, licence, here }) {
    const parts = [
      size !== null && megabytes(size),
      memory !== null && t("up to {gigabytes} of memory", { gigabytes: gigabytes(memory) }),
      licence && t("licence {licence}", { licence }),
      model === this.#loaded ? t("loaded") : here ? t("here") : t("not here"),
    ];
    return parts.filter(Boolean).join(" \u00b7 ");
  }

  /**
   * @param {Row} row
   * @param {boolean} runs  whether it is being fetched now
   */
  #actions({ model, title, size, here, own, progress }, runs) {
    /** @type {(act: string, text: string, label: string, onclick: () => void) => HTMLElement} */
    const act = (name, text, label, onclick) =>
      button("small", text, onclick, { "aria-label": label, "data-act": `${name} ${model}` });
    if (here) {
      const use = act("use", t("Use"), t("Use {title}", { title }), () => this.#use(model));
      const remove = own && this.mayStop;
      return [
        use,
        remove &&
          act("remove", t("Remove"), t("Remove {title} from this disk", { title }), () =>
            this.#do("remove", model),
          ),
      ];
    }
    if (runs)
      return [
        this.mayStop &&
          act("stop", t("Stop"), t("Stop the download of {title}", { title }), () => this.#do("stop", model)),
      ];
    const verb = progress ? t("Go on") : t("Download");
    const missing = (progress?.total || size || 0) - (progress?.done ?? 0);
    const text = missing > 0 ? `${verb}, ${megabytes(missing)}` : verb;
    const drop =
      progress &&
      this.mayStop &&
      act("remove", t("Remove"), t("Remove what came of {title}", { title }), () =>
        this.#do("remove", model),
      );
    return [act("fetch", text, `${verb}: ${title}`, () => this.#do("fetch", model)), drop];
  }

  /** @param {string} model */
  async #use(model) {
    this.say(LOADING);
    if (await this.#done("load", model)) this.onchoice(model);
    else this.look();
  }

  /**
   * @param {string} what
   * @param {string} model
   */
  async #do(what, model) {
    this.say(what === "fetch" ? ASKING : "");
    if (await this.#done(what, model)) this.say("");
    this.look();
  }

  /**
   * Whether the server has done it; what stood in the way is said.
   * @param {string} what
   * @param {string} model
   */
  async #done(what, model) {
    const told = await ask(`playground/embedded/${what}`, { body: { model } });
    if (!told.ok) this.say(told.lost ? LOST : reasons(told));
    return told.ok;
  }

  async #lookUp() {
    const typed = this.name.value.trim().replace(/^embedded\//, "");
    if (!typed) return this.name.focus();
    this.say(ASKING);
    const told = await ask("playground/embedded/about", { body: { model: `embedded/${typed}` } });
    if (!told.ok) return this.say(told.lost ? LOST : reasons(told));
    this.say("");
    const listed = this.#rows.some(({ model }) => model === told.data.model);
    if (!listed) this.#looked = [...this.#looked.filter(({ model }) => model !== told.data.model), told.data];
    this.#paint();
    const place =
      this.items.children[
        [...this.#rows, ...this.#looked].findIndex(({ model }) => model === told.data.model)
      ];
    place?.scrollIntoView({ block: "nearest" });
    /** @type {HTMLElement | null} */ (place?.querySelector("button"))?.focus();
  }
}
