// The forms before a room: a teacher opens one, with a lesson or with a question of one's own; a student joins one.

import { ask, reasons } from "../core/api.js";
import { button, el, uniqueId } from "../core/dom.js";

const OWN = "";

/**
 * A labelled field.
 * @param {string} label
 * @param {HTMLElement} box
 * @param {string} [note]
 */
function field(label, box, note) {
  const id = uniqueId("room");
  box.id = id;
  return el(
    "p",
    { class: "field" },
    el("label", { htmlFor: id }, label),
    box,
    note ? el("span", { class: "note" }, note) : null,
  );
}

const line = (/** @type {Record<string, unknown>} */ more = {}) => el("input", { type: "text", ...more });
const area = (/** @type {number} */ rows, /** @type {Record<string, unknown>} */ more = {}) =>
  el("textarea", { rows, ...more });

const emptyBoxes = () => ({
  lesson: el("select"),
  prompt: area(2, { value: "Write one sentence about the sea." }),
  question: area(2),
  choices: area(3),
  varied: line({ value: "temperature", spellcheck: false }),
  values: line({ value: "0 to 2 step 0.25", spellcheck: false }),
  measure: line({ value: "distinct_1", spellcheck: false }),
  model: line({ value: "embedded", spellcheck: false }),
  key: el("input", { type: "password", autocomplete: "off" }),
  calls: el("input", { type: "number", min: 1, value: "300" }),
  tokens: el("input", { type: "number", min: 1, value: "100000" }),
  minutes: el("input", { type: "number", min: 1, max: 240, value: "90" }),
  free: el("input", { type: "checkbox" }),
});

/** @param {ReturnType<typeof emptyBoxes>} boxes */
const ownFields = (boxes) =>
  el(
    "div",
    { class: "own" },
    field("Prompt", boxes.prompt, "What the class asks the model."),
    field("Question", boxes.question, "What the class predicts before it asks; may be empty."),
    field("Choices", boxes.choices, "One on each line."),
    field("Parameter that differs", boxes.varied, "Its values are dealt out evenly; empty: all ask alike."),
    field("Values", boxes.values, "A list, or a range such as 0 to 2 step 0.25; at most 30."),
    field(
      "Measure",
      boxes.measure,
      "What is plotted over the class: distinct_1, words, tokens, changed, ...",
    ),
  );

/** @param {ReturnType<typeof emptyBoxes>} boxes */
const paidFields = (boxes) =>
  el(
    "div",
    { class: "own" },
    field("Key", boxes.key, "Stays in the app's memory, for this room only."),
    field("Most calls", boxes.calls),
    field("Most tokens", boxes.tokens),
  );

/**
 * @param {HTMLElement} root
 * @param {(opened: {code: string, token: string}) => void} onopened
 */
export async function showOpening(root, onopened) {
  const boxes = emptyBoxes();
  const problem = el("p", { class: "problem", role: "alert" });
  const [own, paid] = [ownFields(boxes), paidFields(boxes)];
  const show = () => {
    own.hidden = boxes.lesson.value !== OWN;
    paid.hidden = boxes.model.value.trim() === "embedded";
  };
  boxes.lesson.addEventListener("change", show);
  boxes.model.addEventListener("input", show);
  const open = async () => {
    const body = boxes.lesson.value ? { lesson: boxes.lesson.value } : ownPlan(boxes);
    const model = boxes.model.value.trim();
    const limits = {
      minutes: Number(boxes.minutes.value),
      calls: Number(boxes.calls.value),
      tokens: Number(boxes.tokens.value),
    };
    const keys = boxes.key.value ? { [model.split("/")[0]]: boxes.key.value } : {};
    const told = await ask("rooms", {
      body: { ...body, ...limits, model, is_free: boxes.free.checked },
      keys,
    });
    if (told.ok) onopened(told.data);
    else problem.textContent = reasons(told);
  };
  boxes.lesson.append(el("option", { value: OWN }, "A question of your own"));
  root.replaceChildren(
    el(
      "main",
      { class: "room opening" },
      el("h1", {}, "Open a room for your class"),
      el("p", { class: "note" }, "Up to 30 students join with a code. No accounts; names are not saved."),
      field("What the class does", boxes.lesson),
      own,
      field("Model", boxes.model, "embedded, huggingface/<id>, openrouter/<id> or server/<id>"),
      paid,
      field("Minutes", boxes.minutes, "Then the room and all answers in it are deleted."),
      el("p", { class: "field check" }, el("label", {}, boxes.free, " Students may change the prompt")),
      problem,
      button("strong", "Open the room", open),
    ),
  );
  show();
  const { data } = await ask("rooms/lessons");
  const lessons = (data?.lessons ?? []).map((/** @type {string[]} */ [id, title, about]) =>
    el("option", { value: id }, `${title}: ${about}`),
  );
  boxes.lesson.append(el("optgroup", { label: "Lessons" }, ...lessons));
}

/** @param {any} boxes */
const ownPlan = (boxes) => ({
  prompt: boxes.prompt.value,
  question: boxes.question.value,
  choices: boxes.choices.value.split("\n"),
  varied: boxes.varied.value.trim(),
  values: boxes.values.value,
  measure: boxes.measure.value.trim(),
});

/**
 * @param {HTMLElement} root
 * @param {string} code
 * @param {string} said  what brought the student here
 * @param {(joined: {code: string, token: string, name: string}) => void} onjoined
 */
export function showJoining(root, code, said, onjoined) {
  const boxes = {
    code: line({
      value: code,
      autocomplete: "off",
      autocapitalize: "characters",
      class: "code-box",
      maxLength: 12,
    }),
    name: line({ autocomplete: "off", maxLength: 24 }),
  };
  const problem = el("p", { class: "problem", role: "alert" }, said);
  const join = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const name = boxes.name.value.trim();
    const told = await ask("rooms/join", { body: { code: boxes.code.value, name } });
    if (told.ok) onjoined({ ...told.data, name });
    else problem.textContent = reasons(told);
  };
  root.replaceChildren(
    el(
      "main",
      { class: "room joining-form" },
      el("h1", {}, "Join a class"),
      el(
        "form",
        { onsubmit: join },
        field("Code", boxes.code, "Six letters, from your teacher."),
        field("Name", boxes.name, "Any name, or none. It is not saved."),
        problem,
        el("button", { type: "submit", class: "strong" }, "Join"),
      ),
    ),
  );
  (code ? boxes.name : boxes.code).focus();
}
