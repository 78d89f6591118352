// What is seen of a contest in the dialog of presets: a box at each, and a line that says which meet, and how often.

import { MOST_IN_CONTEST } from "../contract.js";
import { button, el } from "../core/dom.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { between } from "../params/dial.js";
import { entrants } from "./contest.js";

const EACH = t("each against each");
const ABOUT = t(
  "Let two or more compete, and pairs are drawn between them; your votes rank them under Votes.",
);
const ONE = t("One more is needed: pairs are drawn between two.");
const SECOND = t("The second side that is set up under Preference takes their place: unset it.");
const FULL = t("{most_in_contest} compete already, and no more do.", { most_in_contest: MOST_IN_CONTEST });
const NEVER = t("diff_frequency is 0, or unset: no reply is a pair.");

/**
 * The box by which a preset competes.
 * @param {string} name
 */
export function competing(name) {
  const box = el("input", {
    type: "checkbox",
    checked: entrants.has(name),
    "aria-label": t("{name} competes", { name }),
  });
  box.disabled = !box.checked && entrants.isFull;
  if (box.disabled) box.title = FULL;
  box.addEventListener("change", () => entrants.enter(name, box.checked));
  return el("label", { class: "preset-competes" }, box, t("competes"));
}

/** Which compete, how often, and what keeps them from it. */
export class ContestLine {
  constructor() {
    this.words = el("span", { role: "status" });
    this.against = el("select", { "aria-label": t("who meets whom") });
    this.against.addEventListener("change", () => entrants.setAgainst(this.against.value));
    this.always = button("small", t("Make every reply a pair"), () => store.set("diff_frequency", 1));
    this.end = button("small", t("End the contest"), () => entrants.end());
    const actions = el("span", { class: "contest-ways" }, this.against, this.always, this.end);
    this.node = el("div", { class: "contest" }, el("p", {}, this.words), actions);
  }

  paint() {
    const { contest } = store;
    const isSet = contest !== null;
    const never = !(store.value("diff_frequency") > 0);
    this.words.textContent = this.#told();
    this.always.hidden = !isSet || !never;
    this.against.hidden = !isSet;
    this.end.hidden = entrants.presets.length === 0;
    const options = entrants.presets.map(({ name }) =>
      el("option", { value: name }, t("{name} against the others", { name })),
    );
    this.against.replaceChildren(el("option", { value: "" }, EACH), ...options);
    this.against.value = entrants.against;
  }

  #told() {
    const { contest } = store;
    if (!contest) return entrants.presets.length ? ONE : ABOUT;
    if (store.value("second")) return SECOND;
    const never = store.value("diff_frequency") > 0 ? "" : ` ${NEVER}`;
    return t("Pairs are drawn between presets: {between}.{never}", { between: between(contest), never });
  }
}
