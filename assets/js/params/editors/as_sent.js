// How a parameter would leave for the chosen server, as the preview tells it; kept up to date while it is
// shown.

import { el } from "../../core/dom.js";
import { store } from "../../core/store.js";
import { t, translated } from "../../core/words.js";

/**
 * A panel, and `stop()` for when it is not shown any more.
 * @param {string} name
 */
export function asSent(name) {
  const node = el("section", { class: "as-sent", "aria-label": t("as it is sent") });
  const show = () => {
    const { model, base_url: address } = store.target;
    node.replaceChildren(
      el(
        "h3",
        {},
        t("As sent to {model}{address}", { model, address: address ? t(" at {address}", { address }) : "" }),
      ),
      ...told(name),
    );
  };
  show();
  return { node, stop: store.on("preview", show) };
}

/**
 * What the preview says of it.
 * @param {string} name
 */
function told(name) {
  const { report = [], problems = [] } = store.preview ?? {};
  const line = report.find((one) => one.parameter === name);
  const wrong = problems.filter((problem) => problem.parameter === name);
  if (wrong.length) return wrong.map(({ text }) => el("p", { class: "bad" }, translated(text)));
  if (!line) return [el("p", { class: "fine" }, absence(name))];
  const state = el("span", { class: "state", "data-state": line.state }, translated(line.state));
  const why = el("p", { class: "fine" }, state, ` ${translated(line.why)}`);
  return line.state === "withheld"
    ? [why]
    : [why, el("pre", { tabIndex: 0 }, written(line.wire ?? line.value))];
}

/** @param {string} name */
function absence(name) {
  if (store.unreadable(name)) return t("Nothing can be sent while this cannot be read.");
  if (store.value(name) === undefined) return t("Unset: it is not sent.");
  return t("Not known yet: something else in the request is wrong.");
}

/** @param {unknown} value */
const isLong = (value) => typeof value === "string" && value.includes("\n");

/**
 * JSON, with texts of several lines, such as grammars, as they are.
 * @param {any} wire
 */
function written(wire) {
  const fields = Object.entries(wire ?? {});
  if (!fields.some(([, value]) => isLong(value))) return JSON.stringify(wire, null, 2);
  return fields
    .map(([name, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
      return `${name}:${isLong(value) ? "\n" : " "}${text}`;
    })
    .join("\n\n");
}
