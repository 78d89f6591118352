// The functions that a model asks to have called: as they grow, what is wrong with them, and what they
// return.

import { ask } from "../core/api.js";
import { button, el, nodes } from "../core/dom.js";
import { remarkList } from "../core/remarks.js";
import { Throttle } from "../core/throttle.js";
import { t, translated } from "../core/words.js";
import { partialJson } from "./partial_json.js";

/** @import { Call, CheckedCall } from "../types" */

/** @typedef {{id: string, content: string}} Result  What a call returns, put to it by its id. */
/**
 * @typedef {{text: string, verb: string, act: (event: Event) => void}} Advice  A word beside the results, and
 * a way out.
 */

const LOST = t("It was not run: this page has lost its own server. Type the result.");

/** One call on the page. */
class Part {
  constructor() {
    this.throttle = new Throttle();
    this.name = el("span", { class: "function" });
    this.args = el("code", { class: "arguments" });
    this.said = el("div");
    this.result = el("div", { class: "result" });
    this.node = el("div", { class: "call" }, this.name, this.args, this.said, this.result);
  }

  /** @param {Pick<Call, "name" | "arguments">} call */
  paint({ name, arguments: args }) {
    this.name.textContent = name;
    this.throttle.run(() => {
      const { has, value, text, whole } = partialJson(args);
      this.args.textContent = has && typeof value === "object" ? (text ?? "") : args;
      this.node.classList.toggle("whole", whole === true);
    });
  }
}

export class CallsView {
  constructor() {
    this.list = el("div");
    this.foot = el("div", { class: "call-foot", hidden: true });
    this.node = el("div", { class: "calls" }, this.list, this.foot);
    /** @type {Part[]} */
    this.parts = [];
  }

  /**
   * Shows a call as far as it has come.
   * @param {number} position
   * @param {Call} call
   */
  paint(position, call) {
    if (!this.parts[position]) {
      this.parts[position] = new Part();
      this.list.append(this.parts[position].node);
    }
    this.parts[position].paint(call);
  }

  /**
   * What is wrong with each call, with its path; nothing where it fits its schema.
   * @param {CheckedCall[]} rows
   */
  judge(rows) {
    for (const [place, { problems, gave_up: gaveUp }] of rows.entries()) {
      const remarks = problems.map(({ place: where, what }) => ({
        text: what,
        pointer: where === "the answer" ? "" : where,
      }));
      const fine = gaveUp
        ? el("span", { class: "misfit" }, t("not checked: {gave_up}", { gave_up: translated(gaveUp) }))
        : el("span", { class: "fits" }, t("arguments fit the schema"));
      this.parts[place]?.said.replaceChildren(remarks.length ? remarkList(remarks, "bad") : fine);
    }
  }

  /**
   * Takes the results, by hand or from built-in functions; `onsend` goes on with them.
   * @param {Call[]} calls
   * @param {CheckedCall[]} rows
   * @param {Advice | null} advice
   * @param {(results: Result[]) => void} onsend
   */
  offer(calls, rows, advice, onsend) {
    const boxes = calls.map((call, place) => this.resultBox(call, rows[place], place));
    const results = () => calls.map(({ id }, place) => ({ id, content: boxes[place].value }));
    const send = button("main-act", calls.length > 1 ? t("Send results") : t("Send result"), () =>
      onsend(results()),
    );
    const way = advice && button("plain-act", advice.verb, advice.act);
    this.foot.replaceChildren(send, advice ? el("span", { class: "fine" }, advice.text, " ", way) : "");
    this.foot.hidden = false;
  }

  /**
   * @param {Call} call
   * @param {CheckedCall | undefined} row
   * @param {number} place
   */
  resultBox(call, row, place) {
    const { name } = call;
    const box = el("textarea", {
      rows: 2,
      placeholder: t("what {name} returns", { name }),
      value: row?.refusal ?? "",
    });
    box.setAttribute("aria-label", t("result of {name}", { name }));
    const run = button("plain-act", t("let the built-in {name} answer", { name }), async () => {
      const { ok, data } = await ask("playground/call", { body: call });
      box.value = ok ? data.text : "";
      if (!ok) box.placeholder = LOST;
    });
    this.parts[place]?.result.replaceChildren(...nodes([box, row?.built_in && run]));
    return box;
  }

  /** The results as far as they are typed, one text a call. */
  results() {
    const boxes = /** @type {NodeListOf<HTMLTextAreaElement>} */ (
      this.node.querySelectorAll(".call .result textarea")
    );
    return [...boxes].map((box) => box.value);
  }

  /** The results have been sent, or another turn has come. */
  close() {
    this.foot.hidden = true;
    for (const part of this.parts) part.result.replaceChildren();
  }
}
