// What the parts of the page share: the rows, the panes, the conversation, and the one request under way.

import { composer } from "./composer.js";
import { conversation } from "./conversation.js";
import { Editing } from "./editing.js";
import { Loop } from "./loop.js";
import { recall, remember } from "./memory.js";
import { Pair } from "./pair.js";
import { apply } from "./preset.js";
import { notSent } from "./refusal.js";
import { listenForShortcuts } from "./shortcuts.js";
import { post, readFrames } from "./stream.js";

const PREVIEW_AFTER_MS = 250;
const BUSY = "Not sent yet: an answer is still coming. Wait for its end, or press Stop, then send again; your message is kept below.";

/** Rows that are no parameters: they have places of their own in a request. */
const APART = ["messages", "extra_body", "second"];

/** The parameter that a row is of, or within. */
const outer = (name) => name.split(".")[0];

class Page {
  constructor() {
    this.rows = new Map();
    this.groups = [];
    this.panes = [];
    this.target = { model: "embedded", base_url: "", flavour: "", ...recall("target"), mode: "blind" };
    this.pair = null;
    this.keys = {};
    this.running = null;
    this.previewTimer = 0;
    this.restored = recall("rows");
    this.loop = new Loop(this);
    this.editing = new Editing(this);
  }

  // ---- parts that register themselves -------------------------------------------------------------------

  addRow(row) {
    this.rows.set(row.name, row);
    if (row.name === "messages") this.syncMessages();
    else if (this.restored) row.set(this.restored[row.name]);
    this.previewSoon();
  }

  addGroup(group) {
    this.groups.push(group);
  }

  addPane(pane, index) {
    this.panes[index] = pane;
    if (index > 0) return;
    this.showConversation();
    this.editing.takeUp();
  }

  // ---- the request --------------------------------------------------------------------------------------

  setTarget(target) {
    if ("base_url" in target && target.base_url !== this.target.base_url) this.target.flavour = "";  // it was that server's
    if (["model", "base_url"].some((name) => name in target && target[name] !== this.target[name])) this.forgetEvidence();
    Object.assign(this.target, target);
    document.body.toggleAttribute("data-server", this.target.model !== "embedded" || this.target.base_url !== "");
    this.tell("target");
    this.previewSoon();
  }

  /** Who is asked: embedded, huggingface, openrouter, or `server` for the one of the base URL or of the settings. */
  get provider() {
    return this.target.base_url ? "server" : this.target.model.split("/")[0];
  }

  /** Lets other parts of the page know that something has changed. */
  tell(what) {
    document.dispatchEvent(new Event(`playground:${what}`));
  }

  parameters() {
    const set = {};
    for (const row of this.rows.values()) {
      if (APART.includes(row.name) || row.value() === undefined) continue;
      const [name, inner] = row.name.split(".");
      if (inner) set[name] = { ...set[name], [inner]: row.value() };
      else set[name] = row.value();
    }
    return set;
  }

  request(messages) {
    return {
      ...this.target,
      messages,
      parameters: this.parameters(),
      extra_body: this.rows.get("extra_body")?.value() ?? {},
      second: this.rows.get("second")?.value() ?? {},
    };
  }

  headers() {
    const ascii = JSON.stringify(this.keys).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
    return Object.keys(this.keys).length ? { "x-provider-keys": ascii } : {};
  }

  changed(row) {
    if (row.name === "messages" && !this.syncing && !this.running && !row.unreadable()) this.replaceConversation(row.value() ?? []);
    this.previewSoon();
  }

  replaceConversation(messages) {
    if (!Array.isArray(messages) || JSON.stringify(messages) === JSON.stringify(conversation.messages())) return;
    conversation.replace(messages);
    this.drawPanes();
  }

  /** After a pause in typing: asks what would be sent, and shows problems and states before anything is. */
  previewSoon() {
    for (const group of this.groups) group.show();
    clearTimeout(this.previewTimer);
    this.previewTimer = setTimeout(() => this.preview(), PREVIEW_AFTER_MS);
  }

  /** Everything that is set, by row, for a reload of this tab. */
  save() {
    remember("rows", Object.fromEntries([...this.rows.values()].filter((row) => row.name !== "messages" && row.value() !== undefined).map((row) => [row.name, row.value()])));
    remember("target", this.target);
    remember("draft", composer.text);
  }

  /** Shows what would become of the request, and returns what is wrong with it, as far as that can be asked. */
  async preview() {
    this.save();
    const draft = [...conversation.messages()];
    if (draft.at(-1)?.role !== "user") draft.push({ role: "user", content: "(your next message)" });
    const response = await post("playground/preview", this.request(draft), { headers: this.headers() }).catch(() => null);
    if (!response?.ok) return [];
    this.foretold = await response.json();
    const { problems, report, hints, suggestions } = this.foretold;
    document.dispatchEvent(new Event("playground:preview"));
    this.showProblems(problems);
    for (const row of this.rows.values()) { row.hint(hints[row.name] ?? null); row.support?.(this.supportOf(row.name)); }
    for (const [name, values] of Object.entries(suggestions)) this.rows.get(name)?.control.suggest?.(values);
    if (!this.running) this.foretell(report);
    return problems;
  }

  showProblems(problems) {
    const texts = new Map();
    for (const { parameter, text } of problems) texts.set(parameter, [...(texts.get(parameter) ?? []), text]);
    for (const row of this.rows.values()) if (!row.unreadable()) row.problem((texts.get(outer(row.name)) ?? []).join(" "));
    for (const group of this.groups) if (group.rows.some((name) => texts.has(outer(name)))) group.open();
  }

  /** Whether the chosen model takes a parameter, where that is not plainly so. */
  supportOf(name) {
    const { unsupported, unknown } = this.foretold;
    if (unsupported[name]) return { answer: "no", why: unsupported[name] };
    return unknown[name] ? { answer: "unknown", why: unknown[name] } : null;
  }

  /** Before anything is sent: what would become of each parameter. */
  foretell(report) {
    const lines = new Map(report.map((line) => [line.parameter, line]));
    for (const row of this.rows.values()) if (lines.has(outer(row.name))) row.foresee(lines.get(outer(row.name)));
  }

  /** What an answer has shown is true of the server that gave it, and of no other. */
  forgetEvidence() {
    for (const row of this.rows.values()) row.report(undefined, undefined);
  }

  /** After an answer: what became of each parameter that was set. */
  showReport({ report, evidence }) {
    if (["model", "base_url"].some((name) => this.asked[name] !== this.target[name])) return;  // another one is chosen by now
    const lines = new Map(report.map((line) => [line.parameter, line]));
    for (const row of this.rows.values()) {
      const name = outer(row.name);
      if (row.value() !== undefined) row.report(lines.get(name), evidence?.[name]);
    }
  }

  // ---- the conversation ---------------------------------------------------------------------------------

  drawPanes() {
    this.editing.end();
    this.pair?.leave();
    this.pair = null;
    this.panes[0]?.show(conversation.turns);
    this.panes[1]?.hide();
    this.showPane(0);
    this.loop.offer(0);
  }

  /** The row `messages` shows the conversation as it would be sent, or as it was sent while the answer comes. */
  syncMessages() {
    const row = this.rows.get("messages");
    if (!row) return;
    this.syncing = true;
    const messages = conversation.messages();
    if (JSON.stringify(row.value() ?? []) !== JSON.stringify(messages)) row.set(messages.length ? messages : undefined);
    this.syncing = false;
    this.tell("messages");
  }

  showConversation() {
    this.drawPanes();
    this.syncMessages();
  }

  /** Sends `text` as the next user turn, behind a word to each call that waits. Resolves, once accepted, to what the composer shall hold then. */
  async send(text, target) {
    this.setTarget(target);
    if (!text.trim()) return text;
    await this.cutShort();
    if (this.running) { this.panes[0].notice(BUSY); return text; }
    const edited = this.editing.cut();
    const turns = [...this.loop.unanswered(), { role: "user", content: text }];
    for (const turn of turns) conversation.add(turn);
    const accepted = await this.run();
    const now = composer.text;  // what was typed while the server was being found must stay
    if (accepted) return now === text ? "" : now;
    if (turns.filter((turn) => conversation.remove(turn)).length) this.editing.uncut(edited);
    this.panes[0].notice(this.refusal);
    return now || text;
  }

  /** Answers the conversation as it stands, which ends with a user or tool turn. */
  async run() {
    const stop = new AbortController();
    const run = this.running = { stop };
    document.body.dataset.busy = "true";
    await Promise.all([...this.rows.values()].map((row) => row.control.settle?.()));
    if (stop.signal.aborted) return this.unsent(run);
    const unreadable = [...this.rows.values()].filter((row) => row.unreadable());
    if (unreadable.length) {
      this.refusal = notSent(unreadable, await this.preview());
      if (this.running === run) this.idle();
      return false;
    }
    const request = this.asked = this.request(conversation.messages());
    this.syncMessages();
    this.loop.begin(request);
    this.drawPanes();
    this.panes[0].begin(this.loop.asked, conversation.prefill());
    run.posted = true;
    try {
      const response = await post("playground/stream", request, { signal: stop.signal, headers: this.headers() });
      if (!response.ok) { await this.refused(response); return false; }
      run.followed = this.follow(response, run);
      return true;
    } catch (error) {
      return this.unsent(run);
    }
  }

  /** No answer has begun: nothing has left the page, or nothing has come back. */
  unsent(run) {
    this.refusal = run.stop.signal.aborted
      ? `${run.posted ? "Stopped before an answer began; the request may have reached the server." : "Stopped before anything was sent."} Your message is back below.`
      : "Not sent: this page has lost its own server. Start it again, then press Send; your message is kept below.";
    if (this.running === run) this.idle();
    return false;
  }

  async refused(response) {
    const { problems = [], message } = await response.json().catch(() => ({}));
    this.idle();
    this.showProblems(problems);
    this.refusal = notSent([], problems.length ? problems : [{ text: message || `The playground itself failed (${response.status}); its log says how.` }]);
  }

  /** Paints an answer, or two, as they come. A run that was cleared away, or left, paints and keeps nothing more. */
  async follow(response, run) {
    const { stop } = run;
    const here = () => this.running === run;
    try {
      await readFrames(response, (frame) => { if (here()) for (const event of frame) this.paint(event); });
    } catch (error) {
      if (here() && !stop.signal.aborted) for (const pane of this.panes) pane.cutOff();
    }
    if (!here()) return;
    for (const pane of this.panes) {
      if (pane.streaming && stop.signal.aborted) pane.stopped();
      else if (pane.streaming) pane.cutOff();
    }
    conversation.answered(this.panes[this.pair?.context ?? 0].answer());
    this.idle();
    this.syncMessages();
    this.loop.judge();
    if (!this.pair) this.showReport(this.panes[0].answer());
    this.pair?.ended(stop.signal.aborted);
  }

  paint([index, kind, data]) {
    if (kind === "pair") this.beginPair(data);
    else if (kind === "both") this.pair.judge(data);
    else this.panes[index].paint(kind, data);
    if (kind === "ended") this.pair?.halfEnded();
  }

  /** The reply is two answers: the second pane opens, and the ballot. */
  beginPair(data) {
    this.panes[1].show(conversation.newest());
    this.panes[1].begin(this.loop.asked, conversation.prefill());
    this.pair = new Pair(data, this.panes, this.ballot);
  }

  vote(said) {
    this.pair?.vote(said);
  }

  /** A vote has chosen what the conversation goes on with. */
  chosen(index) {
    if (this.running) return;
    conversation.dropAnswers();
    conversation.answered(this.panes[index].answer());
    this.syncMessages();
    this.loop.offer(index);
  }

  stop() {
    this.running?.stop.abort();
  }

  /** A pair never blocks the next message: it is stopped. What has come of a stopped answer is waited for, and goes along. */
  async cutShort() {
    const run = this.pair && this.running;
    run?.stop.abort();
    await run?.followed;
    await Promise.all(this.panes.map((pane) => pane.settled()));
  }

  /** The page is being left, perhaps by a reload: what has come so far is kept. */
  leave() {
    this.save();
    if (!this.running) return;
    for (const pane of this.panes) if (pane.streaming) pane.stopped();
    const answer = this.panes[this.pair?.context ?? 0].answer();
    if (answer) conversation.answered(answer);
    this.stop();
    this.idle();
  }

  /** On a narrow screen one pane is in view at a time; both stream on. */
  showPane(index) {
    document.body.dataset.pane = "ab"[index];
  }

  idle() {
    this.running = null;
    delete document.body.dataset.busy;
    this.panes[0]?.notice("");
  }

  clear() {
    this.stop();
    this.idle();
    conversation.replace([]);
    this.showConversation();
    this.panes[0]?.notice("");
  }

  /** Drops the last answer and asks again with the parameters as they are now. */
  async regenerate() {
    if (this.running) return;
    this.editing.leave();
    const before = [...conversation.turns];
    conversation.dropAnswers();
    if (await this.run()) return;
    conversation.restore(before);
    this.showConversation();
    this.panes[0].notice(this.refusal);
  }

  /** Sets what an example sets, unsets the rest, and asks. */
  async tryExample({ prompt, set }) {
    apply(set, this.rows.values());
    if (this.running) return;
    const left = await this.send(prompt, {});
    if (left) composer.put(left);
  }

  toggleSheet() {
    document.body.toggleAttribute("data-sheet");
  }
}

export const page = new Page();
window.playground = page;
page.setTarget({});
addEventListener("pagehide", () => page.leave());
listenForShortcuts(page);
