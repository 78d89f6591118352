// What shows that an answer is under way.

import { store } from "../core/store.js";
import { whole } from "../core/whole.js";

/**
 * The page looks busy, and Stop is announced as what can be pressed, while there is something to stop. It
 * keeps the focus of who has pressed it, which a button that is disabled for good would lose.
 * @param {boolean} busy
 */
function show(busy) {
  if (busy) document.body.dataset.busy = "true";
  else delete document.body.dataset.busy;
  document.getElementById("stop")?.setAttribute("aria-disabled", String(!busy));
}

/** From when Gradio has made its buttons. */
export function showBusy() {
  store.on("busy", show);
  whole().then(() => show(store.busy));
}
