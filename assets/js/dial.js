// What diff_frequency and the settings of the second answer come to, in one sentence.

import { el } from "./dom.js";
import { page } from "./page.js";

const MOST = 20;

/** "1 in 4" for 0.25, with the smallest numbers that are near enough. */
export function oneIn(share) {
  for (let whole = 1; whole <= MOST; whole += 1) {
    const part = Math.round(share * whole);
    if (part > 0 && part < whole && Math.abs(share - part / whole) < 0.004) return `${part} in ${whole}`;
  }
  return `${(share * 100).toPrecision(2)} in 100`;
}

export function mount({ element, props }) {
  const line = el("p", { class: "dial", role: "status" });
  element.querySelector(".mount").append(line);

  function show() {
    const value = (name) => page.rows.get(name)?.value();
    const share = value("diff_frequency") ?? 0;
    const given = Object.keys(props.defaults).map((name) => [name, value(`pref_params.${name}`)]).filter(([, set]) => set !== undefined);
    const second = (given.length ? given : Object.entries(props.defaults)).map(([name, set]) => `${name} ${set}`).join(", ");
    if (value("second")) line.textContent = "Every reply comes as two answers: the second as set up below.";
    else if (!(share > 0)) line.textContent = "Every reply is one answer.";
    else line.textContent = `${share >= 1 ? "Every reply" : `About ${oneIn(share)} replies`} comes as two answers${share >= 1 ? "" : ", drawn anew each time"}; the second with ${second}.`;
  }

  page.addGroup({ show, open() {}, rows: [] });
  show();
}
