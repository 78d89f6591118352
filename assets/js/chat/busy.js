// What shows that an answer is under way.

/**
 * The page looks busy, and Stop is announced as what can be pressed, while there is something to stop. It
 * keeps the focus of who has pressed it, which a button that is disabled for good would lose.
 * @param {boolean} busy
 */
export function showBusy(busy) {
  if (busy) document.body.dataset.busy = "true";
  else delete document.body.dataset.busy;
  document.getElementById("stop")?.setAttribute("aria-disabled", String(!busy));
}
