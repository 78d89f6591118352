// The line above the parameters: what kind of server takes them and how many of them it takes, its own switches,
// and the probes.

import { el } from "./dom.js";
import { recall, remember } from "./memory.js";
import { page } from "./page.js";
import { Probes } from "./probes.js";
import { remembered } from "./remembered.js";

const SWITCHES = [
  ["require_parameters", true, ["provider", "require_parameters"], "only providers that take all of them", "On, OpenRouter passes over providers that do not take every parameter that is sent; off, they may drop some silently."],
  ["show what was passed on", false, ["debug", "echo_upstream_body"], "the body that its provider got", "For streams. OpenRouter says that this is for debugging, not for production."],
];
const ROUTES = [["", "route: as HuggingFace chooses"], ["fastest", "route: fastest"], ["cheapest", "route: cheapest"], ["preferred", "route: preferred"]];

export function mount({ element, props }) {
  const summary = el("span", { class: "summary", role: "status" });
  const button = el("button", { type: "button", class: "small", id: "open-probes", title: "Does this server honour each parameter? A few short questions find out.", onclick: () => probes.open() }, "Probe");
  const kind = el("select", { id: "server-kind", "aria-label": "kind of server", onchange: () => { page.setTarget({ flavour: kind.value }); locate(); } }, el("option", { value: "" }, "kind: found out when asked"), ...props.kinds.map(([value, label]) => el("option", { value }, `kind: ${label}`)));
  const route = el("select", { id: "hf-route", "aria-label": "which provider", onchange: () => { props.value = { model: `${bare(page.target.model)}${route.value && `:${route.value}`}`, base_url: "" }; } });
  const switches = SWITCHES.map(([name, standing, path, note, title]) => {
    const box = el("input", { type: "checkbox", onchange: () => turn(path, box.checked === standing ? undefined : box.checked) });
    return { show: () => { box.checked = at(path) ?? standing; }, node: el("label", { title }, box, el("span", {}, name), el("small", {}, note)) };
  });
  const router = el("div", { class: "switches" }, ...switches.map(({ node }) => node));
  const probes = new Probes(props.parameters, (progress) => { button.textContent = progress || "Probe"; if (!progress) recallProbes(); });
  element.querySelector(".mount").append(el("div", { class: "server-line" }, summary, button), el("div", { class: "server-more" }, kind, route, router));
  let found = null;
  let looked = {};
  let verdicts = [];

  const bare = (model) => model.replace(/:[^:/]+$/, "");

  /** Which of the switches and choices this provider has. */
  function settle() {
    const where = page.provider;
    kind.hidden = where !== "server";
    route.hidden = where !== "huggingface";
    router.hidden = where !== "openrouter";
    kind.value = page.target.flavour ?? "";
    follow(where === "openrouter");
    for (const each of switches) each.show();
    const { base_url, model } = page.target;
    if (base_url === looked.base_url && model === looked.model) return;
    if (base_url !== looked.base_url) found = null;
    looked = { base_url, model };
    verdicts = [];
    for (const row of page.rows.values()) row.probed?.(undefined);
    if (where !== "server") describe();
    if (where !== "server" || found) recallProbes();
  }

  /** What the probes have found before at this model and server stands behind each row's word. */
  async function recallProbes() {
    const { model, base_url } = page.target;
    const table = await remembered({ model, base_url });
    if (model !== page.target.model || base_url !== page.target.base_url) return;
    verdicts = table?.verdicts ?? [];
    showProbed();
  }

  /** Again with each preview: a row may come onto the page after what is known of it. */
  function showProbed() {
    for (const verdict of verdicts) page.rows.get(verdict.parameter)?.probed(verdict);
  }

  /** Has the catalogue looked up for the model that is chosen: it costs nothing, and tells which it does not take. */
  async function describe() {
    const { model } = page.target;
    paintRoutes([]);
    if (!["huggingface", "openrouter"].includes(page.provider)) return;
    const response = await fetch(`playground/model?${new URLSearchParams({ model: bareFor(model) })}`).catch(() => null);
    const said = response?.ok ? await response.json() : null;
    if (model !== page.target.model) return;
    paintRoutes(said?.model?.offers ?? []);
    page.previewSoon();
  }

  const bareFor = (model) => (page.provider === "huggingface" ? bare(model) : model);

  function paintRoutes(offers) {
    const own = /:([^:/]+)$/.exec(page.target.model)?.[1] ?? "";
    const named = offers.map(({ provider: name }) => [name, `route: ${name}`]);
    const all = [...ROUTES, ...named];
    if (!all.some(([value]) => value === own)) all.push([own, `route: ${own}`]);
    route.replaceChildren(...all.map(([value, text]) => el("option", { value }, text)));
    route.value = own;
  }

  /** Has the server's kind found out; the server is asked what it says of itself, and no model is. */
  async function locate() {
    if (page.provider !== "server") return;
    const { base_url, flavour } = page.target;
    const response = await fetch(`playground/models?${new URLSearchParams({ provider: "server", base_url, flavour: flavour ?? "" })}`, { headers: page.headers() }).catch(() => null);
    const said = await response?.json().catch(() => null);
    if (base_url !== page.target.base_url) return;
    found = response?.ok ? { ...said.server, models: said.models, note: said.note } : { label: "", why: said?.problems?.map(({ text }) => text).join(" ") || said?.message || "", answered: false };
    kind.options[0].textContent = found.answered && !flavour ? `kind: ${found.label}, found out` : "kind: find it out";
    kind.title = found.why ?? "";
    if (isUnnamed() && found.models?.length) props.value = { model: found.models[0].id, base_url };
    if (response?.ok) recallProbes();
    page.previewSoon();
  }

  /** Whether a server of one's own is asked under the name of the model that runs here: nobody has chosen one yet. */
  const isUnnamed = () => page.target.base_url !== "" && page.target.model === "embedded";

  function summarise() {
    const { unsupported = {}, unknown = {}, problems = [] } = page.foretold ?? {};
    const wrong = problems.filter(({ parameter }) => ["model", "base_url"].includes(parameter)).map(({ text }) => text);
    summary.classList.toggle("wrong", wrong.length > 0);
    if (wrong.length) { summary.textContent = wrong.join(" "); return; }
    const [not, open] = [Object.keys(unsupported), Object.keys(unknown)];
    const who = { embedded: "The embedded model", huggingface: "HuggingFace", openrouter: "OpenRouter" }[page.provider] ?? (found?.answered || page.target.flavour ? labelOf() : "This server");
    const silent = found && !found.answered && !page.target.flavour && page.provider === "server" ? ` ${found.why || found.note || ""}` : "";
    const parts = [not.length && `does not take ${not.join(", ")}`, open.length && `${open.length === props.choosable ? "all of them" : `${open.length} of ${props.choosable}`} unknown`].filter(Boolean);
    const unnamed = found && isUnnamed() ? " Type its model\u2019s name: embedded is the one that runs here." : "";
    summary.textContent = `${who}${parts.length ? `: ${parts.join("; ")}` : " takes every parameter"}.${silent}${unnamed}`;
  }

  const labelOf = () => props.kinds.find(([value]) => value === (page.target.flavour || found.flavour))?.[1] ?? "This server";

  // The switches are a view of the extra JSON, which is what is sent.
  const extra = () => page.rows.get("extra_body");
  const at = ([outer, inner]) => extra()?.value()?.[outer]?.[inner];

  function put([outer, inner], value) {
    const { [outer]: object = {}, ...rest } = extra().value() ?? {};
    const { [inner]: dropped, ...others } = object;
    const changed = value === undefined ? others : { ...others, [inner]: value };
    const whole = Object.keys(changed).length ? { ...rest, [outer]: changed } : rest;
    extra().set(Object.keys(whole).length ? whole : undefined);
  }

  // What a switch has put there is for OpenRouter alone: it leaves with it, and comes back with it. Not what was typed.
  const turned = { there: page.provider === "openrouter", by: [], ...recall("switches") };

  function turn(path, value) {
    turned.by = turned.by.filter((each) => each.path.join() !== path.join());
    if (value !== undefined) turned.by.push({ path, value });
    put(path, value);
    remember("switches", turned);
  }

  function follow(there) {
    if (!extra() || there === turned.there) return;
    if (!there) turned.by = turned.by.filter(({ path, value }) => at(path) === value);  // else it was edited since
    turned.there = there;
    remember("switches", turned);
    for (const { path, value } of turned.by) if (!there || at(path) === undefined) put(path, there ? value : undefined);
  }

  document.addEventListener("playground:target", settle);
  document.addEventListener("playground:locate", locate);
  document.addEventListener("playground:preview", () => { settle(); summarise(); showProbed(); });
  settle();
  if (page.target.base_url) locate();
}
