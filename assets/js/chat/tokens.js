// Tokens coloured by probability, with their alternatives on hover, focus or click.

import { el } from "../core/dom.js";

/** @import { Score } from "../types" */

/** @typedef {{token: string, logprob: number, top: [string, number][]}} Scored */

/**
 * The score of each token that is shown.
 * @type {WeakMap<Element, Scored>}
 */
const scores = new WeakMap();

/** @param {number} logprob */
const percent = (logprob) => {
  const p = Math.exp(logprob) * 100;
  return p >= 99.95 ? "100 %" : p >= 0.1 ? `${p.toFixed(1)} %` : "< 0.1 %";
};

/** Characters that nobody sees, and that turn the direction of all that stands behind them on the line. */
const TURNS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** @param {string} character */
const inHex = (character) => `U+${character.charCodeAt(0).toString(16).toUpperCase()}`;

/**
 * Spaces, line breaks and turns made visible, for lists in which they would vanish.
 * @param {string} token
 */
export const visible = (token) =>
  token === ""
    ? "(empty)"
    : token
        .replace(/\n/g, "\u23ce")
        .replace(/\t/g, "\u21e5")
        .replace(/^ | $/g, "\u00b7")
        .replace(TURNS, inHex);

/**
 * Five steps from likely (0) to surprising (4); the step is also the class that colours it.
 * @param {number} logprob
 */
const surprise = (logprob) => [0.6, 0.3, 0.1, 0.02].filter((limit) => Math.exp(logprob) < limit).length;

/** @param {Score} score */
export function tokenSpan([token, logprob, top]) {
  const apart = token.search(TURNS) < 0 ? "" : " apart"; // not each one: letters of Arabic join across tokens
  const span = el("span", { class: `token surprise-${surprise(logprob)}${apart}` }, token);
  span.dataset.logprob = String(logprob);
  scores.set(span, { token, logprob, top });
  return span;
}

/** @param {Scored} score */
function scoreList({ token, logprob, top }) {
  /** @type {[string, number][]} */
  const all = top.some(([other]) => other === token) ? top : [[token, logprob], ...top];
  return el(
    "ol",
    { class: "alternatives" },
    ...all.map(([other, otherLogprob]) => {
      const bar = el("span", { class: "bar" });
      bar.style.width = `${Math.exp(otherLogprob) * 100}%`;
      return el(
        "li",
        { class: other === token ? "chosen" : "" },
        el("code", {}, visible(other)),
        el("span", { class: "track" }, bar),
        el("span", { class: "number" }, percent(otherLogprob)),
      );
    }),
  );
}

/** @type {HTMLElement | null} */
let card = null;

export function hideCard() {
  card?.remove();
  card = null;
}

/** @param {HTMLElement} span */
function showCard(span) {
  hideCard();
  const score = scores.get(span);
  if (!score) return;
  const { token, logprob } = score;
  card = el(
    "div",
    { class: "token-card", role: "tooltip" },
    el(
      "p",
      {},
      el("code", {}, visible(token)),
      ` drawn at ${percent(logprob)}, logprob ${logprob.toFixed(3)}`,
    ),
    scoreList(score),
  );
  document.body.append(card);
  const box = span.getBoundingClientRect();
  const width = card.offsetWidth;
  card.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
  const below = box.bottom + 6 + card.offsetHeight < innerHeight;
  card.style.top = `${below ? box.bottom + 6 : Math.max(8, box.top - card.offsetHeight - 6)}px`;
}

/**
 * @param {Event} event
 * @returns {HTMLElement | null}
 */
const tokenOf = ({ target }) => (target instanceof Element ? target.closest(".token") : null);
/** @param {PointerEvent} event */
const hovers = (event) => event.pointerType !== "touch"; // a finger that is lifted "leaves" what it has tapped

addEventListener("pointerdown", (event) => {
  if (!tokenOf(event)) hideCard();
});

/**
 * One set of listeners for all tokens below `root`; arrow keys walk from token to token, a tap shows one.
 * @param {HTMLElement} root
 */
export function listenForTokens(root) {
  root.addEventListener("pointerover", (event) => {
    const span = tokenOf(event);
    if (span && hovers(event)) showCard(span);
  });
  root.addEventListener("pointerout", (event) => {
    if (tokenOf(event) && hovers(event)) hideCard();
  });
  root.addEventListener("click", (event) => {
    const span = tokenOf(event);
    if (span) showCard(span);
  });
  root.addEventListener("focusin", (event) => {
    const span = tokenOf(event);
    if (span) showCard(span);
  });
  root.addEventListener("focusout", hideCard);
  root.addEventListener("keydown", (event) => {
    const span = tokenOf(event);
    const neighbours = { ArrowRight: span?.nextElementSibling, ArrowLeft: span?.previousElementSibling };
    const next = neighbours[/** @type {keyof typeof neighbours} */ (event.key)];
    if (span && next instanceof HTMLElement) {
      span.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
      event.preventDefault();
    }
  });
}
