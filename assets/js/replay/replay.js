// "What did this change do?": the newest question asked before and after a change, once or over seeds, and what the
// answers show. Closing the dialog ends a run: it costs, and nobody would see what it finds.

import { conversation } from "../chat/conversation.js";
import { TRIALS } from "../contract.js";
import { amount } from "../core/amounts.js";
import { ask, post, readFrames, reasons } from "../core/api.js";
import { dialog } from "../core/dialog.js";
import { button, el } from "../core/dom.js";
import { store } from "../core/store.js";
import { t, translated } from "../core/words.js";
import { Sides } from "./sides.js";
import { TallyView } from "./tally.js";

/** @import { Trial } from "./sides.js" */

/** @typedef {{name: string, before?: unknown, after?: unknown}} Change  Where it is unset, a side is left out. */
/**
 * @typedef {object} Plan  What has changed since an answer, and what comparing costs.
 * @property {Change[]} changes
 * @property {string[]} notes  what is held still, or asked for beside
 * @property {number} calls
 * @property {number | null} tokens  at most; null without a limit
 * @property {string} price  empty where it is free
 */

const FREE = t("It runs here, and costs nothing.");
const LOST = t("This page has lost its own server: start it again, then try once more.");
const STOPPED = t("Stopped. What came until then is kept below.");
const NEWER = t("Stopped before anything could be compared.");
const GIVEN_UP = t("The rest was not asked, since several in a row failed.");
const LONGEST = 60;

/** @param {Plan} plan */
const costWords = ({ calls, tokens }) => {
  const limit =
    tokens === null
      ? t("with no limit of tokens set")
      : t("at most {tokens} written", { tokens: amount(tokens, "token") });
  return `${amount(calls, "call")}, ${limit}`;
};

/**
 * What may be said before all have come: tests that are read early find too much.
 * @param {{trials: number, failed: number, changed: number}} tally
 * @param {number} total
 */
const soFar = ({ trials, failed, changed }, total) =>
  t("{trials} of {total} seeds asked: {changed} with other words after the change so far.", {
    trials: trials + failed,
    total,
    changed,
  });

/** @param {unknown} value */
function shown(value) {
  if (value === undefined) return el("span", { class: "unset" }, t("unset"));
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return el("code", {}, text.length > LONGEST ? `${text.slice(0, LONGEST)}\u2026` : text);
}

/** @param {Change} change */
const changeNode = (change) =>
  el(
    "li",
    {},
    el("code", { class: "name" }, change.name),
    " ",
    shown(change.before),
    el("span", { class: "visually-hidden" }, t(" to ")),
    el("span", { class: "arrow", "aria-hidden": "true" }, " \u2192 "),
    shown(change.after),
  );

/** The question that the newest answer answers. */
function question() {
  const messages = conversation.messages();
  return messages.slice(0, messages.findLastIndex(({ role }) => role !== "assistant") + 1);
}

class Replay {
  #id = ""; // of the answer that it is about
  /** @type {object} */
  #request = {}; // with the settings of now
  /** @type {AbortController | null} */
  #running = null;
  /** @type {Trial[]} */
  #trials = [];
  /** @type {Change[]} */
  #changes = [];
  #first = ""; // the sentence that says whether the change did anything, by what has come
  #total = 1; // trials of the run under way, or of the last one

  constructor() {
    this.changes = el("ul", { class: "replay-changes", "aria-label": t("what has changed") });
    this.said = el("p", { class: "replay-words", role: "status" });
    this.notes = el("p", { class: "replay-note" });
    this.sides = new Sides();
    this.tally = new TallyView((trial) => this.sides.show(trial));
    const body = el("div", { class: "dialog-body replay-body" }, this.said, this.tally.node, this.sides.node);
    body.append(this.notes);
    this.cost = el("p", { class: "cost" });
    this.bar = el("progress", { max: 1, value: 0, hidden: true, "aria-label": t("calls made") });
    this.once = button("strong", t("Ask both"), () => this.#run(1));
    this.over = button("", t("Over {trials} seeds", { trials: TRIALS }), () => this.#run(TRIALS));
    this.end = button("", t("Stop"), () => this.#running?.abort(), { hidden: true });
    this.probe = button("", "", () => this.#probe(), { hidden: true });
    this.actions = el("div", { class: "actions" }, this.once, this.over, this.end, this.probe);
    const subject = el("div", { class: "subject" }, t("The same question, before and after: "), this.changes);
    this.node = dialog(
      t("What did this change do?"),
      subject,
      body,
      el("footer", {}, this.cost, this.bar, this.actions),
    );
    this.node.id = "replay";
    this.node.addEventListener("close", () => this.#running?.abort());
  }

  /**
   * Opens it for an answer. What is free begins at once; else what it costs is said before.
   * @param {string} id
   * @param {Plan} plan
   */
  async open(id, plan) {
    this.#id = id;
    this.#request = store.request(question());
    this.#changes = plan.changes;
    this.changes.replaceChildren(...plan.changes.map(changeNode));
    this.notes.textContent = plan.notes.map(translated).join(" ");
    this.#clear("");
    this.cost.textContent = "";
    this.node.showModal();
    const free = !plan.price || store.built !== "";
    const costs = this.#tellCosts(plan, free);
    if (free) await this.#run(1);
    else this.said.textContent = t("Nothing has been asked yet: below stands what it costs.");
    await costs;
  }

  /**
   * @param {Plan} plan
   * @param {boolean} free
   */
  async #tellCosts(plan, free) {
    const query = new URLSearchParams({ answer: this.#id, trials: String(TRIALS) });
    const request = store.request([]);
    const told = await ask(`playground/replay/plan?${query}`, { body: request, keys: store.keys });
    this.over.disabled = !told.ok;
    const price = (/** @type {Plan} */ each) => (free ? "" : ` ${each.price}`);
    const over = told.ok
      ? t("Over {trials} seeds, each with the settings before once more: {cost_words}.{price}", {
          trials: TRIALS,
          cost_words: costWords(told.data),
          price: price(told.data),
        })
      : t("Over {trials} seeds: {lost}", { trials: TRIALS, lost: told.lost ? LOST : reasons(told) });
    this.cost.textContent = t("Both: {cost_words}.{price} {over} {free}", {
      cost_words: costWords(plan),
      price: price(plan),
      over,
      free: free ? FREE : "",
    });
  }

  /** @param {string} words */
  #clear(words) {
    this.said.textContent = words;
    this.said.dataset.tone = "";
    this.probe.hidden = true;
    this.#trials = [];
    this.sides.clear();
    this.tally.clear();
  }

  /** @param {number} trials */
  async #run(trials) {
    if (this.#running) return;
    const running = new AbortController();
    this.#running = running;
    this.#total = trials;
    this.#clear(t("Asking…"));
    this.#paintRunning(trials);
    try {
      const { signal } = running;
      const query = new URLSearchParams({ answer: this.#id, trials: String(trials) });
      const response = await post(`playground/replay?${query}`, this.#request, { signal, keys: store.keys });
      if (response.ok) {
        await readFrames(response, (line) => this.#paint(line));
        this.#say(this.#trials.length < trials ? `${this.#first} ${GIVEN_UP}` : this.#first);
      } else {
        const data = await response.json().catch(() => null);
        this.#say(reasons({ status: response.status, data }), "bad");
      }
    } catch {
      if (!running.signal.aborted) this.#say(LOST, "bad");
      else this.#say(this.#trials.length ? `${STOPPED} ${this.#first}` : NEWER);
    }
    this.#running = null;
    this.#paintRunning(trials);
  }

  /**
   * @param {string} words
   * @param {"" | "bad"} [tone]
   */
  #say(words, tone = "") {
    this.said.textContent = words;
    this.said.dataset.tone = tone;
  }

  /** @param {any} line  one step of the run */
  #paint({ asking, text, compared, bars }) {
    if (asking) this.#asking(asking);
    else if (text) this.sides.add(text[0], text[1]);
    else if (compared) this.#compared(compared);
    else this.#exactly(bars);
  }

  /**
   * The bars of the newest trial.
   * @param {NonNullable<Trial["bars"]>} bars
   */
  #exactly(bars) {
    const trial = this.#trials[this.#trials.length - 1];
    trial.bars = bars;
    if (this.sides.trial === trial) this.sides.exactly(bars);
  }

  /** @param {{side: string, done: number, total: number}} asking */
  #asking({ side, done, total }) {
    this.bar.max = total;
    this.bar.value = done;
    if (this.#total > 1) return;
    if (side === "before") this.sides.clear(); // also where it is asked anew, with less beside
    this.said.textContent =
      side === "before" ? t("Asking with the settings before…") : t("Asking with the settings after…");
  }

  /** @param {{notes: string[], told: string[], tally: any, trial: Trial}} compared */
  #compared({ notes, told, tally, trial }) {
    this.#trials.push(trial);
    const [first, ...others] = told;
    this.#first = translated(first);
    this.#say(this.#trials.length < this.#total ? soFar(tally, this.#total) : this.#first);
    this.notes.textContent = notes.map(translated).join(" ");
    this.sides.show(trial);
    if (this.#total > 1) this.tally.show(tally, this.#trials, others);
    const names = this.#probed();
    this.probe.hidden = tally.verdict === "changed" || trial.changed || !names.length;
    this.probe.textContent = t("Probe {names}", { names: names.join(", ") });
  }

  /** The changed parameters, as probes have them. */
  #probed() {
    return this.#changes.map(({ name }) => name).filter((name) => !name.includes("."));
  }

  #probe() {
    this.node.close();
    store.tell("probe", this.#probed());
  }

  /** @param {number} trials */
  #paintRunning(trials) {
    const runs = this.#running !== null;
    const isHere = this.actions.contains(document.activeElement); // a button that hides would lose the focus
    this.end.hidden = !runs;
    this.bar.hidden = !runs;
    this.once.hidden = this.over.hidden = runs;
    this.bar.value = 0;
    if (isHere) (runs ? this.end : trials === 1 ? this.over : this.once).focus();
    if (runs) return;
    this.once.textContent = this.#trials.length ? t("Ask both again") : t("Ask both");
    const next = !this.#trials.length ? this.once : trials === 1 ? this.over : null;
    for (const each of [this.once, this.over]) each.classList.toggle("strong", each === next);
  }
}

/** @type {Replay | null} */
let replay = null;

/**
 * Opens the comparison at an answer.
 * @param {string} id
 * @param {Plan} plan
 */
export function openReplay(id, plan) {
  replay ??= new Replay();
  replay.open(id, plan);
}
