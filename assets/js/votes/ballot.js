// What a voter can add to a choice, what became of the vote, and two ways to compare: word diff, joint
// scrolling.

import { chat } from "../chat/controller.js";
import { join, part } from "../chat/scroll.js";
import { VOTE_BUTTONS } from "../contract.js";
import { ask } from "../core/api.js";
import { button, el, fill } from "../core/dom.js";
import { browserMark, recall, remember } from "../core/memory.js";
import { store } from "../core/store.js";
import { made } from "../core/whole.js";
import { t } from "../core/words.js";
import { backOffer } from "./own_votes.js";
import { finish, takeUp, troubles } from "./vote_queue.js";

/** @import { Mount, Said } from "../types" */

/** @typedef {ReturnType<Ballot["details"]>} Details  What is added to a choice. */
/** @typedef {Details & {round_id: string, said: Said | null}} Half  What is typed beside a vote, cast or to be cast. */

const BUTTONS = /** @type {[Said, string][]} */ (Object.entries(VOTE_BUTTONS));
const ALL = BUTTONS.map(([said]) => said);
const STRENGTHS = [t("how much?"), t("slightly"), t("clearly"), t("much")];
const HALF = "ballot"; // under which the tab remembers what is typed
const MOST_LETTERS = 4000;
const WHICH = t("Which is better? Without a vote the chat goes on with A.");
const KEYS = t(" Keys: 1, 2, 0 tie, x both bad, s skip.");

/** @param {Said} said */
function buttonOf(said) {
  return /** @type {HTMLButtonElement} */ (document.getElementById(VOTE_BUTTONS[said]));
}

/**
 * The reasons that can be ticked for one answer.
 * @param {string} name
 * @param {string[]} reasons
 */
function reasonsFor(name, reasons) {
  const boxes = reasons.map((value) => el("input", { type: "checkbox", value }));
  const labels = boxes.map((box) => el("label", {}, box, el("span", {}, box.value)));
  return {
    node: el("fieldset", {}, el("legend", {}, t("answer {name} is", { name })), ...labels),
    chosen: () => boxes.filter((box) => box.checked).map((box) => box.value),
    choose(/** @type {string[]} */ values) {
      for (const box of boxes) box.checked = values.includes(box.value);
    },
    clear() {
      for (const box of boxes) box.checked = false;
    },
  };
}

/**
 * What a voter agrees to, where votes are copied elsewhere.
 * @param {{text: string, given: boolean}} consent
 */
function consentBox({ text, given }) {
  const box = el("input", { type: "checkbox", checked: recall("consent") ?? given });
  box.addEventListener("change", () => remember("consent", box.checked));
  return { box, node: el("label", { class: "consent" }, box, ` ${text}`) };
}

export class Ballot {
  /** @param {Mount} mount */
  constructor({ element, props }) {
    this.status = el("p", { class: "vote-status", role: "status" });
    this.earlier = el("p", { class: "vote-earlier", role: "alert", hidden: true });
    const options = STRENGTHS.map((text, value) => el("option", { value }, text));
    this.strength = el("select", { "aria-label": t("how much better") }, ...options);
    this.comment = el("input", { type: "text", maxLength: MOST_LETTERS, placeholder: t("comment") });
    this.comment.setAttribute("aria-label", t("comment on this vote"));
    this.reasons = ["A", "B"].map((name) => reasonsFor(name, props.reasons));
    const extra = el("p", { class: "extra" }, this.strength, this.comment);
    const inside = el("div", {}, ...this.reasons.map(({ node }) => node), extra);
    this.more = el("details", { class: "reasons" }, el("summary", {}, t("reasons and comment")), inside);
    // On a phone they stand in one line, and a browser leaves what it shows half of.
    this.more.addEventListener("focusin", ({ target }) => {
      const label = target instanceof Element ? target.closest("label") : null;
      label?.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
    this.diff = el("input", { type: "checkbox", onchange: () => this.#compare() });
    const joint = el("input", { type: "checkbox" });
    joint.addEventListener("change", () => {
      (joint.checked ? join : part)(...chat.panes.all.map(({ scroll }) => scroll));
    });
    const [words, scrolling] = [
      el("label", {}, this.diff, t(" word diff")),
      el("label", {}, joint, t(" scroll together")),
    ];
    this.round = "";
    /** @type {Said | null} */
    this.said = null;
    this.consent = props.consent ? consentBox(props.consent) : null;
    const tools = el("div", { class: "compare" }, words, scrolling);
    fill(element, this.earlier, this.status, this.more, tools, this.consent?.node);
    for (const added of [this.more, this.consent?.node]) {
      added?.addEventListener("change", () => chat.amendVote());
    }
    this.more.addEventListener("input", () => this.#keep());
    made(Object.values(VOTE_BUTTONS)).then(() => {
      chat.addBallot(this);
      this.#takeUp();
    });
  }

  /** Votes that a reload has interrupted are tried on, with what was still being typed when the page was left. */
  #takeUp() {
    const tell = () => this.tellEarlier(troubles());
    const refused = (/** @type {string} */ text) => this.tellEarlier([text]);
    const told = { trying() {}, failed: tell, saved: tell, refused };
    takeUp(told);
    /** @type {Half | null} */
    const half = recall(HALF);
    if (half?.said) finish({ ...half, said: half.said }, told);
    if (half?.said) remember(HALF, null);
  }

  /** Keeps what is typed beside a vote until it has gone along with one. */
  #keep() {
    /** @type {Half} */
    const half = { round_id: this.round, said: this.said, ...this.details() };
    remember(HALF, half);
  }

  /** What is typed has gone along with a vote. */
  sent() {
    remember(HALF, null);
  }

  /** What was typed beside this pair, before the page was left. */
  #restore() {
    /** @type {Half | null} */
    const half = recall(HALF);
    if (half?.round_id !== this.round) return;
    this.strength.value = String(half.strength ?? 0);
    this.comment.value = half.comment;
    for (const [at, chosen] of [half.reasons_left, half.reasons_right].entries())
      this.reasons[at].choose(chosen);
    this.more.open = true;
  }

  async #compare() {
    const panes = chat.panes.all;
    if (!this.diff.checked) {
      for (const pane of panes) pane.showPlain();
      return;
    }
    const [left, right] = panes.map((pane) => pane.answer?.text);
    const { ok, data } = await ask("playground/diff", { body: { left, right } });
    if (!ok || !this.diff.checked) return;
    panes[0].showDiff(data.left);
    panes[1].showDiff(data.right);
  }

  /** @param {Said[]} allowed */
  #allow(allowed) {
    for (const said of ALL) buttonOf(said).disabled = !allowed.includes(said);
  }

  /** @param {string} round  which pair it is for */
  open(round) {
    this.round = round;
    this.#allow(ALL);
    this.choose(null);
    for (const side of this.reasons) side.clear();
    this.strength.value = "0";
    this.comment.value = "";
    this.diff.checked = false;
    this.diff.disabled = true;
    this.more.open = false;
    this.more.hidden = false;
    this.#restore();
    this.say(WHICH);
    this.status.append(el("span", { class: "by-key" }, KEYS));
  }

  close() {
    this.#allow([]);
    this.say("");
  }

  say(text = "", tone = "") {
    this.status.textContent = text;
    this.status.dataset.tone = tone;
  }

  /**
   * This pair takes no vote.
   * @param {string} text
   * @param {[row: string, value: any][]} remedy  what could be set instead
   * @param {boolean} again  whether asking once more may do
   */
  refuse(text, remedy, again) {
    this.#allow(["skip"]);
    this.say(text, "bad");
    const own = store.value("second") === undefined;
    for (const [name, value] of remedy.filter(([row]) => own || !row.includes("."))) {
      const words =
        value === null ? t("Unset {name}", { name }) : t("Set {name} to {value}", { name, value });
      this.#offer(t("{words} and ask again", { words }), () => {
        store.set(name, value ?? undefined);
        chat.regenerate();
      });
    }
    if (again) this.#offer(t("Ask again"), () => chat.regenerate());
  }

  /**
   * @param {string} words
   * @param {() => void} onclick
   */
  #offer(words, onclick) {
    this.status.append(" ", button("remedy", words, onclick));
  }

  /** The vote on this pair is saved: it can be taken back. */
  offerBack() {
    this.status.append(backOffer(this.round));
  }

  /**
   * The vote on this pair was taken back, and it takes no other.
   * @param {string} text
   */
  takenBack(text) {
    this.#allow([]);
    this.choose(null);
    this.more.hidden = true;
    this.say(text);
  }

  /** @param {Said | null} said */
  choose(said) {
    this.said = said;
    for (const each of ALL) buttonOf(each).setAttribute("aria-pressed", String(each === said));
  }

  /**
   * A vote that was cast when the page was another: it is shown, and nothing can be added to it.
   * @param {Said} said
   * @param {string} text
   */
  recall(said, text) {
    this.#allow([]);
    this.choose(said);
    this.more.hidden = true;
    this.say(text, "good");
  }

  /** @param {Said} said */
  allows(said) {
    return !buttonOf(said).disabled;
  }

  comparable() {
    this.diff.disabled = false;
  }

  /**
   * Votes on pairs that have left the page, and that are still being tried.
   * @param {string[]} texts
   */
  tellEarlier(texts) {
    const [first = ""] = texts;
    const what =
      texts.length > 1
        ? t("{length} earlier votes are not saved yet.", { length: texts.length })
        : t("An earlier vote is not saved yet.");
    this.earlier.hidden = !texts.length;
    this.earlier.textContent = `${what} ${first}`;
    document.body.toggleAttribute("data-unsaved", texts.length > 0);
  }

  /** What is added to the choice now. */
  details() {
    const [left, right] = this.reasons.map((side) => side.chosen());
    return {
      strength: Number(this.strength.value) || null,
      reasons_left: left,
      reasons_right: right,
      comment: this.comment.value,
      publish: this.consent?.box.checked ?? false,
      annotator: browserMark(),
      language: navigator.language,
    };
  }
}

/** @param {Mount} mount */
export function mount(mount) {
  new Ballot(mount);
}
