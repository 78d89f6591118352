// Keeps the focus of who works by keyboard: where what had it goes away, what stands nearest has it, and not nothing.

const TAKES_FOCUS = ":is(a[href], button, input, select, textarea, summary, [tabindex='0']):not(:disabled)";
const FIELDS = "input, select, textarea";
const MOST = 12; // of what can be focused: among more, the first is not near

/** @type {HTMLElement[]} */
let around = []; // what had the focus by keyboard, and all that it stood in
let looks = false;
let view = ""; // the one that was opened last

/** @param {Element} node */
const isShown = (node) => node.checkVisibility({ visibilityProperty: true });

/**
 * What can have the focus in the stead of what stood in this; null where nothing near can.
 * @param {HTMLElement} node
 * @returns {HTMLElement | null}
 */
function nearestIn(node) {
  if (node.matches(TAKES_FOCUS)) return node;
  if (node.matches(".turns")) return null; // its pane, which is read on
  const found = [.../** @type {NodeListOf<HTMLElement>} */ (node.querySelectorAll(TAKES_FOCUS))].filter(
    isShown,
  );
  if (found.length > MOST) return null;
  return found.find((each) => each.matches(FIELDS)) ?? found[0] ?? null;
}

function look() {
  looks = false;
  if (document.activeElement !== document.body) return;
  for (const node of around) {
    const next = node.isConnected && isShown(node) && nearestIn(node);
    if (next) return next.focus();
  }
  document.getElementById(`open-${view}`)?.focus();
}

/** Looks after each change of the page, once it has been drawn: a browser takes the focus from what is hidden then. */
export function keepFocus() {
  addEventListener("focusin", ({ target }) => {
    around = [];
    if (!(target instanceof HTMLElement && target.matches(":focus-visible"))) return;
    for (
      let node = /** @type {HTMLElement | null} */ (target);
      node && node !== document.body;
      node = node.parentElement
    )
      around.push(node);
  });
  addEventListener("pointerdown", () => {
    around = [];
  });
  const attributeFilter = ["disabled", "hidden", "data-view"];
  new MutationObserver(() => {
    view = document.body.dataset.view ?? view;
    if (looks || !around.length) return;
    looks = true;
    requestAnimationFrame(() => setTimeout(look));
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter });
}
