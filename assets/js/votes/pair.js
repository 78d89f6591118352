// A pair of answers and the one vote on it.
//
// Before the vote this side of the line knows nothing but words. A vote that could not be saved is tried
// again under the same id, so that it is one row however often it arrives, also after its pair has left the
// page.

import { composer } from "../chat/composer.js";
import { FAILED, NAMES, POSITIONS } from "../contract.js";
import { askSoon } from "../core/api.js";
import { moment, t, tn } from "../core/words.js";
import { onReceipts, receiptOf, WAITS } from "./receipts.js";
import { lackOf, withoutChoice } from "./visible_text.js";
import { freshVote, troubles, VoteOnItsWay } from "./vote_queue.js";

/** @import { Judged, KeptPair, Said, Whose } from "../types" */
/** @import { Ballot } from "./ballot.js" */
/** @import { Pane, Revealed } from "../chat/pane.js" */

/** @typedef {"left" | "right"} Position */
/** @typedef {{round_id: string, mode: "blind" | "open", whose?: Record<string, Whose>}} Begun */
/**
 * @typedef {{learn: (answer: any) => void, chosen: (index: number) => void}} Told  Who hears what a vote
 * reveals.
 */

/**
 * A vote that is saved, and what may be shown since.
 * @typedef {object} Saved
 * @property {string} saved_at
 * @property {Said} choice
 * @property {Position} context  the side that the chat goes on with
 * @property {Record<string, Revealed>} [reveal]
 * @property {Position[]} stopped
 * @property {Position[]} unfinished
 * @property {Position[]} leaks  the sides that name their own model
 * @property {boolean} copied
 */

const MOMENT_MS = 700;
const FORGOTTEN = t(
  "The playground was restarted, or many pairs came after this one: a vote on it cannot be saved any more.",
);
/** @type {Partial<Record<string, string>>} */
const NO_SIDE = { tie: t("a tie"), both_bad: t("both bad"), skip: t("skipped") };

/** @param {Position[]} positions */
const lettersOf = (positions) =>
  positions.map((position) => NAMES[POSITIONS.indexOf(position)]).join(t(" and "));

/**
 * A vote on half an answer teaches little as well; where nothing was preferred no export has the pair anyway.
 * @param {Saved} saved
 */
function tellUnfinished({ stopped, unfinished, choice }) {
  if (!unfinished.length || stopped.length || ["tie", "skip"].includes(choice)) return "";
  return t(" You voted before {letters} had ended: exports leave this pair out unless asked.", {
    letters: lettersOf(unfinished),
  });
}

/** @param {Position[]} leaks */
function tellLeaks(leaks) {
  if (!leaks.length) return "";
  const several = leaks.length > 1;
  const letters = lettersOf(leaks);
  return several
    ? t(" Note: answers {letters} name their own model.", { letters })
    : t(" Note: answer {letters} names its own model.", { letters });
}

/**
 * A pair of which an answer was stopped is none to learn from; with a stopped one the chat goes on as it is.
 * @param {Saved} saved
 */
function tellStopped({ stopped, context }) {
  if (!stopped.length) return "";
  const name = lettersOf([context]);
  const half = stopped.includes(context)
    ? t("; of {name} the chat has what is shown: regenerate for a whole answer", { name })
    : "";
  return tn(
    " {letters} was stopped: exports leave this pair out unless asked{half}.",
    " {letters} were stopped: exports leave this pair out unless asked{half}.",
    stopped.length,
    { letters: lettersOf(stopped), half },
  );
}

/**
 * Which answer the chat goes on with, and why.
 * @param {Saved} saved
 */
function tellContext({ choice, context, reveal }) {
  const none = NO_SIDE[choice];
  const goesOn = t("the chat goes on with {letters}", { letters: lettersOf([context]) });
  if (!none) return `(${goesOn})`;
  const preset = reveal?.[context].preset;
  if (preset) return t("({none}: {goes_on}, the answer of “{preset}”)", { none, goes_on: goesOn, preset });
  const second = reveal?.[context].slot === "second";
  return `(${none}: ${goesOn}${second ? t(", the only one to go on with") : t(", your own settings' answer")})`;
}

/** @type {Record<Said, string>} */
const VOTED = {
  left: t("{names} is better", { names: NAMES[0] }),
  right: t("{names} is better", { names: NAMES[1] }),
  tie: t("a tie"),
  both_bad: t("both are bad"),
  skip: t("skipped"),
};
const COPIED = t(
  " From now on your votes on this pair stay here; the copy that was made before goes if you take the vote back.",
);
const TAKEN = t("Your vote on this pair is taken back. For another one, ask again.");

export class Pair {
  /** @type {number | null} */
  #chosen = null; // by a vote
  /** @type {VoteOnItsWay | null} */
  #saving = null;
  /** @type {Said | null} */
  #said = null; // what was voted last
  /** @type {Said | null} */
  #saved = null; // what the last vote that was saved says
  #here = true;
  /** @type {HTMLElement | null} */
  #focused = null;
  #keysFrom = 0;

  /**
   * @param {Begun} begun
   * @param {Pane[]} panes
   * @param {Ballot} ballot
   * @param {Told} told
   */
  constructor({ round_id: roundId, mode, whose }, panes, ballot, told) {
    this.roundId = roundId;
    this.begun = { round_id: roundId, mode, whose };
    this.panes = panes;
    this.ballot = ballot;
    this.told = told;
    document.body.dataset.pair = mode;
    ballot.open(roundId);
    if (whose) for (const [index, position] of POSITIONS.entries()) panes[index].nameAnswer(whose[position]);
    this.#takeFocus();
    this.forgo = onReceipts((round) => {
      if (round === roundId && (receiptOf(round)?.taken ?? true)) this.#takenBack();
    });
  }

  /**
   * The pair as it is now, to be kept.
   * @returns {KeptPair}
   */
  get kept() {
    const sides = this.panes.flatMap(({ answer }) => (answer ? [answer] : []));
    return { ...this.begun, sides, said: this.#saved };
  }

  /** It has waited through a reload: whether it can still be voted on. */
  async resumed() {
    this.halfEnded();
    this.ballot.comparable();
    const judged = await askSoon(`playground/stopped-pair/${this.roundId}`);
    if (!this.#here || this.#said) return;
    if (!judged) this.ballot.refuse(FORGOTTEN, [], true);
    else this.judge(judged);
  }

  /**
   * It had its vote before it was opened again: both answers, whose they are and the vote are shown, and stay so.
   * @param {Said} said
   * @param {number} context  the answer that the chat goes on with
   */
  recalled(said, context) {
    this.#chosen = context;
    this.#saved = said;
    for (const [at, pane] of this.panes.entries()) {
      const { slot, preset = "", model, settings = [] } = /** @type {Partial<Whose>} */ (pane.answer ?? {});
      if (slot && model) pane.nameAnswer({ slot, preset, model, settings }, at === context);
    }
    this.ballot.recall(
      said,
      t("You voted: {voted}. The chat goes on with {names}.", { voted: VOTED[said], names: NAMES[context] }),
    );
    this.ballot.offerBack();
    this.ballot.comparable();
    this.#returnFocus();
  }

  /**
   * An empty composer gives the focus to the answers, so that the keys vote; it has it back after the vote.
   */
  #takeFocus() {
    const { box } = composer;
    if (document.activeElement !== box || box?.value) return;
    this.#focused = document.querySelector("#pane-a .scroller");
    this.#focused?.focus({ preventScroll: true });
    this.#keysFrom = performance.now() + MOMENT_MS;
  }

  /**
   * Whether keys vote yet: who was just beginning to type the next message must not vote by its first letter.
   */
  takesKeys() {
    return performance.now() >= this.#keysFrom;
  }

  #returnFocus() {
    if (this.#focused && document.activeElement === this.#focused) composer.box?.focus();
    this.#focused = null;
  }

  /** Which answer the chat goes on with. */
  get context() {
    return this.#chosen ?? withoutChoice(this.panes.map((pane) => pane.answer));
  }

  /** One answer has ended: where it failed there is nothing to compare, whatever becomes of the other. */
  halfEnded() {
    const failed = this.panes.findIndex((pane) => FAILED.includes(pane.answer?.ended ?? ""));
    if (failed < 0 || this.#said) return;
    const why = t("Answer {names} did not come to its end, so there is nothing to compare.", {
      names: NAMES[failed],
    });
    this.ballot.refuse(t("{why} Skip this pair.", { why }), [], false);
  }

  /**
   * Both answers are here: whether a vote on them makes sense.
   * @param {Judged} judged
   */
  judge({ refusal, remedy, again }) {
    if (refusal) this.ballot.refuse(refusal, Object.entries(remedy), again);
  }

  /** @param {boolean} stopped */
  ended(stopped) {
    if (stopped && !this.#said) this.#judgeHere();
    this.ballot.comparable();
  }

  /**
   * Stopped: what is missing on a side is seen here, what the two have in common and why the server must say.
   */
  async #judgeHere() {
    const lacks = this.panes.flatMap((pane, index) => {
      const lack = lackOf(pane.answer);
      return lack ? [t("Answer {names} {lack}", { names: NAMES[index], lack })] : [];
    });
    if (lacks.length) {
      this.ballot.refuse(
        t("{lacks}. Skip this pair, or ask again.", { lacks: lacks.join(", and ") }),
        [],
        true,
      );
      return;
    }
    const judged = await askSoon(`playground/stopped-pair/${this.roundId}`);
    if (!this.#here || this.#said) return;
    if (judged?.refusal) this.judge(judged);
    else this.ballot.say(t("Stopped. You can still vote on what is here, or skip."));
  }

  /**
   * Casts a vote; a second one replaces the first, and both are kept as rows.
   * @param {Said} said
   */
  async vote(said) {
    const vote = freshVote({ round_id: this.roundId, said, ...this.ballot.details() });
    this.#said = said;
    this.#saving?.drop();
    this.#saving = new VoteOnItsWay(vote, {
      trying: (trouble) =>
        this.#say(trouble ? t("{trouble} Trying again…", { trouble }) : t("saving…"), trouble && "bad"),
      failed: (trouble) => {
        this.#say(trouble, "bad");
        this.#tellEarlier();
      },
      refused: (text) => {
        if (this.#here) this.#refused(text);
        else this.ballot.tellEarlier([text]);
      },
      saved: (result) => {
        this.#saved = said;
        this.#tellEarlier();
        if (this.#here) this.#reveal(result);
      },
    });
    this.ballot.choose(said);
    this.ballot.sent(); // the queue keeps it from here on
    await this.#saving.send();
  }

  /**
   * What was added after the vote is saved too: a row of its own that supersedes the first, once that is
   * saved.
   */
  amend() {
    if (!this.#said || !this.#here) return;
    if (this.#saving?.pending) {
      this.#saving.amend(this.ballot.details());
      this.ballot.sent();
    } else if (this.#saved) this.vote(this.#said);
  }

  /**
   * The server takes no such vote; one that was saved before it stands, and is shown as the choice.
   * @param {string} text
   */
  #refused(text) {
    this.#said = this.#saved;
    this.ballot.choose(this.#saved);
    this.ballot.say(this.#saved ? t("{text} Your vote before it stays saved.", { text }) : text, "bad");
  }

  /**
   * @param {string} text
   * @param {string} tone
   */
  #say(text, tone) {
    if (this.#here) this.ballot.say(text, tone);
  }

  #tellEarlier() {
    if (!this.#here) this.ballot.tellEarlier(troubles());
  }

  /** @param {Saved} saved */
  #reveal(saved) {
    const { saved_at: savedAt, context, reveal, leaks, copied } = saved;
    const index = POSITIONS.indexOf(context);
    this.#chosen = index;
    if (reveal) {
      for (const [at, position] of POSITIONS.entries()) {
        this.panes[at].reveal(reveal[position], position === context);
      }
      const first = Object.values(reveal).find(({ slot }) => slot === "first");
      if (!first?.preset) this.told.learn(first); // as the rows are set
    }
    const at = moment(savedAt, { timeStyle: "medium" });
    const notes = [tellStopped(saved), tellUnfinished(saved), tellLeaks(leaks), copied ? COPIED : ""];
    this.ballot.say(
      t("saved {at} {context}.{notes}", { at, context: tellContext(saved), notes: notes.join("") }),
      "good",
    );
    this.ballot.offerBack();
    this.told.chosen(index);
    this.#returnFocus();
  }

  /** The vote is gone, and the pair takes no other; the chat goes on with the same answer. */
  #takenBack() {
    if (!this.#here || !this.#saved) return;
    this.#saving?.drop();
    this.#saved = null;
    this.#said = null;
    this.ballot.takenBack(receiptOf(this.roundId) ? `${TAKEN} ${WAITS}` : TAKEN);
  }

  /**
   * The chat has gone on: a vote that is still being saved is tried on, and can change nothing on the page.
   */
  leave() {
    this.#here = false;
    this.forgo();
    delete document.body.dataset.pair;
    this.ballot.close();
    this.#tellEarlier();
  }
}
