// How pictures come in: by a button, which on a phone offers its camera roll, pasted, or dropped anywhere on the
// page.

import { PICTURES } from "../contract.js";
import { button, el, fill, svg } from "../core/dom.js";
import { t } from "../core/words.js";
import { tray } from "./tray.js";

/** @import { Mount } from "../types" */

const FIELDS = "dialog, #bar, #parameters, #instruction";

/** @param {DataTransfer | null} data */
const filesOf = (data) => [...(data?.files ?? [])];

/**
 * Pictures in the clipboard; text that a program has put there beside a picture of it is meant as text.
 * @param {ClipboardEvent} event
 */
function pasted(event) {
  const files = filesOf(event.clipboardData);
  const isElsewhere = event.target instanceof Element && event.target.closest(FIELDS);
  if (!files.length || isElsewhere || event.clipboardData?.getData("text/plain")) return;
  event.preventDefault();
  tray.add(files);
}

/**
 * A file that is dropped must never take the place of the page.
 * @param {DragEvent} event
 */
function over(event) {
  if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
}

/** @param {DragEvent} event */
function dropped(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  if (!document.querySelector("dialog[open]")) tray.add(filesOf(event.dataTransfer));
}

/** @param {Mount} mount */
export function mount({ element }) {
  const picker = el("input", { type: "file", accept: PICTURES.join(","), multiple: true, hidden: true });
  picker.addEventListener("change", () => {
    tray.add([...(picker.files ?? [])]);
    picker.value = "";
  });
  const title = t("Add pictures: PNG, JPEG, WebP or GIF; or paste or drop them");
  const opener = button("attach", "", () => picker.click(), { "aria-label": t("add pictures"), title });
  opener.append(icon());
  fill(element, opener, picker);
  document.addEventListener("paste", pasted);
  document.addEventListener("dragover", over);
  document.addEventListener("drop", dropped);
}

/** A frame with a hill and a sun. */
function icon() {
  const path = svg("path", { d: "M3 4h14v12H3zM3 14l4.5-4.5 3.5 3.5 2-2 4 4M13.2 7.6h.1" });
  return svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, path);
}
