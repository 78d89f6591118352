// The offer under the newest answer to ask its question before and after what was changed since; there only once
// something has changed. What has is told by the server, which knows what each answer was asked with.

import { ask, reasons } from "../core/api.js";
import { button, el } from "../core/dom.js";
import { after } from "../core/later.js";
import { outer, store } from "../core/store.js";
import { t } from "../core/words.js";
import { openReplay } from "./replay.js";

/** @import { Answer } from "../types" */
/** @import { Plan } from "./replay.js" */

const PAUSE_MS = 250;
const WORDS = t("before and after");
const TITLE = t("Ask the same question with the settings of this answer and with those of now");
const NOTHING = t("Nothing that is sent has changed since this answer: change a parameter, then compare.");
const LOST = t("This page has lost its own server: start it again, then try once more.");

/** Those that are on the page, as far as is known: one that has left it is dropped when it is met. */
const offers = /** @type {Set<Offer>} */ (new Set());
let touched = true; // something may have changed since the newest answer was asked; a reload may have kept that
let last = { key: "", told: /** @type {ReturnType<typeof ask> | null} */ (null) };

/**
 * What has changed since an answer, asked for once as long as nothing else has.
 * @param {string} id
 */
function planned(id) {
  const request = store.request([]);
  const key = JSON.stringify([id, request]);
  if (last.key !== key || !last.told) {
    const query = new URLSearchParams({ answer: id });
    last = { key, told: ask(`playground/replay/plan?${query}`, { body: request, keys: store.keys }) };
  }
  return last.told ?? Promise.reject();
}

/** Why what is typed in a row is no value; empty where all can be read. */
function unread() {
  const name = store.names.find((row) => store.unreadable(row));
  return name
    ? t("{outer}: {unreadable} Mend it, then compare.", {
        outer: outer(name),
        unreadable: store.unreadable(name).replace(/\.?$/, "."),
      })
    : "";
}

/** @param {Plan["changes"]} changes */
const summary = (changes) =>
  changes.length === 1
    ? `${WORDS}: ${changes[0].name}`
    : t("{words}: {length} changes", { words: WORDS, length: changes.length });

class Offer {
  /** @param {() => Answer} answer */
  constructor(answer) {
    this.answer = answer;
    this.button = button("tab replay", WORDS, () => this.#open(), { hidden: true, title: TITLE });
    this.said = el("span", { class: "replay-trouble", role: "status" });
    this.node = el("span", { class: "replay-offer" }, this.button, this.said);
  }

  get id() {
    return this.answer().id ?? "";
  }

  async look() {
    this.said.textContent = "";
    if (!touched) return this.#show(null);
    if (!this.id || unread()) return this.#show(WORDS);
    const { id } = this;
    const { ok, lost, data } = await planned(id);
    if (id !== this.id || lost) return undefined;
    if (!ok) return this.#show(WORDS); // why not is said when it is pressed
    return this.#show(data.changes.length ? summary(data.changes) : null);
  }

  /** @param {string | null} words  null where nothing has changed */
  #show(words) {
    this.button.hidden = words === null;
    if (words) this.button.textContent = words;
  }

  /** @param {import("../core/api.js").Told} told */
  #refuse(told) {
    last.told = null; // it is asked anew when it is pressed again
    this.said.textContent = told.lost ? LOST : reasons(told);
  }

  async #open() {
    await store.settled();
    const told = unread() ? null : await planned(this.id);
    if (!told) this.said.textContent = unread();
    else if (!told.ok) this.#refuse(told);
    else if (!told.data.changes.length) this.said.textContent = NOTHING;
    else {
      this.said.textContent = "";
      openReplay(this.id, told.data);
    }
  }
}

const looking = after(PAUSE_MS, () => {
  if (store.busy) return; // it is looked again when the answer has come
  for (const offer of offers) {
    if (offer.node.isConnected) offer.look();
    else offers.delete(offer);
  }
});

function touch() {
  touched = true;
  if (offers.size) looking.soon();
}

store.on("target", touch);
store.on("value", ({ name }) => {
  if (name !== "messages") touch();
});
store.on("busy", (busy) => {
  if (busy) touched = false;
  else looking.soon();
});

/**
 * The offer for the newest answer.
 * @param {() => Answer} answer
 */
export function offerReplay(answer) {
  const offer = new Offer(answer);
  offers.add(offer);
  looking.soon();
  return offer.node;
}
