// What can be done with the conversation: send, stop, ask again, vote. It asks, and hands what comes to the
// panes.

import { post, readFrames, reasons } from "../core/api.js";
import { contentOf } from "../core/pictures.js";
import { store } from "../core/store.js";
import { preview, save } from "../params/preview.js";
import { BUSY, notSent, unsent } from "../params/refusal.js";
import { Pair } from "../votes/pair.js";
import { Branching } from "./branching.js";
import { showBusy } from "./busy.js";
import { composer } from "./composer.js";
import { conversation } from "./conversation.js";
import { Editing } from "./editing.js";
import { Panes } from "./panes.js";
import { listenForShortcuts } from "./shortcuts.js";
import { ToolLoop } from "./tool_loop.js";
import { tray } from "./tray.js";
import { lastPair, Meanwhile } from "./waiting.js";

/** @import { Answer, Said, Target, Turn } from "../types" */

/** @typedef {{stop: AbortController, posted: boolean, followed?: Promise<void>}} Run  One request under way. */
/** @typedef {[index: number, kind: string, data: any, choice?: number]} Painting  One piece of a frame. */

export class Chat {
  panes = new Panes();
  /** @type {import("../votes/ballot.js").Ballot | null} */
  #ballot = null;
  /** @type {Pair | null} */
  #pair = null;
  /** @type {Run | null} */
  #running = null;
  /** @type {Pick<Target, "model" | "base_url">} */
  #asked = store.target;
  #refusal = ""; // why the last request was not sent
  /** @type {import("../votes/pair.js").Told} */
  #told = { learn: (answer) => this.#learn(answer), chosen: (index) => this.#chosen(index) };
  #loop = new ToolLoop(this);
  editing = new Editing(this);
  branching = new Branching(this);

  constructor() {
    store.on("value", ({ name, by }) => this.#rewritten(name, by));
    showBusy();
    addEventListener("pagehide", () => this.#leave());
    listenForShortcuts({
      stop: () => this.stop(),
      cancelEdit: () => this.editing.cancel(),
      voteByKey: (said) => {
        if (this.takesKeys && this.#ballot?.allows(said)) this.vote(said);
      },
    });
  }

  /** @param {import("./pane.js").Pane} pane */
  addPane(pane) {
    this.panes.add(pane);
    if (pane.index > 0) return this.#resume();
    this.showConversation();
    return this.editing.takeUp();
  }

  /** @param {import("../votes/ballot.js").Ballot} ballot */
  addBallot(ballot) {
    this.#ballot = ballot;
    this.#resume();
  }

  /** The pane that the chat goes on with. */
  get context() {
    return this.#pair?.context ?? 0;
  }

  /** Whether a key would vote now; null where no two answers are up for a vote. */
  get takesKeys() {
    return this.#pair?.takesKeys() ?? null;
  }

  /** Shows the conversation as it stands, with one answer to each message. */
  showConversation() {
    this.#draw();
    conversation.sync();
    this.#resume();
  }

  /** A pair that has waited for its vote waits again, once all of it is on the page; one that had it shows it. */
  #resume() {
    if (this.#running || this.#pair || !this.#ballot) return;
    const last = lastPair(this.panes);
    if (!last) return;
    this.#pair = new Pair(last.pair, this.panes.all, this.#ballot, this.#told);
    if (last.pair.said) this.#pair.recalled(last.pair.said, last.context);
    else this.#pair.resumed();
  }

  #draw() {
    this.editing.end();
    this.#pair?.leave();
    this.#pair = null;
    this.panes.show(conversation.turns);
    this.#loop.offer(0);
  }

  /**
   * The row `messages` has come onto the page, or somebody has edited the list there.
   * @param {string} name
   * @param {unknown} by
   */
  #rewritten(name, by) {
    if (name !== "messages" || by === conversation) return;
    if (by === "declared") conversation.sync();
    if (by === "declared" || this.#running || store.unreadable(name)) return;
    const messages = store.value(name) ?? [];
    if (Array.isArray(messages) && conversation.replace(messages)) this.#draw();
  }

  // ---- asking -------------------------------------------------------------------------------------------

  /**
   * Sends `text` and the pictures beside it as the next user turn, behind a word to each call that waits.
   * Resolves, once accepted, to what the composer shall hold then.
   * @param {string} text
   * @param {Partial<Target>} target
   */
  async send(text, target) {
    store.setTarget(target);
    await tray.settled();
    const things = tray.parts;
    if (!text.trim() && !things.length) return text;
    await this.#cutShort();
    if (this.#running) {
      if (this.#running.followed) this.panes.notice(BUSY); // else a second click on Send
      return text;
    }
    const edited = this.editing.cut();
    const turns = [...this.#loop.unanswered(), { role: "user", content: contentOf(text, things) }];
    for (const turn of turns) conversation.add(turn);
    const accepted = await this.#run();
    const now = composer.text; // what was typed while the server was being found must stay
    if (accepted) tray.sent(things);
    if (accepted) return now === text ? "" : now;
    if (turns.filter((turn) => conversation.remove(turn)).length) this.editing.uncut(edited);
    this.panes.notice(this.#refusal);
    return now || text;
  }

  /** Answers the conversation as it stands, which ends with a user or tool turn. */
  async answerNow() {
    if (!this.#running) await this.#runOr(() => {});
  }

  /**
   * Goes on with these turns, in place of those from `at` on; all is as before where that is refused.
   * @param {Turn[]} turns
   */
  async goOnWith(turns, at = conversation.turns.length) {
    if (this.#running) return;
    const before = [...conversation.turns];
    conversation.restore([...before.slice(0, at), ...turns]);
    await this.#runOr(() => conversation.restore(before));
  }

  /** Drops the last answer and asks again with the parameters as they are now. */
  async regenerate() {
    if (this.#running) return;
    this.editing.leave();
    const before = [...conversation.turns];
    conversation.dropAnswers();
    await this.#runOr(() => conversation.restore(before));
  }

  /**
   * Asks; where that is refused, the conversation is as it was before.
   * @param {() => void} restore
   */
  async #runOr(restore) {
    if (await this.#run()) return;
    restore();
    this.showConversation();
    this.panes.notice(this.#refusal);
  }

  /** Asks; whether an answer has begun. Else #refusal says why not. */
  async #run() {
    const stop = new AbortController();
    /** @type {Run} */
    const run = { stop, posted: false };
    this.#running = run;
    store.setBusy(true);
    await store.settled();
    if (stop.signal.aborted) return this.#unsent(run);
    const unreadable = store.names.filter((name) => store.unreadable(name));
    if (unreadable.length) return this.#unsent(run, notSent(unreadable, await preview()));
    const request = this.branching.narrowed(store.request(conversation.messages()));
    this.#asked = store.target;
    conversation.asks(request);
    this.#loop.begin(request);
    this.#draw();
    this.panes.at(0).begin(this.#loop.asked, conversation.prefill());
    run.posted = true;
    return this.#post(request, run);
  }

  /**
   * @param {object} request
   * @param {Run} run
   */
  async #post(request, run) {
    try {
      const { signal } = run.stop;
      const response = await post("playground/stream", request, { signal, keys: store.keys });
      if (!response.ok) {
        await this.#refused(response);
        return false;
      }
      run.followed = this.#follow(response, run);
      return true;
    } catch {
      return this.#unsent(run);
    }
  }

  /**
   * No answer has begun: nothing has left the page, or nothing has come back.
   * @param {Run} run
   */
  #unsent(run, why = unsent(run.stop.signal.aborted, run.posted)) {
    this.#refusal = why;
    if (this.#running === run) this.#idle();
    return false;
  }

  /** @param {Response} response */
  async #refused(response) {
    const { status } = response;
    const data = await response.json().catch(() => ({}));
    const problems = data.problems ?? [];
    this.#idle();
    store.setProblems(problems);
    this.#refusal = notSent([], problems.length ? problems : [{ text: reasons({ status, data }) }]);
  }

  /**
   * Paints an answer, or two, as they come. A run that was cleared away, or left, paints and keeps nothing
   * more.
   * @param {Response} response
   * @param {Run} run
   */
  async #follow(response, run) {
    const { signal } = run.stop;
    const here = () => this.#running === run;
    const meanwhile = new Meanwhile();
    try {
      await readFrames(response, (/** @type {Painting[]} */ frame) => {
        if (!here()) return;
        for (const painting of frame) this.#paint(painting);
        meanwhile.note(() => (here() ? this.#state : null));
      });
    } catch {
      // It broke off, which the panes say; or the reader has stopped it.
    }
    meanwhile.end();
    if (!here()) return;
    this.panes.end(signal.aborted);
    this.#keep();
    this.#idle();
    conversation.sync();
    this.#loop.judge();
    const answer = this.panes.at(0).answer;
    if (!this.#pair && answer) this.#learn(answer);
    this.#pair?.ended(signal.aborted);
  }

  /** What has come so far. */
  get #state() {
    return { answer: this.panes.at(this.context).answer, pair: this.#pair?.kept };
  }

  /** The conversation goes on with it. */
  #keep() {
    const { answer, pair } = this.#state;
    if (answer) conversation.answered(answer);
    if (answer && pair) conversation.paired(pair);
  }

  /**
   * Another of several answers is shown, and the conversation goes on with it.
   * @param {Answer} answer
   */
  turnedOver(answer) {
    if (this.#running || !conversation.chosen(answer)) return;
    conversation.sync();
    this.panes.notice("");
    this.#loop.judge();
  }

  /** @param {Painting} painting */
  #paint([index, kind, data, choice]) {
    if (kind === "pair") this.#beginPair(data);
    else if (kind === "both") this.#pair?.judge(data);
    else this.panes.at(index).paint(kind, data, choice);
    if (kind === "ended") this.#pair?.halfEnded();
  }

  #idle() {
    this.#running = null;
    store.setBusy(false);
    this.panes.notice("");
  }

  /**
   * The rows show what an answer has shown of them, unless another model or server has been chosen by now.
   * @param {import("../core/store.js").Shown} answer
   */
  #learn(answer) {
    if (store.asksAlike(this.#asked)) store.setEvidence(answer);
  }

  /**
   * All that can be known of a stopped answer is here.
   * @param {Answer} answer
   */
  learnOfStopped(answer) {
    if (!this.#pair && !this.#running) this.#learn(answer);
  }

  /**
   * The reply is two answers: the second pane opens, and the ballot.
   * @param {import("../votes/pair.js").Begun} begun
   */
  #beginPair(begun) {
    if (!this.#ballot) return;
    this.panes.at(1).show(conversation.newest());
    this.panes.at(1).begin(this.#loop.asked, conversation.prefill());
    this.#pair = new Pair(begun, this.panes.all, this.#ballot, this.#told);
  }

  /** @param {Said} said */
  vote(said) {
    this.#pair?.vote(said);
  }

  /** What was added to the vote is to be saved too. */
  amendVote() {
    this.#pair?.amend();
  }

  /**
   * A vote has chosen what the conversation goes on with.
   * @param {number} index
   */
  #chosen(index) {
    if (this.#running) return;
    conversation.dropAnswers();
    const answer = this.panes.at(index).answer;
    if (answer) conversation.answered(answer);
    if (this.#pair) conversation.paired(this.#pair.kept);
    conversation.sync();
    this.#loop.offer(index);
  }

  stop() {
    this.#running?.stop.abort();
  }

  /**
   * A pair never blocks the next message: it is stopped. What has come of a stopped answer is waited for, and
   * goes along.
   */
  async #cutShort() {
    const run = this.#pair && this.#running;
    run?.stop.abort();
    await run?.followed;
    await this.panes.settled();
  }

  /** The page is being left: what has come is kept. Listeners before this one would let the stream break off first. */
  #leave() {
    save();
    if (this.#running) {
      this.panes.end(true);
      this.#keep();
      this.stop();
      this.#idle();
    }
    conversation.leave();
  }

  clear() {
    this.stop();
    this.#idle();
    conversation.clear();
    this.showConversation();
    this.panes.notice("");
  }
}

export const chat = new Chat();
