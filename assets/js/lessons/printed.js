// The frame of a hand-out in the reader's language; the lesson itself stays as its author wrote it.

import { language, translated } from "../core/words.js";

document.title = translated(document.title);
for (const node of document.querySelectorAll("[data-frame]")) {
  node.textContent = translated(node.textContent);
  node.setAttribute("lang", language);
}
