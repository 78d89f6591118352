// Builds DOM nodes from data. Text always goes in as text: nothing here ever parses markup.

import { t } from "./words.js";

/**
 * A property or attribute by name; one that begins with "on" listens to that event.
 * @typedef {{[name: string]: unknown} & {[event in `on${string}`]?: (event: any) => void}} Attributes
 */

/** @typedef {Node | string | number | null | undefined | false} Child  What is nothing is left out. */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (name === "class") node.className = String(value);
    else if (name in node && name !== "list" && name !== "form") Object.assign(node, { [name]: value });
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...nodes(children));
  return node;
}

/**
 * Those that are something, as a node takes them.
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
export function nodes(children) {
  const kept = children.filter((child) => child !== null && child !== undefined && child !== false);
  return kept.map((child) =>
    typeof child === "number" ? String(child) : /** @type {Node | string} */ (child),
  );
}

/**
 * A button of a class of looks.
 * @param {string} looks
 * @param {Child} text
 * @param {(event: any) => void} onclick
 * @param {Attributes} [attributes]
 */
export const button = (looks, text, onclick, attributes = {}) =>
  el("button", { type: "button", class: looks, onclick, ...attributes }, text);

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

let nextId = 0;

/**
 * An id that no other element of the page has, for labels and descriptions.
 * @param {string} stem
 */
export function uniqueId(stem) {
  nextId += 1;
  return `${stem}-${nextId}`;
}

/**
 * Where a custom component puts what it shows.
 * @param {HTMLElement} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.querySelector(".mount")?.append(...nodes(children));
}

/**
 * Browsers offer the clipboard to secure pages alone, and not in every frame; a class on a local network has a plain
 * page.
 * @param {string} text
 */
function copyByHand(text) {
  const box = el("textarea", { value: text, readOnly: true, class: "visually-hidden" });
  (document.querySelector("dialog[open]") ?? document.body).append(box); // what is behind one cannot be selected
  box.select();
  document.execCommand("copy");
  box.remove();
}

const MOST_READ = 1.8e6; // bytes: more than any file of settings has, and less than a server refuses without a word

/**
 * What is in a file that somebody has chosen, as far as it may be one of settings.
 * @param {File} file
 */
export const beginningOf = (file) => file.slice(0, MOST_READ).text();

/**
 * Hands a text over as a file to be saved.
 * @param {string} name
 * @param {string} text
 * @param {string} [type]
 */
export function saveFile(name, text, type = "application/json") {
  const url = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000); // some browsers read it a moment later
}

/**
 * @param {string} text
 * @param {HTMLElement} button  says for a moment that it is done
 */
export async function copyText(text, button) {
  if (navigator.clipboard) await navigator.clipboard.writeText(text).catch(() => copyByHand(text));
  else copyByHand(text);
  const label = button.textContent;
  button.textContent = t("copied");
  setTimeout(() => {
    button.textContent = label;
  }, 1200);
}
