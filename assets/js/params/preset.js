// Presets: what one sets, and whether what is set is still that: beside its name it is said when it is not.

import { recall, remember } from "../core/memory.js";
import { same, store } from "../core/store.js";

/** @type {Record<string, Record<string, any>>} */
let presets = {};
/** @type {Record<string, any> | undefined} */
let chosen;

/**
 * A value with its names in one order, however it was written.
 * @param {any} value
 * @returns {any}
 */
function sorted(value) {
  if (!value || typeof value !== "object" || Array.isArray(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}

/**
 * Sets what a preset sets, and unsets the rest.
 * @param {string} name
 */
export function choosePreset(name) {
  chosen = presets[name];
  remember("preset", name);
  store.setAll(chosen ?? {});
}

/** @param {import("../types").Mount} mount */
export function mount({ props }) {
  presets = props.presets;
  chosen = presets[recall("preset") ?? props.first];
  store.on("preview", () => {
    const changed = !chosen || !same(sorted(chosen), sorted(store.parameters));
    document.querySelector("#preset")?.toggleAttribute("data-changed", changed);
  });
}
