// A pair of answers and the one vote on it.
//
// Before the vote this side of the line knows nothing but words. A vote that could not be saved is kept and tried
// again under the same id, so that it is one row however often it arrives, also after its pair has left the page.

import { freshId } from "./dom.js";
import { page } from "./page.js";
import { post } from "./stream.js";

const POSITIONS = ["left", "right"];
const FIRST_RETRY_S = 2;
const LAST_RETRY_S = 60;
const MOMENT_MS = 700;

/** Votes that are not saved yet, each with why; the browser asks before it lets the page go with some. */
const unsaved = new Map();
addEventListener("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });

const composer = () => document.querySelector("#composer textarea");

export class Pair {
  constructor({ round_id: roundId, mode, whose }, panes, ballot) {
    this.roundId = roundId;
    this.panes = panes;
    this.ballot = ballot;
    this.context = 0;
    this.retry = 0;
    this.here = true;
    document.body.dataset.pair = mode;
    ballot.open();
    if (whose) POSITIONS.forEach((position, index) => panes[index].name(whose[position]));
    this.takeFocus();
  }

  /** An empty composer gives the focus to the answers, so that the keys vote; it has it back after the vote. */
  takeFocus() {
    const box = composer();
    if (document.activeElement !== box || box.value) return;
    this.focused = document.querySelector("#pane-a .scroller");
    this.focused.focus({ preventScroll: true });
    this.keysFrom = performance.now() + MOMENT_MS;
  }

  /** Whether keys vote yet: who was just beginning to type the next message must not vote by its first letter. */
  takesKeys() {
    return performance.now() >= (this.keysFrom ?? 0);
  }

  returnFocus() {
    if (this.focused && document.activeElement === this.focused) composer().focus();
    this.focused = null;
  }

  /** Both answers are here: whether a vote on them makes sense. */
  judge({ refusal, remedy }) {
    if (refusal) this.ballot.refuse(refusal, Object.entries(remedy));
  }

  ended(stopped) {
    if (stopped && !this.saved) this.ballot.say("Stopped. You can still vote on what is here, or skip.");
    this.ballot.comparable();
  }

  /** Casts a vote; a second one replaces the first, and both are kept as rows. */
  async vote(said) {
    const vote = { round_id: this.roundId, vote_id: freshId(), said, ...this.ballot.details() };
    this.said = said;
    clearTimeout(this.retry);
    unsaved.delete(this.waiting);
    this.waiting = vote.vote_id;
    this.ballot.choose(said);
    await this.save(vote, FIRST_RETRY_S, "");
  }

  /** What was added after the vote is saved with it: a row of its own that supersedes the first. */
  amend() {
    if (this.saved && this.here) this.vote(this.said);
  }

  async save(vote, retryAfter, trouble) {
    this.say(trouble ? `${trouble} Trying again\u2026` : "saving\u2026", trouble && "bad");
    unsaved.set(vote.vote_id, "");
    let response;
    try {
      response = await post("playground/vote", vote);
    } catch {
      this.later(vote, retryAfter, "Not saved: this page has lost its own server. Your vote is kept on this page.");
      return;
    }
    const result = await response.json().catch(() => ({}));
    if (response.status === 503) { this.later(vote, retryAfter, `Not saved: ${result.error.message} ${result.error.next_step}`); return; }
    unsaved.delete(vote.vote_id);
    this.tellEarlier();
    if (this.waiting !== vote.vote_id) return;
    const refused = response.ok ? "" : `Not saved. ${result.error?.message ?? response.statusText} ${result.error?.next_step ?? ""}`;
    if (!this.here) { if (refused) this.ballot.tellEarlier([refused]); return; }
    if (refused) this.ballot.refuseVote(refused);
    else this.reveal(result);
  }

  later(vote, seconds, why) {
    if (this.waiting !== vote.vote_id) { unsaved.delete(vote.vote_id); return; }
    const text = `${why} It is tried again in ${seconds} s.`;
    unsaved.set(vote.vote_id, text);
    this.say(text, "bad");
    this.tellEarlier();
    this.retry = setTimeout(() => this.save(vote, Math.min(seconds * 2, LAST_RETRY_S), why), seconds * 1000);
  }

  say(text, tone) {
    if (this.here) this.ballot.say(text, tone);
  }

  tellEarlier() {
    if (!this.here) this.ballot.tellEarlier([...unsaved.values()].filter(Boolean));
  }

  reveal({ saved_at: savedAt, choice, context, reveal, stopped, leaks }) {
    this.saved = true;
    this.context = POSITIONS.indexOf(context);
    if (reveal) POSITIONS.forEach((position, index) => this.panes[index].reveal(reveal[position], position === context));
    if (reveal && this.here) page.showReport(Object.values(reveal).find(({ slot }) => slot === "first"));  // the rows are what the first one was asked with
    const at = new Date(savedAt).toLocaleTimeString();
    const goesOn = { tie: "a tie", both_bad: "both bad", skip: "skipped" }[choice];
    const why = goesOn ? `(${goesOn}: the chat goes on with your own settings' answer, ${"AB"[this.context]})` : `(the chat goes on with ${"AB"[this.context]})`;
    const leak = leaks.length ? ` Note: answer ${leaks.map((p) => "AB"[POSITIONS.indexOf(p)]).join(" and ")} names its own model.` : "";
    this.ballot.say(`saved ${at} ${why}${this.tellStopped(stopped, context)}${leak}`, "good");
    page.chosen(this.context);
    this.returnFocus();
  }

  /** A pair of which a vote has stopped an answer is none to learn from; with a stopped one the chat goes on as it is. */
  tellStopped(stopped, context) {
    if (!stopped.length) return "";
    const names = stopped.map((position) => "AB"[POSITIONS.indexOf(position)]).join(" and ");
    const half = stopped.includes(context) ? `; of ${"AB"[this.context]} the chat has what is shown: regenerate for a whole answer` : "";
    return ` Voting stopped ${names}: exports leave this pair out unless asked${half}.`;
  }

  /** The chat has gone on: a vote that is still being saved is tried on, and can change nothing on the page. */
  leave() {
    this.here = false;
    delete document.body.dataset.pair;
    this.ballot.close();
    this.tellEarlier();
  }
}
