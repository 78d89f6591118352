// Sentences from the server, each as a paragraph of plain text.

import { el } from "./dom.js";

export function mount({ element, props, watch }) {
  const holder = el("div", { class: "lines" });
  element.querySelector(".mount").append(holder);
  watch("value", () => holder.replaceChildren(...(props.value || []).map((line) => el("p", {}, line))));
}
