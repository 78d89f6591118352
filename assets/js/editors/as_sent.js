// How a parameter would leave for the chosen server, as the preview tells it; kept up to date while it is shown.

import { el } from "../dom.js";
import { page } from "../page.js";

/** A panel, and `stop()` for when it is not shown any more. */
export function asSent(name) {
  const node = el("section", { class: "as-sent", "aria-label": "as it is sent" });

  function show() {
    const { report = [], problems = [] } = page.foretold ?? {};
    const line = report.find((one) => one.parameter === name);
    const wrong = problems.filter((problem) => problem.parameter === name);
    const head = el("h3", {}, `As sent to ${page.target.model}${page.target.base_url ? ` at ${page.target.base_url}` : ""}`);
    if (wrong.length) node.replaceChildren(head, ...wrong.map(({ text }) => el("p", { class: "bad" }, text)));
    else if (!line) node.replaceChildren(head, el("p", { class: "fine" }, absence(page.rows.get(name))));
    else node.replaceChildren(head, el("p", { class: "fine" }, el("span", { class: "state", "data-state": line.state }, line.state), ` ${line.why}`), line.state === "withheld" ? "" : el("pre", { tabIndex: 0 }, written(line.wire ?? line.value)));
  }

  document.addEventListener("playground:preview", show);
  show();
  return { node, stop: () => document.removeEventListener("playground:preview", show) };
}

function absence(row) {
  if (row?.unreadable()) return "Nothing can be sent while this cannot be read.";
  return row?.value() === undefined ? "Unset: it is not sent." : "Not known yet: something else in the request is wrong.";
}

/** JSON, with texts of several lines, such as grammars, as they are. */
function written(wire) {
  const fields = Object.entries(wire ?? {});
  const long = (value) => typeof value === "string" && value.includes("\n");
  if (fields.some(([, value]) => long(value))) return fields.map(([name, value]) => `${name}:${long(value) ? "\n" : " "}${typeof value === "string" ? value : JSON.stringify(value, null, 2)}`).join("\n\n");
  return JSON.stringify(wire, null, 2);
}
