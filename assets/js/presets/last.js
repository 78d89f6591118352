// What was last set for each model, kept in this browser, and a quiet line that offers it when one comes back to the
// model. It is never set by itself.

import { MOST_REMEMBERED } from "../contract.js";
import { button, el, fill } from "../core/dom.js";
import { forget, keep, kept, keptNames } from "../core/memory.js";
import { store } from "../core/store.js";
import { setAlike } from "./merge.js";
import { settings } from "./words.js";

/** @typedef {{parameters: Record<string, any>, extra_body?: Record<string, any>, at: number}} Last */

const PLACE = "last:";

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

class LastSet {
  #place = "";
  #touched = false; // something was set, or asked, since this model was chosen
  /** @type {Last | null} */
  #offered = null;

  constructor() {
    this.words = el("span", { role: "status" });
    const again = button("small", "Set that again", () => this.#take());
    const leave = button("small", "\u00d7", () => this.#offer(null), { "aria-label": "leave it as it is" });
    this.node = el("div", { class: "last-set", hidden: true }, this.words, again, leave);
    store.on("value", ({ name, by }) => {
      if (by !== "declared" && name !== "messages") this.#touched = true;
    });
    store.on("busy", (isBusy) => isBusy && this.#keep());
    store.on("preview", () => this.#look());
  }

  /** What is set has come to rest, and is known to hold no key. */
  #look() {
    if (place() !== this.#place) {
      this.#place = place();
      this.#touched = false;
      this.#offer(this.#place ? kept(this.#place) : null);
    } else if (this.#touched) this.#keep();
    if (this.#offered && setAlike(this.#offered, current())) this.#offer(null);
  }

  #keep() {
    const { preview } = store;
    if (!preview || preview.keyed || preview.problems.length || !this.#place || this.#place !== place())
      return;
    if (this.#offered && !this.#touched) return; // asked with what another model had: the offer still stands
    keep(this.#place, { ...current(), at: Date.now() });
    makeRoom();
  }

  /** @param {Last | null} last */
  #offer(last) {
    this.#offered = last?.parameters && !setAlike(last, current()) ? last : null;
    this.node.hidden = this.#offered === null;
    const set = this.#offered ? settings(this.#offered).join(", ") || "nothing" : "";
    this.words.textContent = set && `With this model you last had set: ${set}.`;
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
