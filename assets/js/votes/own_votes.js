// The votes of this browser: each can be taken back, or its receipt copied; and a field for one from elsewhere.

import { button, copyText, el, fill, uniqueId } from "../core/dom.js";
import { moment, t } from "../core/words.js";
import {
  losesReceipts,
  onReceipts,
  receiptOf,
  receipts,
  takeBack,
  takeBackBy,
  takeUpWithdrawals,
} from "./receipts.js";

/** @import { Mount, Said } from "../types" */
/** @import { Kept, Outcome } from "./receipts.js" */

const SURE = t(" for good?");
const SHOWN = 100;
const READ_MS = 700;
const WHAT = t(
  "A vote that is taken back is deleted here, with all others on its pair, and is in no export made from then on. " +
    "Whoever has its receipt can do that, from any browser. Votes of before there were receipts have none.",
);
const HUB = t(
  "From the dataset on the Hub it goes with the next copy; git keeps earlier ones there until the owner removes them.",
);
/** @type {Record<Said, string>} */
const SAID = {
  left: t("A better"),
  right: t("B better"),
  tie: t("tie"),
  both_bad: t("both bad"),
  skip: t("skipped"),
};

/**
 * The receipt to hand on: the first, which whoever has it noted keeps.
 * @param {Kept} entry
 */
const shown = ({ receipts }) => receipts[0];

/**
 * A button that takes these votes back at a second press, once what it asks can have been read: a double click or a key
 * that is held is none. Where it had the focus, `say` gets it.
 * @param {string} looks
 * @param {string} words
 * @param {string} round
 * @param {(outcome: Outcome) => void} told
 * @param {() => HTMLElement | null} say  the sentence that tells what came of it
 */
function taker(looks, words, round, told, say) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let reading;
  const take = button(looks, words, async () => {
    if (take.textContent === words || take.getAttribute("aria-disabled") === "true") {
      take.textContent = words + SURE;
      take.setAttribute("aria-disabled", "true");
      clearTimeout(reading);
      reading = setTimeout(() => take.removeAttribute("aria-disabled"), READ_MS);
      return;
    }
    const entry = receiptOf(round);
    if (!entry) return;
    const focused = document.activeElement === take;
    take.disabled = true;
    const outcome = await takeBack(entry);
    take.disabled = false;
    told(outcome);
    const sentence = say();
    if (!focused || !sentence) return;
    sentence.tabIndex = -1;
    sentence.focus();
  });
  return take;
}

/**
 * What stands behind a vote that is saved: it can be taken back, at once or later by its receipt.
 * @param {string} round
 */
export function backOffer(round) {
  const entry = receiptOf(round);
  if (!entry) return "";
  const state = el("span", {});
  const code = el("code", { class: "receipt" }, shown(entry));
  const copy = button("remedy", t("copy"), () => copyText(shown(entry), copy));
  const whole = el("span", { hidden: true }, " ", code, " ", copy);
  const show = button("remedy", t("receipt"), () => {
    whole.hidden = !whole.hidden;
    show.setAttribute("aria-expanded", String(!whole.hidden));
  });
  show.setAttribute("aria-expanded", "false");
  const tell = (/** @type {Outcome} */ { ok, text }) => {
    if (!ok) state.textContent = ` ${text}`;
  };
  const sentence = () => /** @type {HTMLElement | null} */ (document.querySelector(".vote-status"));
  const take = taker("remedy", t("take it back"), round, tell, sentence);
  const words = [t(" You can "), take, t(" now, or later by its "), show, "."];
  if (losesReceipts()) {
    show.click();
    whole.append(t(" Copy it: this browser cannot keep it."));
  }
  return el("span", { class: "back" }, ...words, whole, state);
}

class OwnVotes {
  /** @param {Mount} mount */
  constructor({ element, props }) {
    this.state = el("p", { class: "file-status", role: "status" });
    this.count = el("summary", {});
    this.rows = el("tbody");
    const table = el("table", { class: "formats own" }, this.rows);
    this.list = el("details", { class: "own-votes" }, this.count, table);
    const id = uniqueId("receipt");
    this.box = el("input", { type: "text", id, spellcheck: false, autocomplete: "off", maxLength: 80 });
    this.box.placeholder = "XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX";
    const form = el(
      "form",
      { class: "by-receipt", onsubmit: (/** @type {Event} */ event) => this.#typed(event) },
      el("label", { htmlFor: id }, t("A receipt: ")),
      this.box,
      " ",
      el("button", { type: "submit", class: "file" }, t("Take this vote back")),
    );
    const words = el("p", { class: "note" }, props.copied ? `${WHAT} ${HUB}` : WHAT);
    const title = el("h2", {}, t("Take a vote back"));
    fill(element, el("section", { class: "findings" }, title, words, this.list, form, this.state));
    onReceipts(() => this.#paint());
    this.#paint();
    takeUpWithdrawals();
  }

  #paint() {
    const all = receipts();
    this.list.hidden = all.length === 0;
    const more = all.length > SHOWN ? t(", the newest {shown} of them below", { shown: SHOWN }) : "";
    this.count.textContent = t("Votes of this browser ({length}{more})", { length: all.length, more });
    this.rows.replaceChildren(...all.slice(0, SHOWN).map((entry) => this.#row(entry)));
  }

  /** @param {Kept} entry */
  #row(entry) {
    const { at, said, saved, taken, round } = entry;
    const when = moment(at, { dateStyle: "medium", timeStyle: "short" });
    const what = saved ? SAID[said] : t("{said}, not known to be saved", { said: SAID[said] });
    const copy = button("file", t("copy"), () => copyText(shown(entry), copy), {
      "aria-label": t("copy the receipt of {when}", { when }),
    });
    const ways = taken
      ? [el("span", { class: "note" }, t("taken back; its copy goes next"))]
      : [
          copy,
          taker(
            "file",
            t("take back"),
            round,
            (outcome) => this.#say(outcome),
            () => this.state,
          ),
        ];
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, when),
      el("td", {}, what),
      el("td", {}, el("code", { class: "receipt" }, shown(entry))),
      el("td", {}, el("div", { class: "files" }, ...ways)),
    );
  }

  /** @param {Event} event */
  async #typed(event) {
    event.preventDefault();
    if (!this.box.value.trim()) return;
    const outcome = await takeBackBy(this.box.value);
    if (outcome.ok) this.box.value = "";
    this.#say(outcome);
  }

  /** @param {Outcome} outcome */
  #say({ ok, text }) {
    this.state.dataset.tone = ok ? "good" : "bad";
    this.state.textContent = text;
    if (ok) document.getElementById("open-votes")?.click(); // counts anew
  }
}

/** @param {Mount} mount */
export function mount(mount) {
  new OwnVotes(mount);
}
