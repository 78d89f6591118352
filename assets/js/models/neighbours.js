// Model servers on this machine: looked for when the page opens and on a button, and offered where they answer.

import { ask } from "../core/api.js";
import { button, el } from "../core/dom.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";

/**
 * A server as playground/web/neighbours.py tells of it; `model` is one of its models, empty for none.
 * @typedef {{text: string, base_url: string, model: string}} Neighbour
 */

const AGAIN_MS = 1500;
const LOOKING = t("Looking on this machine …");
const NOBODY = t("No model server answers at the usual ports of this machine.");
const SOME = t("These answer on this machine; choose one.");

/** @type {readonly Neighbour[]} */
let found = [];

/** Has the page's own server look who answers; views hear of it. True where another look may tell more. */
async function lookOnce(patient = "") {
  const { ok, data } = await ask(`playground/neighbours${patient}`);
  found = ok ? data.found : [];
  store.tell("neighbours", found);
  return ok && !data.complete;
}

/** Looks at once, and where somebody had no time to answer all questions once more, with patience. */
async function look() {
  if (!(await lookOnce())) return;
  await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  await lookOnce("?patient=1");
}

/** Those who answer, each as a button that chooses it; not there while there is none. */
export class Neighbours {
  constructor() {
    const label = t("servers on this machine");
    this.node = el("div", { class: "neighbours", role: "group", "aria-label": label });
    store.on("neighbours", () => this.#paint());
    store.on("target", () => this.#paint());
    this.#paint();
  }

  #paint() {
    const offers = found.map(({ text, base_url, model }) => {
      const pressed = String(base_url === store.target.base_url);
      const choose = () => store.tell("chosen", { model: model || "embedded", base_url });
      return button("small", text, choose, { title: base_url, "aria-pressed": pressed });
    });
    this.node.hidden = !offers.length;
    this.node.replaceChildren(el("span", {}, t("On this machine:")), ...offers);
  }
}

/** Until the page has come to rest: its server is busy before, and nobody shall wait for this. */
const atRest = () => new Promise((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve));

/**
 * The button that looks again; the first look says nothing where nobody answers.
 * @param {(text: string) => void} say
 */
export function neighbourSearch(say) {
  atRest().then(look);
  return button("", t("Look on this machine"), async () => {
    say(LOOKING);
    await look();
    say(found.length ? SOME : NOBODY);
  });
}
