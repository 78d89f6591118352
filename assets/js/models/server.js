// The line above the parameters: what kind of server takes them and how many of them it takes, its own
// switches, and the probes.

import { LABELS, ROUTES, SWITCHES } from "../contract.js";
import { ask } from "../core/api.js";
import { button, el, fill } from "../core/dom.js";
import { store } from "../core/store.js";
import { t, translated } from "../core/words.js";
import { previewSoon } from "../params/preview.js";
import { Probes } from "./probes.js";
import { remembered } from "./remembered.js";
import { Switches } from "./switches.js";

/** @import { Mount } from "../types" */

/**
 * @typedef {{label: string, why: string, answered: boolean, flavour?: string, model?: string, note?: string}} Found
 */

const PROBE = t("Does this server honour each parameter? A few short questions find out.");
const UNNAMED = t(" Type its model’s name: embedded is the one that runs here.");
/** @type {Partial<Record<string, string>>} */
const NAMES = { ...LABELS, embedded: t("The embedded model") };
/** @type {Partial<Record<string, Record<string, string>>>} */
const ROUTES_OF = ROUTES;

/**
 * A model's name without the route behind it.
 * @param {string} model
 */
const bare = (model) => model.replace(/:[^:/]+$/, "");

/**
 * Whether a server of one's own is asked under the name of the model that runs here: nobody has chosen one
 * yet.
 */
const isUnnamed = () => store.target.base_url !== "" && store.target.model === "embedded";

/** Shows the field for an address on a phone where one is in use; nothing else hides what a choice has just shown. */
function showAddress() {
  document.body.toggleAttribute("data-server", store.provider !== "embedded");
}

class ServerLine {
  /** @type {Found | null} */
  #found = null; // what the typed server says of itself
  /** @type {{model?: string, base_url?: string}} */
  #looked = {}; // whom the verdicts and the routes are of

  /** @param {Mount} mount */
  constructor({ element, props }) {
    this.props = props;
    /** @type {[string, string][]} */
    this.kinds = props.kinds;
    this.summary = el("span", { class: "summary", role: "status" });
    const kinds = this.kinds.map(([value, label]) =>
      el("option", { value }, t("kind: {label}", { label: translated(label) })),
    );
    this.finding = el("option", { value: "" }, t("kind: found out when asked"));
    const label = { id: "server-kind", "aria-label": t("kind of server") };
    this.kind = el("select", label, this.finding, ...kinds);
    this.kind.addEventListener("change", () => {
      store.setTarget({ flavour: this.kind.value });
      this.locate();
    });
    this.route = el("select", { id: "route", "aria-label": t("which provider") });
    this.route.addEventListener("change", () => {
      const route = this.route.value;
      props.value = { model: `${bare(store.target.model)}${route && `:${route}`}`, base_url: "" };
    });
    this.switches = Object.entries(SWITCHES).map(([provider, each]) => new Switches(provider, each));
    this.#addProbes(element);
    store.on("target", () => {
      showAddress();
      this.#settle();
    });
    store.on("locate", () => this.locate());
    store.on("preview", () => {
      this.#settle();
      this.#summarise();
    });
    showAddress();
    this.#settle();
    if (store.target.base_url) this.locate();
  }

  /** @param {HTMLElement} element */
  #addProbes(element) {
    const opener = button("small", t("Probe"), () => probes.open(), { id: "open-probes", title: PROBE });
    const probes = new Probes(this.props.parameters, (progress) => {
      opener.textContent = progress || t("Probe");
      if (!progress) this.#recallProbes();
    });
    store.on("probe", (names) => probes.open(names));
    const switches = this.switches.map(({ node }) => node);
    const more = el("div", { class: "server-more" }, this.kind, this.route, ...switches);
    fill(element, el("div", { class: "server-line" }, this.summary, opener), more);
  }

  /** Which of the switches and choices this provider has. */
  #settle() {
    const where = store.provider;
    const { model, base_url, flavour } = store.target;
    this.kind.hidden = where !== "server";
    this.route.hidden = !ROUTES_OF[where];
    this.kind.value = flavour ?? "";
    for (const each of this.switches) each.show();
    if (base_url === this.#looked.base_url && model === this.#looked.model) return;
    if (base_url !== this.#looked.base_url) this.#found = null;
    this.#looked = { base_url, model };
    store.setVerdicts([]);
    if (where !== "server") this.#describe();
    if (where !== "server" || this.#found) this.#recallProbes();
  }

  /** What the probes have found before at this model and server stands behind each row's word. */
  async #recallProbes() {
    const { model, base_url } = store.target;
    const table = await remembered({ model, base_url }, store.keys);
    if (store.asksAlike({ model, base_url })) store.setVerdicts(table?.verdicts ?? []);
  }

  /**
   * Has the catalogue looked up for the model that is chosen: it costs nothing, and tells which it does not
   * take.
   */
  async #describe() {
    const { model } = store.target;
    const where = store.provider;
    this.#paintRoutes([]);
    if (where === "embedded" || where === "server") return;
    const query = { model: ROUTES_OF[where] ? bare(model) : model };
    const { ok, data } = await ask("playground/model", { query });
    if (model !== store.target.model) return;
    this.#paintRoutes(ok ? (data.model?.offers ?? []) : []);
    previewSoon();
  }

  /** @param {{provider: string}[]} offers */
  #paintRoutes(offers) {
    const own = /:([^:/]+)$/.exec(store.target.model)?.[1] ?? "";
    const routes = new Map(Object.entries(ROUTES_OF[store.provider] ?? {}));
    for (const { provider } of offers) routes.set(provider, t("route: {provider}", { provider }));
    if (!routes.has(own)) routes.set(own, t("route: {own}", { own }));
    const options = [...routes].map(([value, text]) => el("option", { value }, text));
    this.route.replaceChildren(...options);
    this.route.value = own;
  }

  /** Has the server's kind found out; the server is asked what it says of itself, and no model is. */
  async locate() {
    if (store.provider !== "server") return;
    const { base_url, flavour = "" } = store.target;
    const query = { provider: "server", base_url, flavour };
    const { ok, data } = await ask("playground/models", { query, keys: store.keys });
    if (base_url !== store.target.base_url) return;
    /** @type {import("../types").Problem[]} */
    const problems = data?.problems ?? [];
    const why = problems.map(({ text }) => text).join(" ") || data?.message || "";
    const found = ok ? { ...data.server, note: data.note } : { label: "", why, answered: false };
    this.#found = found;
    store.setBuilt(base_url, ok ? data.server.built : {});
    this.finding.textContent =
      found.answered && !flavour
        ? t("kind: {label}, found out", { label: found.label })
        : t("kind: find it out");
    this.kind.title = translated(found.why ?? "");
    if (isUnnamed() && found.model) this.props.value = { model: found.model, base_url };
    if (ok) this.#recallProbes();
    previewSoon();
  }

  #summarise() {
    const { support = {}, problems = [] } = store.preview ?? {};
    const wrong = problems.filter(({ parameter = "" }) => ["model", "base_url"].includes(parameter));
    this.summary.classList.toggle("wrong", wrong.length > 0);
    if (wrong.length) {
      this.summary.textContent = wrong.map(({ text }) => translated(text)).join(" ");
      return;
    }
    if (store.built) {
      this.summary.textContent = translated(store.built);
      return;
    }
    const named = (/** @type {string[]} */ ...answers) =>
      Object.keys(support).filter((name) => answers.includes(support[name].answer));
    const [not, lost, open] = [named("no", "refused"), named("void"), named("unknown")];
    const all = open.length === this.props.choosable;
    const parts = [
      not.length && t("does not take {not}", { not: not.join(", ") }),
      lost.length && t("passes over {lost} without a word", { lost: lost.join(", ") }),
      open.length &&
        t("{all} unknown", {
          all: all
            ? t("all of them")
            : t("{length} of {choosable}", { length: open.length, choosable: this.props.choosable }),
        }),
    ].filter(Boolean);
    const takes = parts.length ? `: ${parts.join("; ")}` : t(" takes every parameter");
    this.summary.textContent = `${this.#who()}${takes}.${this.#silence()}${this.#unnamed()}`;
  }

  #unnamed() {
    return this.#found && isUnnamed() ? UNNAMED : "";
  }

  /** Whom the summary is about. */
  #who() {
    const chosen = store.target.flavour || (this.#found?.answered && this.#found.flavour);
    const label = this.kinds.find(([value]) => value === chosen)?.[1];
    return NAMES[store.provider] ?? label ?? t("This server");
  }

  /** Why a typed server has said nothing of itself. */
  #silence() {
    const found = this.#found;
    if (!found || found.answered || store.target.flavour || store.provider !== "server") return "";
    return ` ${translated(found.why || found.note || "")}`;
  }
}

/** @param {Mount} mount */
export function mount(mount) {
  new ServerLine(mount);
}
