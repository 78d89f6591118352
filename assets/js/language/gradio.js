// The few words that Gradio itself puts on the page, from Python: buttons, labels and placeholders. They are looked up
// as they come, before they are painted; what our own modules put there speaks the page's language already.

import { language, t, translated } from "../core/words.js";

const OURS = ".mount, dialog, [role=listbox], svg, style, script";
const ATTRIBUTES = ["placeholder", "aria-label", "title"];

/** @param {Text} node */
function say(node) {
  const text = node.data.trim();
  const said = text && !node.parentElement?.closest(OURS) ? translated(text) : text;
  if (said !== text) node.data = node.data.replace(text, () => said);
}

/** @param {Element} node */
function sayAttributes(node) {
  if (node.closest(OURS)) return;
  for (const name of ATTRIBUTES) {
    const text = node.getAttribute(name);
    const said = text && translated(text);
    if (said && said !== text) node.setAttribute(name, said);
  }
}

/** @param {Node} root */
function sayAll(root) {
  if (root instanceof Text) say(root);
  if (!(root instanceof Element) || root.closest(OURS)) return;
  sayAttributes(root);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node instanceof Element && node.matches(OURS) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node instanceof Text) say(node);
    else if (node instanceof Element) sayAttributes(node);
  }
}

const OF_STYLES = {
  "--pp-enter": t("Enter sends, Shift+Enter: new line"),
  "--pp-changed": t("changed"),
  "--pp-locked": t("locked"),
  "--pp-calls": t("calls"),
  "--pp-takes": t("takes"),
};
for (const [name, said] of Object.entries(OF_STYLES)) {
  document.documentElement.style.setProperty(name, JSON.stringify(said));
}
if (language !== "en") {
  const observer = new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "childList") for (const node of addedNodes) sayAll(node);
      else sayAll(target);
    }
  });
  const all = {
    childList: true,
    characterData: true,
    subtree: true,
    attributes: true,
    attributeFilter: ATTRIBUTES,
  };
  observer.observe(document.documentElement, all);
  sayAll(document.body);
}
