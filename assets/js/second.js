// The second side of a comparison: its own model, and any other parameter in place of the first side's.
//
// It is a row like the others, with one object as its value: {"model": ..., "<parameter>": value}; null stands for
// a parameter that the second side leaves to the server although the first has set it.

import { CONTROLS } from "./controls.js";
import { el, uniqueId } from "./dom.js";
import { page } from "./page.js";

/** Kinds with an editor of their own are edited as JSON here: there is one line's room. */
const PLAIN = ["number", "flag", "choice", "text", "lines"];
const BEGINNINGS = ["embedded", "huggingface/", "openrouter/"];

export function mount({ element, props, watch }) {
  const kinds = new Map(props.kinds.map(({ name, kind }) => [name, kind]));
  const lines = new Map();
  const labelId = uniqueId("second");
  const help = el("p", { class: "help", hidden: true }, props.help);
  const name = el("button", { type: "button", class: "name", id: labelId, "aria-expanded": "false", title: "what is this?", onclick: () => { help.hidden = !help.hidden; name.setAttribute("aria-expanded", String(!help.hidden)); } }, "second side");
  const state = el("span", { class: "state", role: "status" });
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const unset = el("button", { type: "button", class: "unset", "aria-label": "unset second side", title: "no second side of its own", onclick: () => row.set(undefined) }, "\u00d7");
  const listId = uniqueId("second-models");
  const models = el("datalist", { id: listId });
  const model = el("input", { type: "text", "aria-label": "model of the second side", placeholder: "same model", spellcheck: false, autocomplete: "off", onfocus: suggest, oninput: () => { suggest(); changed(); } });
  model.setAttribute("list", listId);
  const adding = el("select", { "aria-label": "another parameter for the second side", onchange: () => { const chosen = adding.value; adding.value = ""; if (chosen) add(chosen, page.rows.get(chosen)?.value()).control.node.querySelector("input, textarea, select")?.focus(); changed(); } });
  const holder = el("div", { class: "overrides" });
  const body = el("div", { class: "pp-row second" }, el("div", { class: "line" }, name, el("div", { class: "control" }, model, models), unset, state), holder, el("div", { class: "adding" }, adding), help, problem);
  element.querySelector(".mount").append(body);
  let shown;
  let loaded = "";

  function add(parameter, value) {
    const kind = kinds.get(parameter);
    const id = uniqueId(`second-${parameter}`);
    const line = { value, wrong: "" };
    line.control = CONTROLS[PLAIN.includes(kind.control) ? kind.control : "json"]({
      name: `second-${parameter}`, labelId: id, kind,
      onchange(changedTo, message = "") { line.value = changedTo; line.wrong = message && `${parameter}: ${message}`; changed(); },
    });
    const remove = el("button", { type: "button", class: "unset", "aria-label": `second side: ${parameter} as the first`, title: "as the first side", onclick: () => { lines.delete(parameter); node.remove(); changed(); } }, "\u00d7");
    const node = el("div", { class: "line override" }, el("span", { class: "name", id }, parameter), line.control.node, remove);
    line.control.show(value);
    line.control.hint(null);
    holder.append(node);
    lines.set(parameter, line);
    return line;
  }

  /** The value as it stands in the widgets. */
  function made() {
    const set = model.value.trim() ? { model: model.value.trim() } : {};
    for (const [parameter, line] of lines) set[parameter] = line.value ?? null;
    return Object.keys(set).length ? set : undefined;
  }

  /** What cannot be read in its fields, a sentence each. */
  const faults = () => [...lines.values()].filter(({ wrong }) => wrong).map(({ wrong }) => wrong.replace(/\.?$/, ".")).join(" ");

  function changed() {
    row.problem(faults());
    props.value = made() ?? null;
    shown = JSON.stringify(row.value());
    paint();
    page.changed(row);
  }

  function paint() {
    const given = row.value() !== undefined;
    body.classList.toggle("set", given);
    unset.disabled = !given;
    state.textContent = given ? "set" : "unset";
    state.dataset.state = given ? "set" : "unset";
    adding.replaceChildren(el("option", { value: "" }, "+ another parameter\u2026"), ...[...kinds.keys()].filter((each) => !lines.has(each)).map((each) => el("option", { value: each }, each)));
  }

  function show(value) {
    lines.clear();
    holder.replaceChildren();
    model.value = value?.model ?? "";
    for (const [parameter, own] of Object.entries(value ?? {})) if (kinds.has(parameter)) add(parameter, own ?? undefined);
    shown = JSON.stringify(value);
    paint();
  }

  /** What can be typed: beginnings first, then the models of the provider that the beginning names. */
  async function suggest() {
    const server = page.target.base_url;
    const provider = server ? "server" : ["huggingface", "openrouter"].find((each) => model.value.startsWith(`${each}/`));
    if (loaded === (server || provider || "none")) return;
    loaded = server || provider || "none";
    models.replaceChildren(...(server ? [] : BEGINNINGS).map((value) => el("option", { value })));
    if (!provider) return;
    const query = new URLSearchParams({ provider, base_url: server });
    const response = await fetch(`playground/models?${query}`, { headers: page.headers() }).catch(() => null);
    const list = response?.ok ? await response.json() : { models: [] };
    models.append(...list.models.slice(0, 400).map(({ id }) => el("option", { value: (list.prefix ?? "") + id })));
  }

  const row = {
    name: props.name,
    control: {},
    value: () => (props.value && Object.keys(props.value).length ? props.value : undefined),
    brief: () => `second: ${Object.keys(row.value() ?? {}).join(", ")}`,
    wrong: () => !problem.hidden,
    unreadable: faults,
    set(value) { props.value = value ?? null; show(row.value()); row.problem(""); page.changed(row); },
    problem(text) { problem.textContent = text; problem.hidden = !text; body.classList.toggle("wrong", Boolean(text)); },
    hint() {},
    report() {},
  };
  watch("value", () => { if (JSON.stringify(row.value()) !== shown) { show(row.value()); page.changed(row); } });
  show(row.value());
  page.addRow(row);
}
