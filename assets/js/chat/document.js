// The blocks of a text as nodes. What they are called is looked up here, and a name that is not here is left
// out of it: what is in such an element is shown, as text.
//
// Nothing loads, and nothing is markup: a picture is its words and its address, a link says where it leads.

import { FORMULA } from "../contract.js";
import { button, copyText, el } from "../core/dom.js";
import { t } from "../core/words.js";

/** @import { Data } from "../types" */

const MATHML = "http://www.w3.org/1998/Math/MathML";
const LEADS = ["http:", "https:", "mailto:"];
const BLOCKS = ["p", "ul", "blockquote"];
const PLAIN = ["li", "thead", "tbody", "tr", "em", "strong", "s", "code", "br", "hr"];

/**
 * The nodes of some data.
 * @param {Data[]} data
 * @returns {Node[]}
 */
export const nodesOf = (data) => data.map(nodeOf);

/**
 * @param {Data} data
 * @returns {Node}
 */
function nodeOf(data) {
  if (typeof data === "string") return document.createTextNode(data);
  const [name, attributes, children] = data;
  const make = MAKERS.get(name);
  return make ? make(attributes, children) : el("span", {}, ...nodesOf(children));
}

/** @typedef {(attributes: Record<string, string>, children: Data[]) => Node} Maker */

/**
 * Makes elements of one name, without attributes.
 * @param {string} name
 * @returns {[string, Maker]}
 */
const plain = (name) => [name, (_, children) => el(/** @type {"p"} */ (name), {}, ...nodesOf(children))];

/**
 * Makes blocks of one name, each of which runs the way that its own first words do.
 * @param {string} name
 * @returns {[string, Maker]}
 */
const block = (name) => [
  name,
  (_, children) => el(/** @type {"p"} */ (name), { dir: "auto" }, ...nodesOf(children)),
];

/**
 * A heading of the text stands below those of the page.
 * @param {number} level
 * @returns {[string, Maker]}
 */
const heading = (level) => [
  `h${level}`,
  (_, children) =>
    el(
      /** @type {"h2"} */ (`h${Math.min(level + 1, 6)}`),
      { class: `level-${level}`, dir: "auto" },
      ...nodesOf(children),
    ),
];

/**
 * @param {"th" | "td"} name
 * @returns {[string, Maker]}
 */
const cell = (name) => [
  name,
  ({ align = "" }, children) => el(name, { class: align && `to-${align}` }, ...nodesOf(children)),
];

/** @type {Map<string, Maker>} */
const MAKERS = new Map([
  ...BLOCKS.map(block),
  ...PLAIN.map(plain),
  ...[1, 2, 3, 4, 5, 6].map(heading),
  cell("th"),
  cell("td"),
  [
    "ol",
    ({ start = "1" }, children) => el("ol", { start: Number(start), dir: "auto" }, ...nodesOf(children)),
  ],
  ["table", (_, children) => table(children)],
  ["span", ({ class: look }, children) => el("span", { class: `code-${look}` }, ...nodesOf(children))],
  ["pre", ({ language }, children) => code(language, children)],
  ["a", link],
  ["image", picture],
  ["math", formula],
]);

/** @param {Data[]} children */
const table = (children) =>
  el(
    "div",
    { class: "wide", tabIndex: 0, role: "group", "aria-label": t("table") },
    el("table", { dir: "auto" }, ...nodesOf(children)),
  );

/**
 * @param {string | undefined} language
 * @param {Data[]} children
 */
function code(language, children) {
  const text = el("code", {}, ...nodesOf(children));
  const copy = button("act", t("copy code"), () => copyText(text.textContent ?? "", copy));
  const head = el("div", { class: "code-head" }, el("span", {}, language ?? t("code")), copy);
  return el("div", { class: "code-block" }, head, el("pre", { tabIndex: 0 }, text));
}

/**
 * Where an address leads, in the letters that a browser sends (a foreign one in a name as `xn--`); null where it
 * leads nowhere that one may go.
 * @param {string} address
 */
function destination(address) {
  if (!URL.canParse(address)) return null;
  const { protocol, href } = new URL(address);
  return LEADS.includes(protocol) ? href : null;
}

/**
 * @param {Record<string, string>} attributes
 * @param {Data[]} children
 */
function link({ address, title }, children) {
  const href = destination(address);
  const words = el("span", {}, ...nodesOf(children));
  const shown = el("span", { class: "address" }, href ?? address);
  if (!href) return el("span", { title }, words, " ", shown);
  const isBare = [href, address, href.replace(/^mailto:/, "")].includes(words.textContent ?? "");
  return el(
    "a",
    { href, title, target: "_blank", rel: "noopener noreferrer", class: "leads" },
    ...(isBare ? [shown] : [words, " ", shown]),
  );
}

/**
 * @param {Record<string, string>} attributes
 * @param {Data[]} children
 */
function picture({ address }, children) {
  const words = ["[picture: ", ...nodesOf(children), "]"];
  return el("span", { class: "picture" }, ...words, " ", el("span", { class: "address" }, address));
}

/**
 * @param {Record<string, string>} attributes
 * @param {Data[]} children
 */
function formula({ display, source }, children) {
  const node = part("math", { display }, children);
  node.setAttribute("alttext", source);
  return el("span", { class: `formula ${display}`, title: source }, node);
}

/**
 * A part of a formula; of a name that none has only what is in it.
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {Data[]} children
 */
function part(name, attributes, children) {
  const node = document.createElementNS(MATHML, FORMULA.elements.includes(name) ? name : "mrow");
  for (const [attribute, value] of Object.entries(attributes)) {
    if (FORMULA.attributes.includes(attribute)) node.setAttribute(attribute, value);
  }
  for (const child of children)
    node.append(typeof child === "string" ? child : part(child[0], child[1], child[2]));
  return node;
}
