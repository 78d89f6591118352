// What diff_frequency and the settings of the second answer come to, in one sentence.

import { el, fill } from "../core/dom.js";
import { store } from "../core/store.js";
import { number, t } from "../core/words.js";

const MOST = 20;

/**
 * "1 in 4" for 0.25, with the smallest numbers that are near enough.
 * @param {number} share
 */
export function oneIn(share) {
  for (let whole = 1; whole <= MOST; whole += 1) {
    const part = Math.round(share * whole);
    if (part > 0 && part < whole && Math.abs(share - part / whole) < 0.004)
      return t("{part} in {whole}", { part, whole });
  }
  return t("{share} in 100", {
    share: number(share * 100, { minimumSignificantDigits: 2, maximumSignificantDigits: 2 }),
  });
}

/**
 * What will come, from what is set.
 * @param {Record<string, any>} defaults  the settings of a second answer while none of its own are set
 */
function sentence(defaults) {
  const share = store.value("diff_frequency") ?? 0;
  if (store.value("second")) return t("Every reply comes as two answers: the second as set up below.");
  if (!(share > 0)) return t("Every reply is one answer.");
  if (store.contest)
    return t("{how}; between presets: {between}.", { how: how(share), between: between(store.contest) });
  const names = Object.keys(defaults);
  const own = names
    .map((name) => [name, store.value(`pref_params.${name}`)])
    .filter(([, value]) => value !== undefined);
  const settings = (own.length ? own : Object.entries(defaults)).map((pair) => pair.join(" ")).join(", ");
  return t("{how}; the second with {settings}.", { how: how(share), settings });
}

/**
 * How often there are two.
 * @param {number} share
 */
function how(share) {
  const [some, drawn] =
    share >= 1
      ? [t("Every reply"), ""]
      : [t("About {one_in} replies", { one_in: oneIn(share) }), t(", drawn anew each time")];
  return t("{some} comes as two answers{drawn}", { some, drawn });
}

/**
 * Which presets meet.
 * @param {import("../types").Contest} contest
 */
export function between({ presets, against }) {
  const names = presets.map(({ name }) => name).filter((name) => name !== against);
  return against ? t("{against} against {names}", { against, names: names.join(", ") }) : names.join(", ");
}

/** @param {import("../types").Mount} mount */
export function mount({ element, props }) {
  const line = el("p", { class: "dial", role: "status" });
  const show = () => {
    line.textContent = sentence(props.defaults);
  };
  fill(element, line);
  store.on("value", show);
  store.on("contest", show);
  show();
}
