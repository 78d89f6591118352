// Tokens coloured by probability, with their alternatives on hover, focus or click.

import { el } from "./dom.js";

const percent = (logprob) => {
  const p = Math.exp(logprob) * 100;
  return p >= 99.95 ? "100 %" : p >= 0.1 ? `${p.toFixed(1)} %` : "< 0.1 %";
};

/** Characters that nobody sees, and that turn the direction of all that stands behind them on the line. */
const TURNS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const inHex = (character) => `U+${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** Spaces, line breaks and turns made visible, for lists in which they would vanish. */
export const visible = (token) => (token === "" ? "(empty)" : token.replace(/\n/g, "\u23ce").replace(/\t/g, "\u21e5").replace(/^ | $/g, "\u00b7").replace(TURNS, inHex));

/** Five steps from likely (0) to surprising (4); the step is also the class that colours it. */
export const surprise = (logprob) => [0.6, 0.3, 0.1, 0.02].filter((limit) => Math.exp(logprob) < limit).length;

export function tokenSpan([token, logprob, top]) {
  const apart = token.search(TURNS) < 0 ? "" : " apart";  // not each one: letters of Arabic join across tokens
  const span = el("span", { class: `token surprise-${surprise(logprob)}${apart}` }, token);
  span.dataset.logprob = logprob;
  span.score = { token, logprob, top };
  return span;
}

export function scoreList({ token, logprob, top }) {
  const all = top.some(([other]) => other === token) ? top : [[token, logprob], ...top];
  return el("ol", { class: "alternatives" }, ...all.map(([other, otherLogprob]) => {
    const bar = el("span", { class: "bar" });
    bar.style.width = `${Math.exp(otherLogprob) * 100}%`;
    return el("li", { class: other === token ? "chosen" : "" }, el("code", {}, visible(other)), el("span", { class: "track" }, bar), el("span", { class: "number" }, percent(otherLogprob)));
  }));
}

let card = null;

export function hideCard() {
  card?.remove();
  card = null;
}

function showCard(span) {
  hideCard();
  const { token, logprob } = span.score;
  card = el("div", { class: "token-card", role: "tooltip" }, el("p", {}, el("code", {}, visible(token)), ` drawn at ${percent(logprob)}, logprob ${logprob.toFixed(3)}`), scoreList(span.score));
  document.body.append(card);
  const box = span.getBoundingClientRect();
  const width = card.offsetWidth;
  card.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
  const below = box.bottom + 6 + card.offsetHeight < innerHeight;
  card.style.top = `${below ? box.bottom + 6 : Math.max(8, box.top - card.offsetHeight - 6)}px`;
}

const tokenOf = (event) => event.target.closest?.(".token");
const hovers = (event) => event.pointerType !== "touch";  // a finger that is lifted "leaves" what it has tapped

addEventListener("pointerdown", (event) => { if (!tokenOf(event)) hideCard(); });

/** One set of listeners for all tokens below `root`; arrow keys walk from token to token, a tap shows one. */
export function listenForTokens(root) {
  root.addEventListener("pointerover", (event) => { const span = tokenOf(event); if (span && hovers(event)) showCard(span); });
  root.addEventListener("pointerout", (event) => { if (tokenOf(event) && hovers(event)) hideCard(); });
  root.addEventListener("click", (event) => { const span = tokenOf(event); if (span) showCard(span); });
  root.addEventListener("focusin", (event) => { const span = tokenOf(event); if (span) showCard(span); });
  root.addEventListener("focusout", hideCard);
  root.addEventListener("keydown", (event) => {
    const span = tokenOf(event);
    const next = span && { ArrowRight: span.nextElementSibling, ArrowLeft: span.previousElementSibling }[event.key];
    if (next) { span.tabIndex = -1; next.tabIndex = 0; next.focus(); event.preventDefault(); }
  });
}
