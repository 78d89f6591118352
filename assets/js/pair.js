// A pair of answers and the one vote on it.
//
// Before the vote this side of the line knows nothing but words. A vote that could not be saved is kept and tried
// again under the same id, so that it is one row however often it arrives.

import { page } from "./page.js";
import { post } from "./stream.js";

const POSITIONS = ["left", "right"];
const FIRST_RETRY_S = 2;
const LAST_RETRY_S = 60;

export class Pair {
  constructor({ round_id: roundId, mode }, panes, ballot) {
    this.roundId = roundId;
    this.blind = mode === "blind";
    this.panes = panes;
    this.ballot = ballot;
    this.context = 0;
    this.retry = 0;
    document.body.dataset.pair = mode;
    ballot.open(this);
  }

  /** Both answers are here: whether a vote on them makes sense. */
  judge({ refusal }) {
    if (refusal) this.ballot.refuse(refusal);
  }

  ended(stopped) {
    if (stopped && !this.saved) this.ballot.say("Stopped. You can still vote on what is here, or skip.");
    this.ballot.comparable();
  }

  /** Casts a vote; a second one replaces the first, and both are kept as rows. */
  async vote(said) {
    clearTimeout(this.retry);
    const vote = { round_id: this.roundId, vote_id: crypto.randomUUID(), said, ...this.ballot.details() };
    this.ballot.choose(said);
    await this.save(vote, FIRST_RETRY_S);
  }

  async save(vote, retryAfter) {
    this.ballot.say("saving\u2026");
    let response;
    try {
      response = await post("playground/vote", vote);
    } catch {
      this.later(vote, retryAfter, "Not saved: this page has lost its own server.");
      return;
    }
    const result = await response.json().catch(() => ({}));
    if (response.ok) this.saved_(result);
    else if (response.status === 503) this.later(vote, retryAfter, `Not saved: ${result.error.message} ${result.error.next_step}`);
    else this.ballot.refuseVote(`Not saved. ${result.error?.message ?? response.statusText} ${result.error?.next_step ?? ""}`);
  }

  later(vote, seconds, why) {
    this.ballot.say(`${why} Your vote is kept here and tried again in ${seconds} s.`, "bad");
    this.retry = setTimeout(() => this.save(vote, Math.min(seconds * 2, LAST_RETRY_S)), seconds * 1000);
  }

  saved_({ saved_at: savedAt, choice, context, reveal, leaks }) {
    this.saved = true;
    this.context = POSITIONS.indexOf(context);
    POSITIONS.forEach((position, index) => this.panes[index].reveal(reveal[position], position === reveal.first ? "your settings" : "second answer", position === context));
    const at = new Date(savedAt).toLocaleTimeString();
    const goesOn = { tie: "a tie", both_bad: "both bad", skip: "skipped" }[choice];
    const why = goesOn ? `(${goesOn}: the chat goes on with your own settings' answer, ${"AB"[this.context]})` : `(the chat goes on with ${"AB"[this.context]})`;
    const leak = leaks.length ? ` Note: answer ${leaks.map((p) => "AB"[POSITIONS.indexOf(p)]).join(" and ")} names its own model.` : "";
    this.ballot.say(`saved ${at} ${why}${leak}`, "good");
    page.chosen(this.context);
  }

  leave() {
    delete document.body.dataset.pair;
    this.ballot.close();
  }
}
