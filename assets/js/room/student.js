// What a student sees of a room: one thing at a time, and where everybody is.

import { nodesOf } from "../chat/document.js";
import { button, el } from "../core/dom.js";
import { t } from "../core/words.js";
import { histogramOf, Part, Plot, saidOf, wallOf, wordOf } from "./parts.js";

/** @import { Data } from "../types" */
/** @import { Membership } from "./membership.js" */

/** @type {[string, string][]} */
const STEPS = [
  ["predict", t("Predict")],
  ["run", t("Run")],
  ["reveal", t("Reveal")],
];

/** @type {Record<string, string>} */
const WAITS = {
  gathering: t("You are in. It begins when your teacher says so."),
  closed: t("Your teacher has closed this room. Thank you for taking part."),
};

/** @type {Map<string, string>} */
const draft = new Map(); // what is half typed, by the prompt that it began as

/**
 * Draws the room into `root` for as long as it lives.
 * @param {HTMLElement} root
 * @param {Membership} membership
 * @param {string} name  the server keeps it in its memory alone: after a restart it is told again
 * @param {() => void} ongone
 */
export function showStudent(root, membership, name, ongone) {
  const status = el("p", { class: "room-status", role: "status" });
  const problem = el("p", { class: "problem", role: "alert" });
  const act = async (/** @type {string} */ name, /** @type {Record<string, unknown>} */ more = {}) => {
    problem.textContent = await membership.act(name, more);
  };
  const parts = {
    head: new Part("room-head", headOf),
    text: new Part("lesson-text", (/** @type {{text: Data[]}} */ { text }) => nodesOf(text)),
    question: new Part("question", (/** @type {any} */ view) => questionOf(view, act), t("Prediction")),
    ask: new Part("ask", (/** @type {any} */ view) => askOf(view, act), t("Your question")),
    answer: new Part("my-answer", answerOf, t("Your answer")),
    sampler: new Part("sampler", (/** @type {any} */ view) => samplerOf(view, act), t("The next word")),
    histogram: new Part(
      "histogram",
      ({ view }) => [histogramOf(view, view.revealed, true)],
      t("Predictions"),
    ),
    why: new Part("lesson-text", (/** @type {{why: Data[]}} */ { why }) => nodesOf(why)),
    wall: new Part(
      "answers",
      (/** @type {any} */ view) => wallWithVotes(view, act),
      t("Answers of the class"),
    ),
  };
  const plot = new Plot();
  root.replaceChildren(
    el(
      "main",
      { class: "room student" },
      parts.head.node,
      status,
      problem,
      ...[parts.text, parts.sampler, parts.question, parts.ask, parts.answer, parts.histogram].map(
        (p) => p.node,
      ),
      plot.node,
      parts.why.node,
      parts.wall.node,
    ),
  );
  membership.follow({
    onview: (view) => {
      const { step, revealed, sampler } = view;
      if (name && !view.name && step !== "closed") act("name", { name });
      const isOpen = !view.is_paused && step !== "closed" && !sampler;
      status.textContent = view.is_paused ? t("Your teacher has paused the room.") : (WAITS[step] ?? "");
      parts.head.paint({ code: view.code, title: view.title, number: view.number, name: view.name, step });
      parts.text.paint(!sampler && view.text.length > 0 && { text: view.text });
      parts.question.paint(isOpen && step === "predict" && view.question && view);
      parts.ask.paint(isOpen && step === "run" && stillOf(view));
      parts.answer.paint(!sampler && (view.live || view.said) && { live: view.live, said: view.said });
      parts.sampler.paint(sampler && step !== "closed" && { ...sampler, is_paused: view.is_paused });
      parts.histogram.paint(!sampler && revealed && view.choices.length > 0 && { view: predictionsOf(view) });
      plot.paint(sampler ? null : revealed?.plot);
      parts.why.paint(!sampler && revealed?.why.length > 0 && { why: revealed.why });
      parts.wall.paint(
        !sampler &&
          revealed && { wall: revealed.wall, varied: view.varied, vote: view.vote, number: view.number },
      );
    },
    onlost: () => {
      status.textContent = t("The connection is lost. It is tried again; nothing of yours is gone.");
    },
    ongone,
  });
}

/** @param {any} view  What of it the asking shows; the answer streams beside it. */
const stillOf = ({ prompt, is_free, value, varied, said, live }) => ({
  prompt,
  is_free,
  value,
  varied,
  hasAnswer: Boolean(said),
  place: live ? live.place : null,
  seconds: live?.seconds ?? 0,
});

/** @param {any} view */
const predictionsOf = ({ choices, revealed: { histogram, right } }) => ({
  choices,
  revealed: { histogram, right },
});

/** @param {any} view */
function headOf({ code, title, number, name, step }) {
  const at = STEPS.findIndex(([each]) => each === step);
  const steps = STEPS.map(([each, words], place) =>
    el("li", { "aria-current": each === step ? "step" : undefined, class: place < at ? "done" : "" }, words),
  );
  return [
    el("h1", {}, title || t("Class")),
    el("p", { class: "who" }, el("code", {}, code), ` \u00b7 ${name || t("student {number}", { number })}`),
    el("ol", { class: "steps" }, ...steps),
  ];
}

/**
 * @param {any} view
 * @param {(act: string, more?: Record<string, unknown>) => void} act
 */
function questionOf({ question, choices, prediction }, act) {
  const options = choices.map((/** @type {string} */ text, /** @type {number} */ choice) =>
    el(
      "label",
      { class: "option" },
      el("input", {
        type: "radio",
        name: "prediction",
        checked: choice === prediction,
        "data-focus": `choice-${choice}`,
        onchange: () => act("predict", { choice }),
      }),
      el("span", {}, text),
    ),
  );
  const note =
    prediction === null
      ? t("What do you think will happen?")
      : t("Noted. You can change it until the class runs.");
  return [el("fieldset", {}, el("legend", {}, question), ...options), el("p", { class: "note" }, note)];
}

/**
 * @param {ReturnType<typeof stillOf>} view
 * @param {(act: string, more?: Record<string, unknown>) => void} act
 */
function askOf({ prompt, is_free, value, varied, hasAnswer, place, seconds }, act) {
  const box = el("textarea", {
    value: draft.get(prompt) ?? prompt,
    rows: 3,
    "aria-label": t("Prompt"),
    "data-focus": "prompt",
    maxLength: 600,
    oninput: () => draft.set(prompt, box.value),
  });
  const own = value
    ? el("p", { class: "my-value" }, t("Yours: "), el("code", {}, `${varied} ${value}`))
    : null;
  const asked = is_free ? box : el("blockquote", { class: "prompt" }, prompt);
  if (place !== null) {
    const words = place
      ? t("Place {place} in the queue, about {it} s.", { place, it: Math.max(1, seconds) })
      : t("The model is answering.");
    const cancel = button("plain", t("Cancel"), () => act("cancel"), { "data-focus": "ask" });
    return [own, asked, el("p", { class: "queue" }, words, " ", cancel)];
  }
  const ask = () => act("ask", is_free ? { prompt: box.value } : {});
  return [
    own,
    asked,
    button("strong", hasAnswer ? t("Ask again") : t("Ask the model"), ask, { "data-focus": "ask" }),
  ];
}

/** @param {{live: any, said: any}} view */
function answerOf({ live, said }) {
  if (live) return [el("h2", {}, t("Your answer")), el("p", { class: "said" }, live.text || "\u2026")];
  return [el("h2", {}, t("Your answer")), ...saidOf(said)];
}

/**
 * @param {any} sampler
 * @param {(act: string, more?: Record<string, unknown>) => void} act
 */
function samplerOf({ text, words, vote, round, is_paused }, act) {
  const options = words.map((/** @type {string} */ word, /** @type {number} */ choice) =>
    el(
      "label",
      { class: "option word" },
      el("input", {
        type: "radio",
        name: "word",
        checked: choice === vote,
        disabled: is_paused,
        "data-focus": `word-${choice}`,
        onchange: () => act("word", { choice, round }),
      }),
      el("code", {}, wordOf(word)),
    ),
  );
  const body = words.length
    ? el(
        "fieldset",
        {},
        el("legend", {}, t("Which word comes next?")),
        ...options,
        el("p", { class: "note" }, t("A dot before a word is a space.")),
      )
    : el("p", { class: "note" }, t("The next words are being looked up."));
  return [el("p", { class: "sampled" }, text, el("span", { class: "caret" }, "\u2026")), body];
}

/**
 * @param {any} view
 * @param {(act: string, more?: Record<string, unknown>) => void} act
 */
function wallWithVotes({ wall, varied, vote, number }, act) {
  const beside = (/** @type {any} */ answer) => {
    const mine = answer.number === number ? t(" (yours)") : "";
    const words = vote === answer.number ? t("Your vote") : t("Vote for it");
    const press = () => act("vote", { whose: answer.number });
    const pressed = { "aria-pressed": String(vote === answer.number), "data-focus": `vote-${answer.number}` };
    return el("p", { class: "voting" }, button("plain", words, press, pressed), ` ${answer.votes}${mine}`);
  };
  return [wallOf(wall, varied, beside)];
}
