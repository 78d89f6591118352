// What stands on the wall of the class room: large type, one thing at a time.

import { amount } from "../core/amounts.js";
import { el } from "../core/dom.js";
import { t } from "../core/words.js";
import { histogramOf, Part, Plot, votesForWords } from "./parts.js";

/** @import { Membership } from "./membership.js" */

const PREDICTIONS = "predictions";
const PLOT = "plot";

/**
 * @param {HTMLElement} root
 * @param {Membership} membership
 * @param {() => void} ongone
 */
export function showProjector(root, membership, ongone) {
  const invitation = { link: "", picture: "" };
  const parts = {
    joining: new Part("joining", joiningOf),
    question: new Part("question", questionOf),
    running: new Part("running", runningOf),
    histogram: new Part("histogram", ({ view }) => [histogramOf(view, view.revealed, true)]),
    sampler: new Part("sampler", samplerOf),
    closed: new Part("closed", () => [el("h1", {}, t("Thank you"))]),
  };
  const plot = new Plot();
  const status = el("p", { class: "room-status", role: "status" });
  root.replaceChildren(
    el(
      "main",
      { class: "room projector" },
      status,
      ...Object.values(parts).map((part) => part.node),
      plot.node,
    ),
  );
  /** @param {any} view */
  const onview = (view) => {
    const { step, sampler, revealed, choices } = view;
    const shows = sampler ? "sampler" : step;
    status.textContent = view.is_paused ? t("Paused") : "";
    const { code, counts, title } = view;
    parts.joining.paint(shows === "gathering" && { ...invitation, code, title, students: counts.students });
    const predicted = revealed.histogram.reduce(
      (/** @type {number} */ sum, /** @type {number} */ n) => sum + n,
      0,
    );
    const question = { question: view.question, choices, predicted, students: counts.students };
    parts.question.paint(shows === "predict" && question);
    parts.running.paint(shows === "run" && { prompt: view.prompt, counts });
    const { histogram, right } = revealed;
    const shown = shows === "reveal" && choices.length > 0;
    parts.histogram.paint(shown && { view: { choices, revealed: { histogram, right } } });
    parts.sampler.paint(sampler);
    parts.closed.paint(shows === "closed" && { closed: true });
    plot.paint(shows === "run" || shows === "reveal" ? revealed.plot : null);
    root.dataset.shows = shown ? PREDICTIONS : PLOT;
  };
  membership.link().then((told) => {
    Object.assign(invitation, told);
    membership.follow({
      onview,
      onlost: () => {
        status.textContent = t("The connection is lost. It is tried again.");
      },
      ongone,
    });
  });
}

/** @param {{link: string, picture: string, code: string, title: string, students: number}} view */
function joiningOf({ link, picture, code, title, students }) {
  return [
    el("h1", {}, title || t("Join the class")),
    el("img", { class: "qr", src: picture, alt: t("QR code of the link") }),
    el("p", { class: "big-code" }, code),
    el("p", { class: "room-link" }, link.replace(/^https?:\/\//, "")),
    el("p", { class: "who" }, amount(students, "student")),
  ];
}

/** @param {{question: string, choices: string[], predicted: number, students: number}} view */
function questionOf({ question, choices, predicted, students }) {
  return [
    el("h1", {}, question || t("What will happen?")),
    el("ol", { class: "choices" }, ...choices.map((text) => el("li", {}, text))),
    el(
      "p",
      { class: "who" },
      t("{predicted} of {students} predicted", { predicted, students: amount(students, "student") }),
    ),
  ];
}

/** @param {{prompt: string, counts: any}} view */
function runningOf({ prompt, counts }) {
  return [
    el("h1", {}, prompt),
    el(
      "p",
      { class: "who" },
      t("{answered} of {students} answered", {
        answered: counts.answered ?? 0,
        students: amount(counts.students, "student"),
      }),
    ),
  ];
}

/** @param {any} sampler */
function samplerOf(sampler) {
  return [
    el("h1", { class: "sampled" }, sampler.text, el("span", { class: "caret" }, "\u2026")),
    votesForWords(sampler),
  ];
}
