// The form by which a student joins a room.

import { ask, reasons } from "../core/api.js";
import { el } from "../core/dom.js";
import { t } from "../core/words.js";
import { field, line } from "./field.js";

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
      el("h1", {}, t("Join a class")),
      el(
        "form",
        { onsubmit: join },
        field(t("Code"), boxes.code, t("Six letters, from your teacher.")),
        field(t("Name"), boxes.name, t("Any name, or none. It is not saved.")),
        problem,
        el("button", { type: "submit", class: "strong" }, t("Join")),
      ),
    ),
  );
  (code ? boxes.name : boxes.code).focus();
}
