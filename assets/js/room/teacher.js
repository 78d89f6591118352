// What the teacher sees of a room, and does there: the steps, who is where, what comes in, the sampler, the answers.

import { amount } from "../core/amounts.js";
import { button, copyText, el, saveFile } from "../core/dom.js";
import { t, translated } from "../core/words.js";
import { histogramOf, Part, Plot, saidOf, votesForWords, wallOf, whoOf } from "./parts.js";

/** @import { Membership } from "./membership.js" */

/** @type {[string, string][]} */
const STEPS = [
  ["gathering", t("Gathering")],
  ["predict", t("Predict")],
  ["run", t("Run")],
  ["reveal", t("Reveal")],
];
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/** @typedef {(act: string, more?: Record<string, unknown>) => Promise<void>} Act */

/**
 * The parts of the view, each drawn from its own data.
 * @param {Act} act
 */
const partsOf = (act) => ({
  head: new Part("room-head", headOf),
  steps: new Part("steps-bar", (/** @type {any} */ view) => stepsOf(view, act), t("Steps")),
  counts: new Part("counts", countsOf, t("Who is where")),
  budget: new Part("budget", (/** @type {any} */ view) => budgetOf(view, act), t("Budget")),
  histogram: new Part(
    "histogram",
    ({ view, tells }) => [histogramOf(view, view.revealed, tells)],
    t("Predictions"),
  ),
  bars: new Part("sampler", (/** @type {any} */ view) => drawing(view, act), t("Votes for the next word")),
  trial: new Part("my-answer", (/** @type {any} */ view) => trialOf(view, act), t("Your own question")),
  wall: new Part("answers", ({ wall, varied }) => [wallOf(wall, varied, votesOf)], t("Answers of the class")),
});

/**
 * Draws the room into `root` for as long as it lives.
 * @param {HTMLElement} root
 * @param {Membership} membership
 * @param {string} here  the address of this page, without what stands behind the #
 * @param {() => void} ongone
 */
export function showTeacher(root, membership, here, ongone) {
  const status = el("p", { class: "room-status", role: "status" });
  const problem = el("p", { class: "problem", role: "alert" });
  /** @type {Act} */
  const act = async (name, more = {}) => {
    problem.textContent = await membership.act(name, more);
  };
  const parts = partsOf(act);
  const plot = new Plot();
  const sampler = sampling(act);
  const side = [
    inviting(membership),
    parts.counts.node,
    keeping(membership, `${here}#teach=${membership.pass}`),
    parts.budget.node,
  ];
  const middle = [
    parts.histogram.node,
    plot.node,
    parts.bars.node,
    sampler,
    parts.trial.node,
    parts.wall.node,
  ];
  root.replaceChildren(
    el(
      "main",
      { class: "room teacher" },
      parts.head.node,
      parts.steps.node,
      status,
      problem,
      el(
        "div",
        { class: "columns" },
        el("div", { class: "side" }, ...side),
        el("div", { class: "middle" }, ...middle),
      ),
    ),
  );
  membership.follow({
    onview: (view) => {
      status.textContent = statusOf(view);
      const { code, title, minutes_left, projector } = view;
      parts.head.paint({ code, title, minutes_left, projector });
      parts.steps.paint({ step: view.step, is_paused: view.is_paused });
      parts.counts.paint({ counts: view.counts, students: view.students, varied: view.varied });
      parts.budget.paint(view.budget);
      const { histogram, right } = view.revealed;
      const asks = view.choices.length > 0 && histogram.length > 0;
      const tells = view.step === "reveal" || view.step === "closed"; // this view may be on the wall too
      parts.histogram.paint(
        asks && { view: { choices: view.choices, revealed: { histogram, right } }, tells },
      );
      plot.paint(view.revealed.plot);
      const isClosed = view.step === "closed";
      sampler.hidden = isClosed;
      parts.bars.paint(!isClosed && view.sampler);
      parts.trial.paint({ trial: view.trial, live: view.live, prompt: view.prompt, isClosed });
      parts.wall.paint(view.revealed.wall.length > 0 && { wall: view.revealed.wall, varied: view.varied });
    },
    onlost: () => {
      status.textContent = t("The connection is lost. It is tried again; the room goes on.");
    },
    ongone,
  });
}

/** @param {any} view */
function statusOf({ step, is_paused }) {
  if (step === "closed")
    return t("The room is closed: nobody can do anything there. Its answers can still be saved.");
  return is_paused ? t("Paused: students wait.") : "";
}

/** @param {{code: string, title: string, minutes_left: number, projector: string}} view */
function headOf({ code, title, minutes_left, projector }) {
  return [
    el("h1", {}, title || t("Class")),
    el("p", { class: "big-code" }, code),
    el("p", { class: "who" }, t("ends in {minutes}", { minutes: amount(minutes_left, "minute") })),
    el(
      "a",
      {
        class: "plain",
        href: `#project=${projector}`,
        target: "_blank",
        rel: "noopener",
        "data-focus": "projector",
      },
      t("Projector view"),
    ),
  ];
}

/**
 * @param {{step: string, is_paused: boolean}} view
 * @param {Act} act
 */
function stepsOf({ step, is_paused }, act) {
  const isClosed = step === "closed";
  const steps = STEPS.map(([to, words]) =>
    button(to === step ? "step now" : "step", words, () => act("step", { to }), {
      "aria-current": to === step ? "step" : undefined,
      "data-focus": `step-${to}`,
      disabled: isClosed,
    }),
  );
  const pause = button("plain", is_paused ? t("Go on") : t("Pause"), () => act("pause", { on: !is_paused }), {
    "data-focus": "pause",
    disabled: isClosed,
  });
  const close = button("plain", t("Close the room"), () => act("close"), {
    "data-focus": "close",
    disabled: isClosed,
  });
  return [el("div", { class: "step-buttons" }, ...steps), pause, close];
}

/** @param {any} view */
function countsOf({ counts, students, varied }) {
  const { students: all, predicted = 0, reading = 0, waiting = 0, answered = 0 } = counts;
  const facts = [
    [t("here"), all],
    [t("predicted"), predicted],
    [t("waiting"), waiting],
    [t("being answered"), reading],
    [t("answered"), answered],
  ];
  const rows = students.map((/** @type {any} */ each) =>
    el(
      "li",
      {},
      whoOf(each),
      each.value ? el("code", {}, ` ${varied} ${each.value}`) : null,
      ` \u00b7 ${translated(each.where)}`,
    ),
  );
  return [
    el("h2", {}, amount(all, "student")),
    el("dl", {}, ...facts.flatMap(([name, count]) => [el("dt", {}, name), el("dd", {}, count)])),
    rows.length
      ? el("details", {}, el("summary", { "data-focus": "each" }, t("Each of them")), el("ul", {}, ...rows))
      : null,
  ];
}

/** @param {Membership} membership */
function inviting(membership) {
  const picture = el("img", { alt: t("QR code of the link for students"), class: "qr" });
  const link = el("code", { class: "room-link" });
  const copy = button("plain", t("Copy the link"), () => copyText(link.textContent ?? "", copy));
  const note = el("p", { class: "note" });
  membership.link().then((told) => {
    if (!told) return;
    picture.src = told.picture;
    link.textContent = told.link;
    if (LOOPBACK.includes(new URL(told.link).hostname)) {
      note.textContent = t(
        "This link works on this machine alone. For others, start the app with GRADIO_SERVER_NAME=0.0.0.0 and " +
          "open it by this machine's address (docs/class.md).",
      );
    }
  });
  return el(
    "section",
    { class: "inviting", "aria-label": t("Inviting students") },
    picture,
    link,
    copy,
    note,
  );
}

/**
 * @param {Membership} membership
 * @param {string} secret
 */
function keeping(membership, secret) {
  const save = async () => {
    const text = await membership.csv();
    if (text !== null) saveFile(`room-${membership.code}.csv`, text, "text/csv");
  };
  const copy = button("plain", t("Copy your own link"), () => copyText(secret, copy));
  const note = t(
    "Your own link opens this view again, on any device. Whoever has it is the teacher: keep it.",
  );
  return el(
    "section",
    { class: "keeping", "aria-label": t("Keeping") },
    button("plain", t("Save the answers (CSV)"), save),
    copy,
    el("p", { class: "note" }, note),
  );
}

/**
 * @param {{calls: number, tokens: number, used_calls: number, used_tokens: number}} budget
 * @param {Act} act
 */
function budgetOf({ calls, tokens, used_calls, used_tokens }, act) {
  const box = (/** @type {string} */ label, /** @type {number} */ value) =>
    el("input", { type: "number", min: 1, value: String(value), "aria-label": label, "data-focus": label });
  const [most, mostTokens] = [box(t("most calls"), calls), box(t("most tokens"), tokens)];
  const set = () => act("budget", { calls: Number(most.value), tokens: Number(mostTokens.value) });
  return [
    el("h2", {}, t("Your key pays")),
    el("p", {}, t("{used_calls} of ", { used_calls }), most, t(" calls")),
    el("p", {}, t("{used_tokens} of ", { used_tokens }), mostTokens, t(" tokens")),
    button("plain", t("Set"), set, { "data-focus": "set-budget" }),
  ];
}

/**
 * The teacher's own question, which goes before all others.
 * @param {any} view
 * @param {Act} act
 */
function trialOf({ trial, live, prompt, isClosed }, act) {
  const button_ = live
    ? button("plain", t("Cancel"), () => act("cancel"), { "data-focus": "trial" })
    : button("plain", t("Ask it yourself"), () => act("ask"), { "data-focus": "trial" });
  const said = live ? [el("p", { class: "said" }, live.text || "\u2026")] : trial ? saidOf(trial) : [];
  return [
    el("h2", {}, t("The prompt")),
    el("blockquote", { class: "prompt" }, prompt),
    isClosed ? null : button_,
    ...said,
  ];
}

/** @param {Act} act */
function sampling(act) {
  const box = el("textarea", {
    rows: 2,
    "aria-label": t("Text that the class goes on from"),
    value: "Once upon a time",
  });
  const begin = button("plain", t("Vote on the next word"), () => act("sample", { start: box.value }));
  const hint = t(
    "The class votes for the next word, beside the model's own bars; a word is drawn, and so on.",
  );
  return el(
    "details",
    { class: "sampling" },
    el("summary", {}, t("The room as sampler")),
    el("p", { class: "note" }, hint),
    box,
    begin,
  );
}

/**
 * @param {any} sampler
 * @param {Act} act
 */
function drawing(sampler, act) {
  return [
    el("p", { class: "sampled" }, sampler.text, el("span", { class: "caret" }, "\u2026")),
    sampler.bars.length ? votesForWords(sampler) : el("p", { class: "note" }, t("Looking up.")),
    el(
      "p",
      { class: "actions" },
      button("strong", t("Draw from the votes"), () => act("draw", { by: "class" }), {
        "data-focus": "draw-class",
      }),
      button("plain", t("Draw from the model"), () => act("draw", { by: "model" }), {
        "data-focus": "draw-model",
      }),
      button("plain", t("End the round"), () => act("stop-sampling"), { "data-focus": "end-round" }),
    ),
  ];
}

/** @param {{votes: number}} answer */
const votesOf = ({ votes }) => (votes ? el("p", { class: "voting" }, amount(votes, "vote")) : null);
