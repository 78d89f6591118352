// The form by which a teacher opens a room: with a lesson or with a question of one's own.

import { ask, reasons } from "../core/api.js";
import { button, el } from "../core/dom.js";
import { originOf } from "../core/origin.js";
import { t } from "../core/words.js";
import { field, line, whole } from "./field.js";
import { OwnQuestion } from "./own_question.js";

const OWN = "";
const EMBEDDED = "embedded";
const SERVER = "server";

const emptyBoxes = (/** @type {number} */ mostMinutes) => ({
  lesson: el("select"),
  model: line({ value: EMBEDDED, spellcheck: false, autocapitalize: "none" }),
  address: line({ inputMode: "url", spellcheck: false, autocapitalize: "none" }),
  key: el("input", { type: "password", autocomplete: "off" }),
  calls: whole(300),
  tokens: whole(100_000),
  minutes: whole(90, mostMinutes),
  free: el("input", { type: "checkbox" }),
});

/** @typedef {ReturnType<typeof emptyBoxes>} Boxes */

/**
 * Whom the class asks, and with which key, under the name of whom it is for: a server's is kept by its origin.
 * @param {Boxes} boxes
 */
function targetOf({ model, address, key }) {
  const [provider] = model.value.trim().split("/");
  const base_url = provider === SERVER ? address.value.trim() : "";
  const holder = originOf(base_url) || provider;
  return {
    target: { model: model.value.trim(), ...(base_url && { base_url }) },
    keys: key.value ? { [holder]: key.value } : {},
  };
}

/** @param {Boxes} boxes */
const asked = ({ minutes, calls, tokens, free }) => ({
  minutes: Number(minutes.value),
  calls: Number(calls.value),
  tokens: Number(tokens.value),
  is_free: free.checked,
});

/**
 * Whether all that is shown can be as it is typed; the browser says at the first what cannot.
 * @param {HTMLElement} form
 */
function holds(form) {
  const shown = [...form.querySelectorAll("input")].filter((box) => box.offsetParent !== null);
  return shown.every((box) => box.reportValidity());
}

/**
 * @param {HTMLElement} root
 * @param {(opened: {code: string, token: string}) => void} onopened
 */
export async function showOpening(root, onopened) {
  const [lessons, offers] = await Promise.all([ask("rooms/lessons"), ask("rooms/offers")]);
  const problem = el("p", { class: "problem", role: "alert" });
  if (!lessons.ok || !offers.ok) {
    problem.textContent = reasons(lessons.ok ? offers : lessons);
    root.replaceChildren(el("main", { class: "room opening" }, problem));
    return;
  }
  const boxes = emptyBoxes(offers.data.most_minutes);
  boxes.lesson.append(...lessonsOf(lessons.data.lessons));
  const own = new OwnQuestion(offers.data);
  const open = async () => {
    if (!holds(root)) return;
    const { target, keys } = targetOf(boxes);
    const plan = boxes.lesson.value === OWN ? own.plan : { lesson: boxes.lesson.value };
    const told = await ask("rooms", { body: { ...plan, ...target, ...asked(boxes) }, keys });
    if (told.ok) onopened(told.data);
    else problem.textContent = reasons(told);
  };
  root.replaceChildren(
    el(
      "main",
      { class: "room opening" },
      el("h1", {}, t("Open a room for your class")),
      el(
        "p",
        { class: "note" },
        t("Up to {most_students} students join with a code. No accounts; names are not saved.", {
          most_students: offers.data.most_students,
        }),
      ),
      field(t("What the class does"), boxes.lesson),
      own.node,
      ...modelFields(boxes),
      field(t("Minutes"), boxes.minutes, t("Then the room and all answers in it are deleted.")),
      el("p", { class: "field check" }, el("label", {}, boxes.free, t(" Students may change the prompt"))),
      problem,
      button("strong", t("Open the room"), open),
    ),
  );
  boxes.lesson.addEventListener("change", () => {
    own.node.hidden = boxes.lesson.value !== OWN;
  });
}

/** @param {[string, string, string][]} lessons */
const lessonsOf = (lessons) => [
  el("option", { value: OWN }, t("A question of your own")),
  el(
    "optgroup",
    { label: t("Lessons") },
    ...lessons.map(([id, title, about]) => el("option", { value: id }, `${title}: ${about}`)),
  ),
];

/**
 * The model, and what it needs: a server's address, a key, and what asking may cost.
 * @param {Boxes} boxes
 */
function modelFields(boxes) {
  const address = field(
    t("Address of the server"),
    boxes.address,
    t("Such as http://127.0.0.1:8080/v1; empty: the one of the settings."),
  );
  const paid = el(
    "div",
    { class: "own" },
    el(
      "fieldset",
      {},
      el("legend", {}, t("How it is reached, and what it may cost")),
      address,
      field(t("Key"), boxes.key, t("Stays in the app's memory, for this room only.")),
      field(t("Most calls"), boxes.calls),
      field(t("Most tokens"), boxes.tokens, t("Of all answers and prompts together.")),
    ),
  );
  const show = () => {
    const [provider] = boxes.model.value.trim().split("/");
    paid.hidden = provider === EMBEDDED;
    address.hidden = provider !== SERVER;
  };
  boxes.model.addEventListener("input", show);
  show();
  return [
    field(t("Model"), boxes.model, t("embedded, huggingface/<id>, openrouter/<id> or server/<id>")),
    paid,
  ];
}
