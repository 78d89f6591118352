// Presets: what one sets, and whether what is set is still that: beside its name it is said when it is not.

import { recall, remember } from "./memory.js";
import { page } from "./page.js";

const sorted = (value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value);
const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** Gives each row but the conversation's what a preset or an example sets, and unsets the rest, whatever was typed there. */
export function apply(set, rows) {
  for (const row of rows) {
    const [name, inner] = row.name.split(".");
    if (row.name !== "messages") row.set(inner ? set[name]?.[inner] : set[name]);
  }
}

export function mount({ props }) {
  let chosen = props.presets[recall("preset") ?? props.first];
  page.preset = {
    choose(name) {
      chosen = props.presets[name];
      remember("preset", name);
      apply(chosen, page.rows.values());
    },
  };
  document.addEventListener("playground:preview", () => {
    document.querySelector("#preset")?.toggleAttribute("data-changed", !chosen || !same(chosen, page.parameters()));
  });
}
