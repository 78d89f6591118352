// "Does this server honour it?": what finding out would cost, the run, and the table of verdicts with their evidence.
//
// Closing the dialog does not end a run: that costs tokens, so it goes on until it is done or stopped.

import { dialog } from "./dialog.js";
import { el } from "./dom.js";
import { page } from "./page.js";
import { remembered } from "./remembered.js";
import { post, readFrames } from "./stream.js";
import { VerdictTable } from "./verdicts.js";

const LOST = "Not probed: this page has lost its own server. Start it again, then try once more.";
const NOTED_AFTER_MS = [0, 200, 400, 800];
const amount = (number, one) => `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;
const upTo = (usual, most, one) => (usual === most ? amount(usual, one) : `about ${amount(usual, one)}, at most ${most.toLocaleString("en")}`);

export class Probes {
  constructor(parameters, onrun) {
    this.onrun = onrun;
    this.running = null;
    this.found = [];  // what this run has found out about the server, before its end
    this.place = { model: "", base_url: "" };  // what the dialog is about, also while another model is chosen
    this.subject = el("p", { class: "subject" });
    this.table = new VerdictTable(parameters, () => this.plan());
    this.status = el("p", { class: "probe-status", role: "status" });
    this.cost = el("p", { class: "cost" });
    this.bar = el("progress", { max: 1, value: 0, hidden: true, "aria-label": "calls made" });
    this.thinking = el("input", { type: "number", min: 0, max: 8192, step: 1, value: "0", inputMode: "numeric", onchange: () => this.plan() });
    this.start = el("button", { type: "button", class: "strong", onclick: () => this.run() }, "Start");
    this.end = el("button", { type: "button", hidden: true, onclick: () => this.stop() }, "Stop");
    this.files = ["json", "md"].map((kind) => el("a", { hidden: true, class: "quiet" }, kind === "json" ? "JSON" : "Markdown"));
    this.node = dialog(
      "Does this server honour it?", this.subject,
      el("div", { class: "dialog-body" }, this.table.node),
      el("footer", {},
        this.cost, this.bar, this.status,
        el("div", { class: "actions" }, this.start, this.end,
          el("label", { class: "thinking", title: "For a model that thinks before it answers: so many tokens more in every call" }, "tokens for thinking ", this.thinking),
          el("span", { class: "files" }, ...this.files))));
    this.node.id = "probes";
  }

  open() {
    this.node.showModal();
    if (!this.running) this.look();
  }

  asked() {
    const { flavour, bill_to } = page.target;
    return { ...this.place, flavour, bill_to, parameters: this.table.chosen(), thinking_tokens: Number(this.thinking.value) || 0 };
  }

  /** What is remembered of the model that is chosen now, and what it would cost to probe it. */
  async look() {
    const { model, base_url } = page.target;
    this.place = { model, base_url };
    this.table.clear();
    this.say("");
    this.bar.hidden = true;
    this.subject.textContent = `${model}${base_url ? ` at ${base_url}` : ""}`;
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
    this.say(`Remembered from ${day(table.started_at)}. Start probes what is ticked anew.`);
    this.offerFiles(true);
  }

  async plan() {
    const asked = this.planned = this.asked();
    this.start.disabled = true;
    if (!asked.parameters.length) { this.cost.textContent = "Tick at least one parameter."; return; }
    const response = await post("playground/probe/plan", asked, { headers: page.headers() }).catch(() => null);
    const told = response?.ok ? await response.json().catch(() => null) : null;
    const trouble = told ? "" : response ? await said(response) : LOST;
    if (asked !== this.planned) return;  // another server, or other parameters, were asked about since
    if (trouble) { this.cost.textContent = trouble; return; }
    const { usual, most, withheld, price } = told;
    this.table.withheld(withheld);
    if (this.running) return;
    this.start.disabled = false;
    const paid = asked.model === "embedded" ? "It runs here, and costs nothing." : price;
    this.cost.textContent = most.calls ? `Costs ${upTo(usual.calls, most.calls, "call")}; ${upTo(usual.tokens, most.tokens, "token")} written. ${paid}` : "Asks the server nothing.";
  }

  async run() {
    const asked = this.asked();
    this.running = new AbortController();
    this.paintRunning();
    this.table.await(asked.parameters);
    this.found = [];
    try {
      const response = await post("playground/probe", asked, { signal: this.running.signal, headers: page.headers() });
      if (!response.ok) this.say(await said(response), "bad");
      else { this.offerFiles(false); await readFrames(response, (step) => this.paint(step)); }
    } catch {
      if (this.running.signal.aborted) await this.stopped();
      else this.say(LOST, "bad");
    }
    this.table.settle();
    this.running = null;
    this.paintRunning();
  }

  stop() { this.running?.abort(); }

  /** Stopped: whether what was found is kept shows in the table that is remembered, a moment later. */
  async stopped() {
    if (!this.found.length) { this.say("Stopped before anything was found."); return; }
    for (const wait of NOTED_AFTER_MS) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      const { verdicts = [] } = (await remembered(this.place)) ?? {};
      if (!this.found.every(({ parameter, at }) => verdicts.some((each) => each.parameter === parameter && each.at === at))) continue;
      this.say("Stopped. What was found until then is kept.");
      this.offerFiles(true);
      return;
    }
    this.say("Stopped. What was found until then could not be kept.", "bad");
  }

  paint(step) {
    if (step.table) {
      this.say(step.remembered ? `Done, and remembered with its date: ${day(step.table.started_at)}.` : `Done. ${step.message}`, step.remembered ? "" : "bad");
      this.offerFiles(step.remembered);
      return;
    }
    const { done, total, parameter, verdict } = step;
    this.bar.max = Math.max(total, 1);
    this.bar.value = Math.min(done, total);
    if (verdict) { this.table.show(verdict); if (verdict.exchanges.length && !verdict.in_vain) this.found.push(verdict); }
    else { this.table.ask(parameter); this.say(`${done} of about ${amount(total, "call")} made. Now: ${parameter}`); }
    this.onrun(`Probing ${Math.floor((100 * Math.min(done, total)) / Math.max(total, 1))} %`);
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
    this.onrun(runs ? "Probing" : "");
  }

  /** The files are those of what is remembered: offered where that is the table in sight. */
  offerFiles(on) {
    for (const [i, kind] of ["json", "md"].entries()) {
      this.files[i].hidden = !on;
      this.files[i].href = `playground/probe/last?${this.where()}&as=${kind}`;
      this.files[i].download = `probes.${kind}`;
    }
  }

  say(text, tone = "") {
    this.status.textContent = text;
    this.status.dataset.tone = tone;
  }
}

/** A time as tables have it, in words. */
export const day = (at) => at.replace("T", " ").replace(/:\d\dZ$/, " UTC");

async function said(response) {
  const { problems = [], message } = await response.json().catch(() => ({}));
  return problems.map(({ text }) => text).join(" ") || message || `The playground itself failed (${response.status}); its log says how.`;
}
