// A pair of answers and the one vote on it.
//
// Before the vote this side of the line knows nothing but words. A vote that could not be saved is tried again under
// the same id, so that it is one row however often it arrives, also after its pair has left the page.

import { composer } from "./composer.js";
import { freshId } from "./dom.js";
import { page } from "./page.js";
import { Saving, troubles } from "./saving.js";
import { fetchSoon } from "./stream.js";

const POSITIONS = ["left", "right"];
const FAILED = ["error", "timeout", "cut off"];
const MOMENT_MS = 700;

/** Why there is nothing to judge in a stopped pair's answer, if so: the rules of `refusal` in pair.py. */
function lackOf({ text, tool_calls: calls, ended }) {
  if (FAILED.includes(ended)) return "did not come to its end";
  if (text.trim() || calls.length) return "";
  return ended === "cancelled" ? "was stopped before its first word" : "is empty";
}

const lettersOf = (positions) => positions.map((position) => "AB"[POSITIONS.indexOf(position)]).join(" and ");

/** A vote on half an answer teaches little as well; where nothing was preferred no export has the pair anyway. */
function tellUnfinished(stopped, unfinished, choice) {
  if (!unfinished.length || stopped.length || ["tie", "skip"].includes(choice)) return "";
  return ` You voted before ${lettersOf(unfinished)} had ended: exports leave this pair out unless asked.`;
}

export class Pair {
  constructor({ round_id: roundId, mode, whose }, panes, ballot) {
    this.roundId = roundId;
    this.panes = panes;
    this.ballot = ballot;
    this.chosen = null;  // by a vote
    this.saving = null;
    this.said = null;  // what was voted last
    this.saved = null;  // what the last vote that was saved says
    this.here = true;
    document.body.dataset.pair = mode;
    ballot.open();
    if (whose) POSITIONS.forEach((position, index) => panes[index].name(whose[position]));
    this.takeFocus();
  }

  /** An empty composer gives the focus to the answers, so that the keys vote; it has it back after the vote. */
  takeFocus() {
    const { box } = composer;
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
    if (this.focused && document.activeElement === this.focused) composer.box.focus();
    this.focused = null;
  }

  /** Which answer the chat goes on with: without a vote the first, unless the second alone is one. */
  get context() {
    const [lacksA, lacksB] = this.panes.map((pane) => lackOf(pane.answer()));
    return this.chosen ?? (lacksA && !lacksB ? 1 : 0);
  }

  /** One answer has ended: where it failed there is nothing to compare, whatever becomes of the other. */
  halfEnded() {
    const failed = this.panes.findIndex((pane) => FAILED.includes(pane.answer().ended));
    if (failed >= 0 && !this.said) this.ballot.refuse(`Answer ${"AB"[failed]} did not come to its end, so there is nothing to compare. Skip this pair.`, [], false);
  }

  /** Both answers are here: whether a vote on them makes sense. */
  judge({ refusal, remedy, again }) {
    if (refusal) this.ballot.refuse(refusal, Object.entries(remedy), again);
  }

  ended(stopped) {
    if (stopped && !this.said) this.judgeHere();
    this.ballot.comparable();
  }

  /** Stopped: what is missing on a side is seen here, what the two have in common and why the server must say. */
  async judgeHere() {
    const lacks = this.panes.map((pane, index) => [`Answer ${"AB"[index]}`, lackOf(pane.answer())]).filter(([, lack]) => lack);
    if (lacks.length) { this.ballot.refuse(`${lacks.map((words) => words.join(" ")).join(", and ")}. Skip this pair, or ask again.`, [], true); return; }
    const judged = await fetchSoon(`playground/stopped-pair/${this.roundId}`);
    if (!this.here || this.said) return;
    if (judged?.refusal) this.judge(judged);
    else this.ballot.say("Stopped. You can still vote on what is here, or skip.");
  }

  /** Casts a vote; a second one replaces the first, and both are kept as rows. */
  async vote(said) {
    const vote = { round_id: this.roundId, vote_id: freshId(), said, ...this.ballot.details() };
    this.said = said;
    this.saving?.drop();
    this.saving = new Saving(vote, {
      trying: (trouble) => this.say(trouble ? `${trouble} Trying again\u2026` : "saving\u2026", trouble && "bad"),
      failed: (trouble) => { this.say(trouble, "bad"); this.tellEarlier(); },
      refused: (text) => { if (this.here) this.refused(text); else this.ballot.tellEarlier([text]); },
      saved: (result) => { this.saved = said; this.tellEarlier(); if (this.here) this.reveal(result); },
    });
    this.ballot.choose(said);
    await this.saving.send();
  }

  /** What was added after the vote is saved too: a row of its own that supersedes the first, once that is saved. */
  amend() {
    if (!this.said || !this.here) return;
    if (this.saving.pending) this.saving.amend(this.ballot.details());
    else if (this.saved) this.vote(this.said);
  }

  /** The server takes no such vote; one that was saved before it stands, and is shown as the choice. */
  refused(text) {
    this.said = this.saved;
    this.ballot.choose(this.saved);
    this.ballot.say(this.saved ? `${text} Your vote before it stays saved.` : text, "bad");
  }

  say(text, tone) {
    if (this.here) this.ballot.say(text, tone);
  }

  tellEarlier() {
    if (!this.here) this.ballot.tellEarlier(troubles());
  }

  reveal({ saved_at: savedAt, choice, context, reveal, stopped, unfinished, leaks, copied }) {
    this.chosen = POSITIONS.indexOf(context);
    if (reveal) POSITIONS.forEach((position, index) => this.panes[index].reveal(reveal[position], position === context));
    if (reveal && this.here) page.showReport(Object.values(reveal).find(({ slot }) => slot === "first"));  // the rows are what the first one was asked with
    const at = new Date(savedAt).toLocaleTimeString();
    const goesOn = { tie: "a tie", both_bad: "both bad", skip: "skipped" }[choice];
    const which = !goesOn ? "" : reveal?.[context].slot === "second" ? ", the only one to go on with" : ", your own settings' answer";
    const why = `(${goesOn ? `${goesOn}: ` : ""}the chat goes on with ${"AB"[this.context]}${which})`;
    const leak = leaks.length ? ` Note: answer${leaks.length > 1 ? "s" : ""} ${lettersOf(leaks)} ${leaks.length > 1 ? "name their" : "names its"} own model.` : "";
    const gone = copied ? " From now on your votes on this pair stay here; the copy that was made before cannot be called back." : "";
    this.ballot.say(`saved ${at} ${why}.${this.tellStopped(stopped, context)}${tellUnfinished(stopped, unfinished, choice)}${leak}${gone}`, "good");
    page.chosen(this.context);
    this.returnFocus();
  }

  /** A pair of which an answer was stopped is none to learn from; with a stopped one the chat goes on as it is. */
  tellStopped(stopped, context) {
    if (!stopped.length) return "";
    const half = stopped.includes(context) ? `; of ${"AB"[this.context]} the chat has what is shown: regenerate for a whole answer` : "";
    return ` ${lettersOf(stopped)} ${stopped.length > 1 ? "were" : "was"} stopped: exports leave this pair out unless asked${half}.`;
  }

  /** The chat has gone on: a vote that is still being saved is tried on, and can change nothing on the page. */
  leave() {
    this.here = false;
    delete document.body.dataset.pair;
    this.ballot.close();
    this.tellEarlier();
  }
}
