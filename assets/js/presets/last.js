// What was last set for each model, kept in this browser, and a quiet line that offers it when one comes back to the
// model. It is never set by itself.

import { MOST_REMEMBERED } from "../contract.js";
import { button, el, fill } from "../core/dom.js";
import { forget, keep, kept, keptNames } from "../core/memory.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { setAlike } from "./merge.js";
import { difference } from "./words.js";

/** @typedef {{parameters: Record<string, any>, extra_body?: Record<string, any>, at: number}} Last */

const PLACE = "last:";
const MOST_TOLD = 6;

/** Under which name this model's settings are kept; empty for an address with a password in it. */
function place() {
  const { model, base_url } = store.target;
  return base_url.includes("@") ? "" : `${PLACE}${model}${base_url && ` ${base_url}`}`;
}

const current = () => ({ parameters: store.parameters, extra_body: store.value("extra_body") });

/** Forgets those that were set longest ago. */
function makeRoom() {
  const all = keptNames(PLACE).map((name) => /** @type {const} */ ([name, kept(name)?.at ?? 0]));
  for (const [name] of all.sort((a, b) => b[1] - a[1]).slice(MOST_REMEMBERED)) forget(name);
}

/**
 * What would be otherwise than it is now.
 * @param {Last} last
 */
function told(last) {
  const all = difference(last, current());
  const more = all.length > MOST_TOLD ? t(", and {length} more", { length: all.length - MOST_TOLD }) : "";
  return t("With this model you last had: {all}{more}.", {
    all: all.slice(0, MOST_TOLD).join(", ") || t("other extra JSON"),
    more,
  });
}

class LastSet {
  #place = "";
  #touched = false; // something was set, or asked, since this model was chosen
  #unkept = false; // something was set since it was kept last
  #leaves = false; // another model has been chosen, and is not there yet
  /** @type {{place: string, value: {parameters: Record<string, any>, extra_body?: any}} | null} */
  #left = null; // what was set last for a model, and is not known yet to hold no key
  /** @type {Last | null} */
  #offered = null;

  constructor() {
    this.words = el("span", { role: "status" });
    const again = button("small", t("Set that again"), () => this.#take());
    const leave = button("small", "\u00d7", () => this.#offer(null), {
      "aria-label": t("leave it as it is"),
    });
    this.node = el("div", { class: "last-set", hidden: true }, this.words, again, leave);
    store.on("value", ({ name, by }) => {
      if (by === "declared" || name === "messages" || this.#leaves) return;
      this.#touched = true;
      this.#unkept = true;
    });
    store.on("chosen", () => {
      this.#leave();
      this.#leaves = true; // what is set now is for the model that comes
    });
    store.on("busy", (isBusy) => isBusy && this.#keep());
    store.on("target", () => this.#arrive());
    store.on("preview", () => this.#look());
  }

  /** What is set has come to rest, and is known to hold no key. */
  #look() {
    this.#leaves = false;
    this.#arrive();
    this.#keepLeft();
    if (this.#touched) this.#keep();
    if (this.#offered && setAlike(this.#offered, current())) this.#offer(null);
  }

  /** Another model is asked from now on; the first one once all rows are here. */
  #arrive() {
    if (!store.preview || place() === this.#place) return;
    if (this.#place) this.#leave();
    this.#leaves = false;
    this.#place = place();
    this.#offer(this.#place ? kept(this.#place) : null);
  }

  /** What was set a moment before the model changes is this model's. */
  #leave() {
    if (this.#unkept && this.#place) this.#left = { place: this.#place, value: current() };
    this.#unkept = false;
    this.#touched = false;
  }

  /** What was left is known to hold no key, if it is still what is set. */
  #keepLeft() {
    const left = this.#left;
    this.#left = null;
    if (left && !store.preview?.keyed && setAlike(left.value, current()))
      keep(left.place, { ...left.value, at: Date.now() });
  }

  #keep() {
    const { preview } = store;
    if (!preview || preview.keyed || preview.problems.length || !this.#place || this.#place !== place())
      return;
    if (this.#offered && !this.#touched) return; // asked with what another model had: the offer still stands
    keep(this.#place, { ...current(), at: Date.now() });
    this.#unkept = false;
    makeRoom();
  }

  /** @param {Last | null} last */
  #offer(last) {
    this.#offered = last?.parameters && !setAlike(last, current()) ? last : null;
    this.node.hidden = this.#offered === null;
    if (this.#offered) this.words.textContent = told(this.#offered);
  }

  #take() {
    if (!this.#offered) return;
    const { parameters, extra_body } = this.#offered;
    this.#offer(null);
    store.setAll({ ...parameters, extra_body });
  }
}

/** @param {import("../types").Mount} mount */
export function mount({ element }) {
  fill(element, new LastSet().node);
}
