// The offer to learn what a probe is: servers with a fault, one of which is started when it is chosen.

import { ask, reasons } from "../core/api.js";
import { button, el } from "../core/dom.js";
import { t, translated } from "../core/words.js";

/**
 * A fault that a server can be had with.
 * @typedef {object} Offer
 * @property {string} model  the name of the model that has it
 * @property {string} built_to  what it does wrong
 * @property {string} shows  how that shows
 */

const TITLE = t("A server with a fault, to learn what a probe is");
const INTRO = t(
  "It runs on this machine, over the embedded model, and is sound but for one thing. Choose it, then press Probe. " +
    "It is built to",
);
const STARTING = t("Starting …");
const LOST = t("This page has lost its own server.");

export class FaultList {
  /**
   * @param {Offer[]} offers
   * @param {(target: {model: string, base_url: string}) => void} onchoice  hears where the chosen one is
   * @param {(text: string) => void} say
   */
  constructor(offers, onchoice, say) {
    this.onchoice = onchoice;
    this.say = say;
    const items = offers.map(({ model, built_to, shows }) => {
      const choice = button("model-name", el("b", {}, translated(built_to)), () => this.#choose(model));
      choice.append(el("span", {}, translated(shows)));
      return el("li", {}, choice);
    });
    const intro = [el("h3", {}, TITLE), el("p", {}, INTRO)];
    this.node = el("section", { class: "faults", hidden: true }, ...intro, el("ul", {}, ...items));
  }

  /** @param {string} model */
  async #choose(model) {
    this.say(STARTING);
    const started = await ask("playground/faulty", { body: {} });
    if (started.ok) this.onchoice({ model, base_url: started.data.base_url });
    else this.say(started.lost ? LOST : reasons(started));
  }
}
