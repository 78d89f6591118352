// Whether what is set is still what the chosen preset sets: beside its name it is said when it is not.

import { page } from "./page.js";

const sorted = (value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value);
const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

export function mount({ props }) {
  document.addEventListener("playground:preview", () => {
    const box = document.querySelector("#preset");
    const chosen = props.presets[box?.querySelector("input")?.value];
    box?.toggleAttribute("data-changed", !chosen || !same(chosen, page.parameters()));
  });
}
