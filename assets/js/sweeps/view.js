// The view of sweeps beside the chat: what shall be swept, the run with its progress, what it found, and what is kept.

import { ask, post, readFrames, reasons } from "../core/api.js";
import { button, el, fill } from "../core/dom.js";
import { store } from "../core/store.js";
import { number, t, translated } from "../core/words.js";
import { Board } from "./board.js";
import { Form } from "./form.js";
import { KeptSweeps } from "./kept.js";

const VIEW = "sweep";
const LOST = t("This page has lost its own server. Start it again; what came is kept, and can go on.");
const STOPPED = t("Stopped. What came is kept, and can go on.");

class SweepView {
  /** @type {AbortController | null} */
  #running = null;
  #ready = false;

  /** @param {import("../types").Mount} mount */
  constructor({ element, props }) {
    this.form = new Form(props.axes, props.most, (ready) => {
      this.#ready = ready;
      this.#allow();
    });
    this.start = button("strong", t("Start"), () => this.run("playground/sweep", this.form.request), {
      id: "sweep-start",
    });
    this.end = button("", t("Stop"), () => this.#running?.abort(), { id: "sweep-stop", hidden: true });
    this.bar = el("progress", { max: 1, value: 0, hidden: true, "aria-label": t("answers that have come") });
    this.count = el("span", { class: "count", hidden: true }); // a screen reader is told of the end alone
    this.status = el("p", { class: "run-status", role: "status" });
    this.board = new Board({
      goOn: (id) => this.run(`playground/sweep/${id}/go-on`, {}),
      again: (id) => this.run(`playground/sweep/${id}/again`, {}),
    });
    this.kept = new KeptSweeps({ open: (id) => this.open(id), gone: (id) => this.board.forget(id) });
    const sheet = button("small sheet", t("Parameters"), () => document.body.toggleAttribute("data-sheet"));
    const back = button("small", t("Back to the chat"), () => store.show(""), { id: "close-sweep" });
    const head = el("header", {}, el("h2", {}, t("Sweep")), el("span", { class: "ways" }, sheet, back));
    const intro = el("p", { class: "note" }, translated(props.intro));
    const foot = el(
      "div",
      { class: "sweep-foot" },
      this.start,
      this.end,
      this.bar,
      this.count,
      this.form.summary,
    );
    const setting = el("section", { class: "setting" }, head, intro, this.form.node, foot, this.status);
    fill(element, el("div", { class: "sweep-view" }, setting, this.board.node, this.kept.node));
    this.#listen();
  }

  #listen() {
    const look = () => {
      if (store.view === VIEW) this.form.later.soon();
    };
    store.on("value", look);
    store.on("target", look);
    store.on("view", (view) => {
      if (view !== VIEW) return;
      this.form.takeQuestion();
      this.form.later.now();
      this.kept.look();
    });
  }

  #allow() {
    this.start.disabled = !this.#ready || this.#running !== null;
  }

  /**
   * Runs what a route begins, until it has ended or is stopped.
   * @param {string} path
   * @param {object} body
   */
  async run(path, body) {
    await store.settled();
    const running = new AbortController();
    this.#running = running;
    this.#paintRunning();
    this.#say("");
    try {
      const response = await post(path, body, { signal: running.signal, keys: store.keys });
      if (response.ok) await readFrames(response, (line) => this.#take(line));
      else {
        const data = await response.json().catch(() => null);
        this.#say(reasons({ status: response.status, data }), "bad");
      }
    } catch {
      if (running.signal.aborted) this.#say(STOPPED);
      else this.#say(LOST, "bad");
    }
    this.#running = null;
    this.#paintRunning();
    this.kept.look();
  }

  /** @param {any} line  one line of a run: everything, what has changed, or how it ended */
  #take(line) {
    if (line.ended) {
      const { total, done, failed } = this.board.progress;
      const whole = failed
        ? t("Done: {done} of {total} answered, {failed} failed.", { done: done - failed, total, failed })
        : t("Done.");
      this.#say(
        line.message ? translated(line.message) : whole,
        line.ended === "error" || failed ? "bad" : "",
      );
      return;
    }
    if (line.id) this.board.show(line);
    else this.board.add(line);
    const { total, done, failed } = this.board.progress;
    this.bar.max = total;
    this.bar.value = done;
    const bad = failed ? t(", {failed} failed", { failed: number(failed) }) : "";
    this.count.textContent = t("{done} of {total} answers{bad}", {
      done: number(done),
      total: number(total),
      bad,
    });
  }

  #paintRunning() {
    const runs = this.#running !== null;
    this.start.hidden = runs;
    this.end.hidden = !runs;
    this.bar.hidden = !runs;
    this.count.hidden = !runs;
    this.board.setRunning(runs);
    this.#allow();
  }

  /** @param {string} id */
  async open(id) {
    if (this.#running) {
      this.#say(t("A sweep runs: stop it first."), "bad");
      return;
    }
    const told = await ask(`playground/sweep/${id}`);
    if (told.ok) this.board.show(told.data);
    this.board.setRunning(false);
    this.#say(told.ok ? "" : told.lost ? LOST : reasons(told), "bad");
    if (told.ok) this.board.node.scrollIntoView({ block: "start" });
  }

  /** @param {string} text */
  #say(text, tone = "") {
    this.status.textContent = text;
    this.status.dataset.tone = tone;
  }
}

/** @param {import("../types").Mount} mount */
export function mount(mount) {
  new SweepView(mount);
}
