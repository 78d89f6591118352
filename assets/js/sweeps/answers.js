// The answers of one cell, equal ones as one ("10 of 10"), or of two cells side by side with what differs marked.

import { amount } from "../core/amounts.js";
import { ask, reasons } from "../core/api.js";
import { dialog } from "../core/dialog.js";
import { button, copyText, el } from "../core/dom.js";
import { t, tn } from "../core/words.js";

/**
 * @typedef {{times: number, of: number, prompt: string, seeds: number[], text: string, reasoning: string,
 *   calls: string[], ended: string, error: string, failed: boolean, cut: number, tokens: number | null}} Answer
 * @typedef {{of: number, left_out: number, answers: Answer[]}} Opened
 */

const MOST_SEEDS = 12;
const LOST = t("Not opened: this page has lost its own server.");

/**
 * @param {string} id
 * @param {number[]} at
 * @returns {Promise<Opened | string>}  the answers, or why there are none
 */
async function fetched(id, at) {
  const told = await ask(`playground/sweep/${id}/cell`, { query: { at: at.join() } });
  if (told.lost) return LOST;
  return told.ok ? told.data : reasons(told);
}

/** @param {Answer} answer */
function headOf({ times, of, seeds, ended, tokens, failed, cut }) {
  const drawn = seeds.slice(0, MOST_SEEDS).join(", ") + (seeds.length > MOST_SEEDS ? ", \u2026" : "");
  const parts = [
    t("{times} of {of}", { times, of }),
    seeds.length > 0 && tn("seed {drawn}", "seeds {drawn}", seeds.length, { drawn }),
    tokens !== null && tokens !== undefined && amount(tokens, "token"),
    cut > 0 &&
      tn("cut by its limit", "{cut} cut by their limit", times, { cut: cut === times ? t("all") : cut }),
    failed && ended,
  ];
  return parts.filter(Boolean).join(" \u00b7 ");
}

/** @param {Answer} answer */
const wordsOf = ({ text, calls, error }) =>
  [text, ...calls, error].filter(Boolean).join("\n") || t("(no words)");

/** @param {Answer} answer */
function answerNode(answer) {
  const copy = button("small", t("copy"), () => copyText(answer.text, copy));
  return el(
    "li",
    { class: answer.failed ? "marred" : "" },
    answer.prompt && el("p", { class: "note" }, answer.prompt),
    el("p", { class: "answer-head" }, el("b", {}, headOf(answer)), copy),
    answer.reasoning &&
      el(
        "details",
        {},
        el("summary", {}, answer.times > 1 ? t("thoughts of the first") : t("thoughts")),
        el("p", { class: "said" }, answer.reasoning),
      ),
    el("p", { class: "said" }, wordsOf(answer)),
  );
}

/**
 * Opens the answers of one cell.
 * @param {string} id
 * @param {number[]} at
 * @param {string} name
 */
export async function openCell(id, at, name) {
  const found = await fetched(id, at);
  const body = typeof found === "string" ? el("p", { class: "problem" }, found) : listOf(found);
  shown(name, "sweep-cell", el("div", { class: "dialog-body answers" }, body));
}

/** @param {Opened} opened */
function listOf({ answers, left_out: more }) {
  const rest =
    more > 0 && el("p", { class: "note" }, t("{more} more different answers stand in the export.", { more }));
  return el("div", {}, el("ul", {}, ...answers.map(answerNode)), rest);
}

/** One side of a comparison: an answer of its cell, with a way to the others. */
class Side {
  #place = 0;

  /**
   * @param {string} name
   * @param {Answer[]} answers
   * @param {() => void} onturn
   */
  constructor(name, answers, onturn) {
    this.answers = answers;
    this.head = el("p", { class: "answer-head", role: "status" });
    this.prompt = el("p", { class: "note" });
    this.text = el("p", { class: "said" });
    const turn = (/** @type {number} */ by) => () => {
      this.#place = (this.#place + by + answers.length) % answers.length;
      onturn();
    };
    const few = answers.length < 2;
    const before = button("small", "\u2039", turn(-1), {
      "aria-label": t("{name}: answer before", { name }),
      disabled: few,
    });
    const after = button("small", "\u203a", turn(1), {
      "aria-label": t("{name}: next answer", { name }),
      disabled: few,
    });
    const ways = el("p", { class: "ways" }, before, after);
    this.node = el("section", {}, el("h3", {}, name), ways, this.prompt, this.head, this.text);
  }

  get words() {
    const answer = this.answers[this.#place];
    return answer ? wordsOf(answer) : "";
  }

  /** @param {[piece: string, differs: boolean][]} pieces */
  paint(pieces) {
    const answer = this.answers[this.#place];
    const which = t("answer {place} of {length} different", {
      place: this.#place + 1,
      length: this.answers.length,
    });
    this.head.textContent = answer ? `${which}: ${headOf(answer)}` : t("no answers yet");
    this.prompt.textContent = answer?.prompt ?? "";
    this.text.replaceChildren(...pieces.map(([piece, differs]) => (differs ? el("mark", {}, piece) : piece)));
  }
}

/**
 * Opens two cells side by side.
 * @param {string} id
 * @param {[at: number[], name: string][]} cells
 */
export async function openTwo(id, cells) {
  const found = await Promise.all(cells.map(([at]) => fetched(id, at)));
  const problem = found.find((each) => typeof each === "string");
  if (typeof problem === "string") {
    shown(t("Two cells"), "sweep-cell", el("p", { class: "problem" }, problem));
    return;
  }
  const turned = async () => {
    const [left, right] = sides.map((side) => side.words);
    const { ok, data } = await ask("playground/diff", { body: { left, right } });
    const plain = { left: [[left, false]], right: [[right, false]] };
    const { left: first, right: second } = ok ? data : plain;
    sides[0].paint(first);
    sides[1].paint(second);
  };
  const sides = cells.map(
    ([, name], at) => new Side(name, /** @type {Opened} */ (found[at]).answers, turned),
  );
  const body = el("div", { class: "dialog-body two-cells" }, ...sides.map(({ node }) => node));
  await turned();
  shown(t("Two cells, side by side"), "sweep-cell", body);
}

/**
 * @param {string} title
 * @param {string} id
 * @param {HTMLElement} body
 */
function shown(title, id, body) {
  const node = dialog(title, body);
  node.id = id;
  node.addEventListener("close", () => node.remove());
  node.showModal();
}
