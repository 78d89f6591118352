// The choice of a model: both catalogues and the own server's list to search in, and any name that is typed.

import { dialog } from "./dialog.js";
import { el } from "./dom.js";
import { page } from "./page.js";
import { takeTyped } from "./typed.js";

const SHOWN = 150;
const SHOW_MORE = "Type to narrow the list.";
const dollars = (price) => (price === null ? "?" : price === 0 ? "free" : `$${price >= 1 ? price.toFixed(2) : price.toPrecision(2)}`);
const thousands = (number) => (number === null ? "?" : number >= 1e6 ? `${(number / 1e6).toFixed(1)}M` : number >= 1000 ? `${Math.round(number / 1000)}k` : String(number));
const ORDERS = {
  "as listed": null,
  "cheapest": (a, b) => (a.price_out ?? Infinity) - (b.price_out ?? Infinity),
  "longest context": (a, b) => (b.context ?? 0) - (a.context ?? 0),
};

/** How old a copy is, in words. */
function age(seconds) {
  if (seconds === null) return "";
  if (seconds < 90) return "just now";
  if (seconds < 5400) return `${Math.round(seconds / 60)} minutes ago`;
  if (seconds < 129600) return `${Math.round(seconds / 3600)} hours ago`;
  return `${Math.round(seconds / 86400)} days ago`;
}

function takenText({ takes, lacks }, of) {
  if (!takes.length && !lacks.length) return "unknown";
  if (!lacks.length) return takes.length === of ? "all" : `${takes.length} known, rest unknown`;
  return takes.length + lacks.length === of ? `${takes.length} of ${of}` : `${takes.length} known, ${lacks.length} not, rest unknown`;
}

export function mount({ element, props }) {
  let list = { models: [], prefix: "", age_s: null, note: "" };
  let provider = "openrouter";
  let asked = 0;
  let missing = false;  // the address of the own server, or one that can be read
  const search = el("input", { type: "search", placeholder: "search, or type any model\u2019s name", "aria-label": "search models", spellcheck: false, autocomplete: "off", oninput: () => paint(), onkeydown: (event) => { if (event.key === "Enter") rows.querySelector("button")?.click(); } });
  const order = el("select", { "aria-label": "order", onchange: () => paint() }, ...Object.keys(ORDERS).map((name) => el("option", {}, name)));
  const taking = el("select", { "aria-label": "only models that take", onchange: () => paint() }, el("option", { value: "" }, "that take \u2026"), ...props.parameters.map((name) => el("option", { value: name }, name)));
  const tabs = el("div", { class: "segments providers", role: "radiogroup", "aria-label": "where from" }, ...Object.entries(props.providers).map(([name, text]) => {
    const radio = el("input", { type: "radio", name: "provider", value: name, checked: name === provider, onchange: () => look(name).then(nameServer) });
    return el("label", {}, radio, el("span", {}, text));
  }));
  const rows = el("tbody");
  const state = el("p", { class: "state-of-list", role: "status" });
  const refresh = el("button", { type: "button", onclick: () => look(provider, true) }, "Refresh");
  const table = el("table", { class: "models" }, el("thead", {}, el("tr", {}, ...["model", "context", "$ in", "$ out", "takes"].map((text, i) => el("th", { scope: "col", class: i && i < 4 ? "number" : "", title: { 2: "US dollars for a million tokens read", 3: "US dollars for a million tokens written", 4: `how many of the ${props.parameters.length} parameters, by the catalogue` }[i] }, text)))), rows);
  const node = dialog("Choose a model",
    el("div", { class: "model-search" }, search, tabs, el("div", { class: "narrow" }, order, taking)),
    el("div", { class: "dialog-body" }, table),
    el("footer", {}, state, el("div", { class: "actions" }, refresh)));
  node.id = "model-list";
  takeTyped("model");
  element.querySelector(".mount").append(el("button", { type: "button", class: "small", id: "open-models", onclick: open }, "Models"));

  function open() {
    const { model, base_url } = page.target;
    search.value = "";
    node.showModal();
    search.focus();
    const named = model.split("/")[0];
    look(base_url || named === "server" ? "server" : named in props.providers && named !== "embedded" ? named : provider);
  }

  async function look(name, anew = false) {
    provider = name;
    for (const radio of tabs.querySelectorAll("input")) radio.checked = radio.value === name;
    const mine = ++asked;
    list = { models: [], prefix: "", age_s: null, note: "" };
    missing = false;
    state.textContent = "Looking \u2026";
    paint();
    const { base_url, flavour } = page.target;
    const query = new URLSearchParams({ provider, flavour: flavour ?? "", ...(name === "server" && { base_url }), ...(anew && { refresh: "1" }) });
    const response = await fetch(`playground/models?${query}`, { headers: page.headers() }).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (mine !== asked) return;
    missing = answer?.problems?.some(({ parameter }) => parameter === "base_url") ?? false;
    if (response?.ok) list = answer;
    else list.note = answer?.problems?.map(({ text }) => text).join(" ") || answer?.message || "This page has lost its own server.";
    paint();
  }

  /** An own server that has no address yet gets one: its field comes into view, also on a phone, and waits for it. */
  function nameServer() {
    if (!missing || !node.open) return;
    node.close();
    document.body.setAttribute("data-server", "");
    document.querySelector("#base-url input, #base-url textarea").focus();
  }

  function found() {
    const words = search.value.trim().toLowerCase().split(/\s+/);
    const models = list.models.filter((model) => words.every((word) => `${list.prefix}${model.id} ${model.name}`.toLowerCase().includes(word)) && (!taking.value || model.takes.includes(taking.value)));
    return ORDERS[order.value] ? models.toSorted(ORDERS[order.value]) : models;
  }

  function paint() {
    const models = found();
    const typed = search.value.trim();
    rows.replaceChildren();
    if (typed && !list.models.some(({ id }) => `${list.prefix}${id}` === typed)) rows.append(typedRow(typed));
    else if (!typed) rows.append(el("tr", {}, el("td", {}, choice("embedded", "embedded", "runs here, needs no key")), el("td", { class: "number" }), el("td", { class: "number" }, "free"), el("td", { class: "number" }, "free"), el("td", { class: "takes" }, "all")));
    rows.append(...models.slice(0, SHOWN).map(row));
    if (!asked || (state.textContent === "Looking \u2026" && !list.models.length && !list.note && list.age_s === null)) return;
    // The note on an old copy tells its age itself.
    const counted = `${models.length === list.models.length ? "" : `${models.length} of `}${list.models.length} models`;
    const copied = list.age_s === null || list.note ? "" : `, catalogue read ${age(list.age_s)}`;
    state.textContent = [list.models.length ? `${counted}${copied}.` : "", models.length > SHOWN ? `${SHOWN} are shown. ${SHOW_MORE}` : "", list.note].filter(Boolean).join(" ");
  }

  const choice = (id, name, small) => el("button", { type: "button", class: "model-name", onclick: () => choose(name) }, el("code", {}, id), small && el("span", {}, small));

  function row(model) {
    const name = `${list.prefix}${model.id}`;
    return el("tr", {},
      el("td", {}, choice(model.id, name, model.name === model.id ? "" : model.name)),
      el("td", { class: "number" }, thousands(model.context)),
      el("td", { class: "number" }, dollars(model.price_in)),
      el("td", { class: "number" }, dollars(model.price_out)),
      el("td", { class: "takes", title: model.lacks.length ? `not: ${model.lacks.join(", ")}` : "" }, takenText(model, props.parameters.length)));
  }

  function typedRow(typed) {
    const known = /^(embedded|huggingface|openrouter|server)(\/|$)/.test(typed) || provider === "server";
    const name = known ? typed : `${list.prefix || props.prefixes[provider]}${typed}`;
    return el("tr", { class: "typed" }, el("td", { colSpan: 5 }, choice(name, name, "as typed")));
  }

  function choose(model) {
    node.close();
    props.value = { model, base_url: provider === "server" && model !== "embedded" ? page.target.base_url : "" };
  }
}
