// Tokens coloured by surprise, with their alternatives on hover, focus or click; a click on one goes on from it.

import { ROUNDING, UNSCORED } from "../contract.js";
import { button, el } from "../core/dom.js";
import { fixed, t } from "../core/words.js";
import { isText } from "./branching.js";

/** @import { Score } from "../types" */

/** @typedef {{token: string, logprob: number, top: [string, number][]}} Scored */
/**
 * What becomes of a click on an alternative: why nothing does, or what is to be known before, and the way.
 * @typedef {{refusal: string, warning: string, go: ((piece: string) => void) | null}} Way
 */
/** @typedef {(span: HTMLElement, place: number) => Way} Ways */

/**
 * The score of each token that is shown.
 * @type {WeakMap<Element, Scored>}
 */
const scores = new WeakMap();

/**
 * Whether a number that a server gave can be a log probability.
 * @param {number} logprob
 */
export const isUsable = (logprob) => logprob > UNSCORED && logprob <= ROUNDING;

/** @param {number} logprob */
export const percent = (logprob) => {
  if (!isUsable(logprob)) return t("no score");
  const p = Math.exp(logprob) * 100;
  return p >= 99.95 ? "100 %" : p >= 0.1 ? `${fixed(p, 1)} %` : "< 0.1 %";
};

/**
 * How surprising a token of this log probability is.
 * @param {number} logprob
 */
export const bits = (logprob) =>
  isUsable(logprob) ? t("{bits} bits", { bits: fixed(Math.abs(logprob / Math.LN2), 1) }) : "\u2013";

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
    ? t("(empty)")
    : token
        .replace(/\n/g, "\u23ce")
        .replace(/\t/g, "\u21e5")
        .replace(/^ | $/g, "\u00b7")
        .replace(TURNS, inHex);

/** The probabilities below which a token has the next colour. */
export const LIMITS = [0.6, 0.3, 0.1, 0.02];

/**
 * Five steps from likely (0) to surprising (4); the step is also the class that colours it.
 * @param {number} logprob
 */
const surprise = (logprob) => LIMITS.filter((limit) => Math.exp(logprob) < limit).length;

/** @param {Score} score */
export function tokenSpan([token, logprob, top]) {
  const apart = token.search(TURNS) < 0 ? "" : t(" apart"); // not each one: letters of Arabic join across tokens
  const span = el("span", { class: `token surprise-${surprise(logprob)}${apart}` }, token);
  span.dataset.logprob = String(logprob);
  scores.set(span, { token, logprob, top });
  return span;
}

/** @param {HTMLElement} span */
const placeOf = (span) => [...(span.parentElement?.children ?? [])].indexOf(span);

/**
 * One of the likeliest, as a button where the answer can go on from it.
 * @param {[string, number]} score
 * @param {boolean} isChosen
 * @param {Way["go"]} go
 */
function alternative([token, logprob], isChosen, go) {
  const bar = el("span", { class: "bar" });
  bar.style.width = `${Math.exp(logprob) * 100}%`;
  const parts = [el("code", {}, visible(token)), el("span", { class: "track" }, bar)];
  parts.push(el("span", { class: "number" }, percent(logprob)));
  if (!go || isChosen || !isText(token)) return el("li", { class: isChosen ? "chosen" : "" }, ...parts);
  const label = t("go on with “{visible}”, {percent}", {
    visible: visible(token),
    percent: percent(logprob),
  });
  const goOn = () => {
    hideCard();
    go(token);
  };
  const way = button("alternative", "", goOn, { "aria-label": label });
  way.append(...parts);
  return el("li", {}, way);
}

/** @param {Scored} score */
const drawn = ({ logprob }) =>
  t("drawn at {percent}, {bits}, logprob {logprob}", {
    percent: percent(logprob),
    bits: bits(logprob),
    logprob: fixed(logprob, 3),
  });

/**
 * @param {Scored} score
 * @param {Way["go"]} go
 */
function scoreList({ token, logprob, top }, go) {
  /** @type {[string, number][]} */
  const all = top.some(([other]) => other === token) ? top : [[token, logprob], ...top];
  const rows = all.map((score) => alternative(score, score[0] === token, go));
  return el("ol", { class: "alternatives" }, ...rows);
}

/** @type {{node: HTMLElement, span: HTMLElement, pinned: boolean} | null} */
let card = null;
const told = el("p", { class: "visually-hidden", role: "status" });
document.body.append(told);

export function hideCard() {
  card?.node.remove();
  card = null;
}

/**
 * @param {HTMLElement} span
 * @param {Way | null} way  pins the card, and says what a click on an alternative does
 */
function showCard(span, way = null) {
  hideCard();
  const score = scores.get(span);
  if (!score) return;
  const go = way?.go ?? null;
  const others = score.top.some(([token]) => token !== score.token && isText(token));
  const offer =
    go && others
      ? t("Click another: the answer goes on with it, and this one stays. {warning}", {
          warning: way?.warning,
        })
      : "";
  const node = el(
    "div",
    { class: way ? "token-card pinned" : "token-card", role: way ? "dialog" : "tooltip" },
    el("p", {}, el("code", {}, visible(score.token)), ` ${drawn(score)}`),
    scoreList(score, go),
    way && el("p", { class: "fine" }, offer || way.refusal),
  );
  if (way) node.setAttribute("aria-label", t("alternatives"));
  document.body.append(node);
  card = { node, span, pinned: way !== null };
  const box = span.getBoundingClientRect();
  node.style.left = `${Math.max(8, Math.min(box.left, innerWidth - node.offsetWidth - 8))}px`;
  const below = box.bottom + 6 + node.offsetHeight < innerHeight;
  node.style.top = `${below ? box.bottom + 6 : Math.max(8, box.top - node.offsetHeight - 6)}px`;
}

/**
 * @param {Event} event
 * @returns {HTMLElement | null}
 */
const tokenOf = ({ target }) => (target instanceof Element ? target.closest(".token") : null);
/**
 * Not a finger: one that is lifted "leaves" what it has tapped.
 * @param {PointerEvent} event
 */
const hovers = (event) => event.pointerType !== "touch" && !card?.pinned;
/** @param {EventTarget | null} target */
const isInCard = (target) => target instanceof Node && card?.node.contains(target) === true;

addEventListener("resize", hideCard);
addEventListener("pointerdown", (event) => {
  if (!tokenOf(event) && !isInCard(event.target)) hideCard();
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !card?.pinned) return;
  const { span } = card;
  hideCard();
  span.focus();
  event.stopPropagation();
});

/**
 * One set of listeners for all tokens below `root`; arrow keys walk from token to token, a tap or Enter pins one.
 * @param {HTMLElement} root
 * @param {Ways} ways  tells what a click on an alternative of a token does
 */
export function listenForTokens(root, ways) {
  const pin = (/** @type {HTMLElement} */ span) => showCard(span, ways(span, placeOf(span)));
  root.addEventListener("pointerover", (event) => {
    const span = tokenOf(event);
    if (span && hovers(event)) showCard(span);
  });
  root.addEventListener("pointerout", (event) => {
    if (tokenOf(event) && hovers(event)) hideCard();
  });
  root.addEventListener("click", (event) => {
    const span = tokenOf(event);
    if (span) pin(span);
  });
  root.addEventListener("focusin", (event) => {
    const span = tokenOf(event);
    const score = span && scores.get(span);
    if (!span || !score) return;
    showCard(span);
    told.textContent = `${visible(score.token)}, ${drawn(score)}`;
  });
  root.addEventListener("focusout", ({ relatedTarget }) => {
    if (!isInCard(relatedTarget)) hideCard();
  });
  root.addEventListener("keydown", (event) => {
    const span = tokenOf(event);
    if (span) walk(event, span, pin);
  });
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} span
 * @param {(span: HTMLElement) => void} pin
 */
function walk(event, span, pin) {
  const steps = { ArrowRight: span.nextElementSibling, ArrowLeft: span.previousElementSibling };
  const next = steps[/** @type {keyof typeof steps} */ (event.key)];
  if (next instanceof HTMLElement) {
    span.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  } else if (event.key === "Enter") {
    pin(span);
    card?.node.querySelector("button")?.focus();
  } else return;
  event.preventDefault();
}
