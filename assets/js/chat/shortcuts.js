// The keys of the page: Escape stops an answer, or leaves off an edit, r turns between Markdown and raw text, and
// a vote has a key for each of its buttons.

import { VOTE_KEYS } from "../contract.js";
import { store } from "../core/store.js";
import { composer } from "./composer.js";
import { reading } from "./reading.js";

/** @import { Said } from "../types" */

const FIELDS = "input:not([type=radio], [type=checkbox]), textarea, select, #bar, #parameters, dialog";
const RAW_KEY = "r";
/** @type {Map<string, string>} */
const SAID = new Map(Object.entries(VOTE_KEYS));

/** @typedef {{stop: () => void, cancelEdit: () => void, voteByKey: (said: Said) => void}} Actions */

/** @param {Actions} actions */
export function listenForShortcuts({ stop, cancelEdit, voteByKey }) {
  addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest(".skip"))) return;
    event.preventDefault(); // the address stays as it is
    composer.box?.focus();
  });
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const within = (/** @type {string} */ selector) =>
      event.target instanceof Element && event.target.closest(selector) !== null;
    if (event.key === "Escape" && !within("#bar, dialog")) {
      if (store.busy) stop();
      else if (within("#composer, #panes")) cancelEdit(); // in a parameter's field it is meant for that
    }
    const modified = event.repeat || event.ctrlKey || event.metaKey || event.altKey;
    if (modified || document.body.dataset.view || within(FIELDS)) return;
    if (event.key === RAW_KEY) reading.turn();
    const said = SAID.get(event.key);
    if (said) voteByKey(/** @type {Said} */ (said));
  });
}
