// The head of a group of rows: folds it, and shows while it is folded what is set inside.

import { el } from "./dom.js";
import { page } from "./page.js";

export function mount({ element, props }) {
  const column = element.closest(".group");
  const inside = el("span", { class: "inside" });
  const button = el("button", { type: "button", class: "fold", onclick: () => fold(!column.hasAttribute("data-folded")) }, el("b", {}, props.name), inside);

  function fold(folded) {
    column.toggleAttribute("data-folded", folded);
    button.setAttribute("aria-expanded", String(!folded));
    show();
  }

  function show() {
    const rows = props.rows.map((name) => page.rows.get(name)).filter(Boolean);
    const wrong = rows.some((row) => row.wrong());
    const set = rows.filter((row) => row.value() !== undefined).map((row) => row.brief());
    inside.textContent = column.hasAttribute("data-folded") ? [wrong && "needs a look", ...set].filter(Boolean).join("  ") : "";
  }

  element.querySelector(".mount").append(button);
  page.addGroup({ show, open: () => fold(false), rows: props.rows });
  fold(!props.open);
}
