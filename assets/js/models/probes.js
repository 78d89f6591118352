// "Does this server honour it?": what finding out would cost, the run, and the table of verdicts with their
// evidence.
//
// Closing the dialog does not end a run: that costs tokens, so it goes on until it is done or stopped.

import { MOST_THINKING } from "../contract.js";
import { amount } from "../core/amounts.js";
import { ask, post, readFrames, reasons } from "../core/api.js";
import { dialog } from "../core/dialog.js";
import { button, el } from "../core/dom.js";
import { store } from "../core/store.js";
import { number, t, translated } from "../core/words.js";
import { remembered } from "./remembered.js";
import { VerdictTable } from "./verdicts.js";

/** @import { Verdict } from "../types" */

const THINKING = t("For a model that thinks before it answers: so many tokens more in every call");
const LOST = t("Not probed: this page has lost its own server. Start it again, then try once more.");
const NOTED_AFTER_MS = [0, 200, 400, 800];
/**
 * @param {number} usual
 * @param {number} most
 * @param {string} one
 */
const upTo = (usual, most, one) =>
  usual === most
    ? amount(usual, one)
    : t("about {amount}, at most {most}", { amount: amount(usual, one), most: number(most) });

/**
 * A time as tables have it, in words.
 * @param {string} at
 */
const day = (at) => at.replace("T", " ").replace(/:\d\dZ$/, " UTC");

export class Probes {
  /**
   * @param {string[]} parameters
   * @param {(progress: string) => void} onrun  hears how far a run is; nothing once it has ended
   */
  constructor(parameters, onrun) {
    this.onrun = onrun;
    /** @type {AbortController | null} */
    this.running = null;
    /** @type {Verdict[]} */
    this.found = []; // what this run has found out about the server, before its end
    /** @type {object | null} */
    this.planned = null;
    this.isFree = true;
    this.place = { model: "", base_url: "" }; // what the dialog is about, also while another model is chosen
    this.subject = el("p", { class: "subject" });
    this.table = new VerdictTable(parameters, () => this.plan());
    this.status = el("p", { class: "probe-status", role: "status" });
    this.cost = el("p", { class: "cost" });
    this.bar = el("progress", { max: 1, value: 0, hidden: true, "aria-label": t("calls made") });
    this.thinking = el("input", { type: "number", min: 0, max: MOST_THINKING, step: 1, value: "0" });
    this.thinking.inputMode = "numeric";
    this.thinking.addEventListener("change", () => this.plan());
    this.start = button("strong", t("Start"), () => this.run());
    this.end = button("", t("Stop"), () => this.running?.abort(), { hidden: true });
    this.files = ["json", "md"].map((kind) =>
      el("a", { hidden: true, class: "quiet" }, kind === "json" ? "JSON" : "Markdown"),
    );
    const thinking = el(
      "label",
      { class: "thinking", title: THINKING },
      t("tokens for thinking "),
      this.thinking,
    );
    const files = el("span", { class: "files" }, ...this.files);
    const actions = el("div", { class: "actions" }, this.start, this.end, thinking, files);
    this.node = dialog(
      t("Does this server honour it?"),
      this.subject,
      el("div", { class: "dialog-body" }, this.table.node),
      el("footer", {}, this.cost, this.bar, this.status, actions),
    );
    this.node.id = "probes";
  }

  /** @param {string[]} [names]  those to be ticked in place of what is */
  open(names) {
    this.node.showModal();
    if (this.running) return;
    if (names) this.table.choose(names);
    this.look();
  }

  asked() {
    const { flavour, bill_to } = store.target;
    return {
      ...this.place,
      flavour,
      bill_to,
      parameters: this.table.chosen(),
      thinking_tokens: Number(this.thinking.value) || 0,
    };
  }

  /** What is remembered of the model that is chosen now, and what it would cost to probe it. */
  async look() {
    const { model, base_url } = store.target;
    this.place = { model, base_url };
    this.isFree = store.provider === "embedded" || store.built !== "";
    this.table.clear();
    this.say("");
    this.bar.hidden = true;
    this.subject.textContent = `${model}${base_url ? t(" at {base_url}", { base_url }) : ""}`;
    this.offerFiles(false);
    await Promise.all([this.recall(), this.plan()]);
  }

  where() {
    return new URLSearchParams(this.place);
  }

  async recall() {
    const { place } = this;
    const table = await remembered(place);
    if (!table || this.running || place !== this.place) return;
    for (const verdict of table.verdicts) this.table.show(verdict);
    this.say(t("Remembered from {day}. Start probes what is ticked anew.", { day: day(table.started_at) }));
    this.offerFiles(true);
  }

  async plan() {
    const asked = this.asked();
    this.planned = asked;
    this.start.disabled = true;
    if (!asked.parameters.length) {
      this.cost.textContent = t("Tick at least one parameter.");
      return;
    }
    const told = await ask("playground/probe/plan", { body: asked, keys: store.keys });
    if (asked !== this.planned) return; // another server, or other parameters, were asked about since
    if (!told.ok) {
      this.cost.textContent = told.lost ? LOST : reasons(told);
      return;
    }
    const { usual, most, withheld, price } = told.data;
    this.table.withheld(withheld);
    if (this.running) return;
    this.start.disabled = false;
    const paid = this.isFree ? t("It runs here, and costs nothing.") : price;
    const [calls, tokens] = [upTo(usual.calls, most.calls, "call"), upTo(usual.tokens, most.tokens, "token")];
    this.cost.textContent = most.calls
      ? t("Costs {calls}; {tokens} written. {paid}", { calls, tokens, paid })
      : t("Asks the server nothing.");
  }

  async run() {
    const asked = this.asked();
    const running = new AbortController();
    this.running = running;
    this.place = { ...this.place }; // what is still being recalled is older than this run, and comes too late
    this.paintRunning();
    this.table.await(asked.parameters);
    this.found = [];
    try {
      const { signal } = running;
      const response = await post("playground/probe", asked, { signal, keys: store.keys });
      if (!response.ok) {
        const data = await response.json().catch(() => null);
        this.say(reasons({ status: response.status, data }), "bad");
      } else {
        this.offerFiles(false);
        await readFrames(response, (step) => this.paint(step));
      }
    } catch {
      if (running.signal.aborted) await this.stopped();
      else this.say(LOST, "bad");
    }
    this.table.settle();
    this.running = null;
    this.paintRunning();
  }

  /** Stopped: whether what was found is kept shows in the table that is remembered, a moment later. */
  async stopped() {
    if (!this.found.length) {
      this.say(t("Stopped before anything was found."));
      return;
    }
    for (const wait of NOTED_AFTER_MS) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      const { verdicts = [] } = (await remembered(this.place)) ?? {};
      const isNoted = (/** @type {Verdict} */ { parameter, at }) =>
        verdicts.some((each) => each.parameter === parameter && each.at === at);
      if (!this.found.every(isNoted)) continue;
      this.say(t("Stopped. What was found until then is kept."));
      this.offerFiles(true);
      return;
    }
    this.say(t("Stopped. What was found until then could not be kept."), "bad");
  }

  /** @param {any} step  one line of the run */
  paint(step) {
    if (step.table) {
      this.say(
        step.remembered
          ? t("Done, and remembered with its date: {day}.", { day: day(step.table.started_at) })
          : t("Done. {message}", { message: translated(step.message) }),
        step.remembered ? "" : "bad",
      );
      this.offerFiles(step.remembered);
      return;
    }
    const { done, total, parameter, verdict } = step;
    this.bar.max = Math.max(total, 1);
    this.bar.value = Math.min(done, total);
    if (verdict) {
      this.table.show(verdict);
      if (verdict.exchanges.length && !verdict.in_vain) this.found.push(verdict);
    } else {
      this.table.ask(parameter);
      this.say(
        t("{done} of about {amount} made. Now: {parameter}", {
          done,
          amount: amount(total, "call"),
          parameter,
        }),
      );
    }
    this.onrun(t("Probing {it} %", { it: Math.floor((100 * Math.min(done, total)) / Math.max(total, 1)) }));
  }

  paintRunning() {
    const runs = this.running !== null;
    this.start.hidden = runs;
    this.end.hidden = !runs;
    this.bar.hidden = !runs;
    this.cost.hidden = runs;
    this.thinking.disabled = runs;
    this.node.toggleAttribute("data-running", runs);
    this.table.lock(runs);
    this.onrun(runs ? t("Probing") : "");
  }

  /**
   * The files are those of what is remembered: offered where that is the table in sight.
   * @param {boolean} on
   */
  offerFiles(on) {
    for (const [i, kind] of ["json", "md"].entries()) {
      this.files[i].hidden = !on;
      this.files[i].href = `playground/probe/last?${this.where()}&as=${kind}`;
      this.files[i].download = `probes.${kind}`;
    }
  }

  /** @param {string} text */
  say(text, tone = "") {
    this.status.textContent = text;
    this.status.dataset.tone = tone;
  }
}
