// The choice of a preset in the bar, and the way to all of them. Whether what is set is still what it sets is
// said beside its name.

import { button, el, fill } from "../core/dom.js";
import { recall, remember } from "../core/memory.js";
import { same, store } from "../core/store.js";
import { t } from "../core/words.js";
import { PresetsDialog } from "./dialog.js";
import { library } from "./library.js";
import { setAlike } from "./merge.js";

let chosen = "";
/** The chosen one's name, where the screen has no room for Gradio's list: the dialog is the list there. */
const now = el("span", { class: "preset-now" });

/**
 * Has this preset be the one that is chosen, without setting anything.
 * @param {string} name
 */
function call(name) {
  chosen = name;
  remember("preset", name);
  store.tell("presets", null);
}

/**
 * Sets what a preset sets, and unsets the rest.
 * @param {string} name
 */
export function choosePreset(name) {
  const preset = library.get(name);
  if (!preset) return;
  store.setAll({ ...preset.parameters, extra_body: preset.extra_body });
  call(name);
}

function showChanged() {
  const preset = library.get(chosen);
  const set = { parameters: store.parameters, extra_body: store.value("extra_body") };
  // Before there is a preview, rows may not be here yet.
  const isChanged = preset !== undefined && store.preview !== null && !setAlike(preset, set);
  document.querySelector("#preset")?.toggleAttribute("data-changed", isChanged);
  now.textContent = preset ? `: ${chosen}${isChanged ? " *" : ""}` : "";
}

/** @param {import("../types").Mount} mount */
export function mount({ element, props }) {
  library.ship(props.presets);
  chosen = recall("preset") ?? props.first;
  /** @type {{names: string[], value: string | null}} */
  let offered = { names: library.shipped.map(({ name }) => name), value: chosen };
  const offer = () => {
    const names = library.all.map(({ name }) => name);
    const made = { names, value: names.includes(chosen) ? chosen : null };
    if (!same(made, offered)) props.value = made; // hands it to Gradio's own list
    offered = made;
    showChanged();
  };
  const dialog = new PresetsDialog({ use: choosePreset, call, chosen: () => chosen });
  const opener = button("small", t("Presets"), () => dialog.open());
  opener.append(now);
  fill(element, opener);
  store.on("presets", offer);
  store.on("preview", showChanged);
  store.tell("presets", null);
  library.load();
}
