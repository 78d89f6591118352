// The choice of a model: both catalogues and the own server's list to search in, and any name that is typed.

import { ask } from "../core/api.js";
import { dialog } from "../core/dialog.js";
import { button, el, fill } from "../core/dom.js";
import { store } from "../core/store.js";
import { t, translated } from "../core/words.js";
import { EmbeddedList } from "./embedded.js";
import { FaultList } from "./faults.js";
import { age, dollars, ORDERS, takenText, thousands } from "./listing.js";
import { Neighbours, neighbourSearch } from "./neighbours.js";
import { isPrefixed } from "./providers.js";
import { takeTyped } from "./typed.js";

/** @import { Mount } from "../types" */
/** @import { Listed } from "./listing.js" */

/** @typedef {{models: Listed[], prefix: string, age_s: number | null, note: string}} List */

const SHOWN = 150;
const SHOW_MORE = t("Type to narrow the list.");
const LOOKING = t("Looking …");
const LOST = t("This page has lost its own server.");
const ENDS = t("It ends with the playground.");
/** The lists that are no provider's. */
const FAULTY = "faulty";
const EMBEDDED = "embedded";
const HERE = t("Choose one; what is not here is fetched when you say so.");
const EMPTY = { models: [], prefix: "", age_s: null, note: "" };

/** @param {string} text */
const number = (text) => el("td", { class: "number" }, text);

class ModelList {
  /** @type {List} */
  #list = EMPTY;
  #provider = "openrouter";
  #asked = 0;
  #missing = false; // the address of the own server, or one that can be read

  /** @param {Mount} mount */
  constructor({ element, props }) {
    this.props = props;
    /** @type {number} */
    this.count = props.parameters.length;
    this.search = this.#searchBox();
    const orders = Object.keys(ORDERS).map((value) => el("option", { value }, translated(value)));
    const paint = () => this.#paint();
    this.order = el("select", { "aria-label": t("order"), onchange: paint }, ...orders);
    const names = props.parameters.map((/** @type {string} */ name) => el("option", { value: name }, name));
    const any = el("option", { value: "" }, t("that take …"));
    this.taking = el("select", { "aria-label": t("only models that take"), onchange: paint }, any, ...names);
    this.tabs = this.#tabs();
    this.rows = el("tbody");
    this.state = el("p", { class: "state-of-list", role: "status" });
    const refresh = el("button", { type: "button" }, t("Refresh"));
    refresh.addEventListener("click", () => this.#look(this.#provider, true));
    this.faults = this.#faultList();
    this.embedded = new EmbeddedList(
      (model) => this.#choose(model),
      (text) => this.#say(text || HERE),
    );
    const search = props.neighbours && neighbourSearch((text) => this.#say(text));
    const table = el("table", { class: "models" }, this.#head(), this.rows);
    const narrow = el("div", { class: "narrow" }, this.order, this.taking);
    this.node = dialog(
      t("Choose a model"),
      el("div", { class: "model-search" }, this.search, this.tabs, narrow),
      new Neighbours().node,
      el("div", { class: "dialog-body" }, table, this.embedded.node, this.faults.node),
      el("footer", {}, this.state, el("div", { class: "actions" }, refresh, search)),
    );
    this.ofProviders = [this.search, narrow, table, refresh];
    this.node.id = "model-list";
    takeTyped(t("model"));
    store.on("chosen", (target) => this.#take(target));
    fill(
      element,
      button("small", t("Models"), () => this.#open(), { id: "open-models" }),
    );
  }

  #searchBox() {
    const box = el("input", { type: "search", spellcheck: false, autocomplete: "off" });
    box.placeholder = t("search, or type any model’s name");
    box.setAttribute("aria-label", t("search models"));
    box.addEventListener("input", () => this.#paint());
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.rows.querySelector("button")?.click();
    });
    return box;
  }

  #tabs() {
    /** @type {[string, string][]} */
    const providers = [[EMBEDDED, EMBEDDED], ...Object.entries(this.props.providers)];
    if (this.props.faults.length) providers.push([FAULTY, FAULTY]);
    const radios = providers.map(([name, text]) => {
      const checked = name === this.#provider;
      const radio = el("input", { type: "radio", name: "provider", value: name, checked });
      radio.addEventListener("change", () => this.#look(name).then(() => this.#nameServer()));
      return el("label", {}, radio, el("span", {}, translated(text)));
    });
    const label = { role: "radiogroup", "aria-label": t("where from") };
    return el("div", { class: "segments providers", ...label }, ...radios);
  }

  #faultList() {
    const choose = (/** @type {{model: string, base_url: string}} */ target) => this.#take(target);
    return new FaultList(this.props.faults, choose, (text) => this.#say(text));
  }

  #head() {
    const heads = [
      [t("model"), "", ""],
      [t("context"), "number", ""],
      [t("$ in"), "number", t("US dollars for a million tokens read")],
      [t("$ out"), "number", t("US dollars for a million tokens written")],
      [t("takes"), "", t("how many of the {count} parameters, by the catalogue", { count: this.count })],
    ];
    const cells = heads.map(([text, kind, title]) =>
      el("th", { scope: "col", class: kind, title: title || null }, text),
    );
    return el("thead", {}, el("tr", {}, ...cells));
  }

  #open() {
    const { model, base_url } = store.target;
    this.search.value = "";
    this.node.showModal();
    this.search.focus();
    const named = model.split("/")[0];
    const other = named in this.props.providers || model.startsWith(`${EMBEDDED}/`) ? named : this.#provider;
    this.#look(base_url || named === "server" ? "server" : other);
  }

  /**
   * Shows what a provider has; `anew` has it asked again.
   * @param {string} name
   */
  async #look(name, anew = false) {
    this.#provider = name;
    for (const radio of this.tabs.querySelectorAll("input")) radio.checked = radio.value === name;
    for (const node of this.ofProviders) node.hidden = name === FAULTY || name === EMBEDDED;
    this.faults.node.hidden = name !== FAULTY;
    this.embedded.node.hidden = name !== EMBEDDED;
    this.#asked += 1;
    const mine = this.#asked;
    this.#list = EMPTY;
    this.#missing = false;
    if (name === FAULTY || name === EMBEDDED) {
      this.state.textContent = name === FAULTY ? ENDS : HERE;
      if (name === EMBEDDED) this.embedded.look();
      return;
    }
    this.state.textContent = LOOKING;
    this.#paint();
    const { base_url, flavour = "" } = store.target;
    /** @type {Record<string, string>} */
    const query = { provider: name, flavour };
    if (name === "server") query.base_url = base_url;
    if (anew) query.refresh = "1";
    const { ok, data } = await ask("playground/models", { query, keys: store.keys });
    if (mine !== this.#asked) return;
    /** @type {import("../types").Problem[]} */
    const problems = data?.problems ?? [];
    this.#missing = problems.some(({ parameter }) => parameter === "base_url");
    const fault =
      problems.map(({ text }) => translated(text)).join(" ") || translated(data?.message ?? "") || LOST;
    this.#list = ok ? data : { ...EMPTY, note: fault };
    this.#paint();
  }

  /**
   * An own server that has no address yet gets one: its field comes into view, also on a phone, and waits for
   * it.
   */
  #nameServer() {
    if (!this.#missing || !this.node.open) return;
    this.node.close();
    document.body.setAttribute("data-server", "");
    /** @type {HTMLElement | null} */ (
      document.querySelector("#base-url input, #base-url textarea")
    )?.focus();
  }

  #found() {
    const { models, prefix } = this.#list;
    const words = this.search.value.trim().toLowerCase().split(/\s+/);
    const taking = this.taking.value;
    const found = models.filter(({ id, name, takes }) => {
      const text = `${prefix}${id} ${name}`.toLowerCase();
      return words.every((word) => text.includes(word)) && (!taking || takes.includes(taking));
    });
    const order = ORDERS[this.order.value];
    return order ? found.toSorted(order) : found;
  }

  #paint() {
    const models = this.#found();
    const typed = this.search.value.trim();
    const { prefix } = this.#list;
    const listed = this.#list.models.some(({ id }) => `${prefix}${id}` === typed);
    const first = typed ? (listed ? [] : [this.#typedRow(typed)]) : [this.#embeddedRow()];
    this.rows.replaceChildren(...first, ...models.slice(0, SHOWN).map((model) => this.#row(model)));
    if (this.#list !== EMPTY) this.#sayState(models.length);
  }

  /** @param {number} found */
  #sayState(found) {
    const { models, age_s: seconds, note } = this.#list;
    const of = found === models.length ? "" : t("{found} of ", { found });
    // The note on an old copy tells its age itself.
    const copied = seconds === null || note ? "" : t(", catalogue read {age}", { age: age(seconds) });
    const parts = [
      models.length ? t("{of}{length} models{copied}.", { of, length: models.length, copied }) : "",
      found > SHOWN ? t("{shown} are shown. {show_more}", { shown: SHOWN, show_more: SHOW_MORE }) : "",
      translated(note),
    ];
    this.state.textContent = parts.filter(Boolean).join(" ");
  }

  /**
   * @param {string} id
   * @param {string} name
   * @param {string} [small]
   */
  #choice(id, name, small) {
    const choice = button("model-name", el("code", {}, id), () => this.#choose(name));
    if (small) choice.append(el("span", {}, small));
    return choice;
  }

  /** @param {Listed} model */
  #row(model) {
    const { id, context, price_in, price_out, lacks } = model;
    const choice = this.#choice(id, `${this.#list.prefix}${id}`, model.name === id ? "" : model.name);
    if (model.ends) choice.append(el("span", { class: "until" }, model.ends));
    const title = lacks.length ? t("not: {lacks}", { lacks: lacks.join(", ") }) : "";
    const takes = el("td", { class: "takes", title }, takenText(model, this.count));
    const numbers = [thousands(context), dollars(price_in), dollars(price_out)].map(number);
    return el("tr", {}, el("td", {}, choice), ...numbers, takes);
  }

  #embeddedRow() {
    const choice = this.#choice("embedded", "embedded", t("runs here, needs no key"));
    const cells = [number(""), number(t("free")), number(t("free")), el("td", { class: "takes" }, t("all"))];
    return el("tr", {}, el("td", {}, choice), ...cells);
  }

  /** @param {string} typed */
  #typedRow(typed) {
    const known = isPrefixed(typed) || this.#provider === "server";
    const prefix = this.#list.prefix || this.props.prefixes[this.#provider];
    const name = known ? typed : `${prefix}${typed}`;
    const choice = this.#choice(name, name, t("as typed"));
    return el("tr", { class: "typed" }, el("td", { colSpan: 5 }, choice));
  }

  /** @param {string} text */
  #say(text) {
    this.state.textContent = text;
  }

  /**
   * A server that was chosen elsewhere goes where a typed one would stand, and its kind is found out.
   * @param {{model: string, base_url: string}} target
   */
  #take(target) {
    this.node.close();
    store.setTarget(target);
    this.props.value = target;
    store.tell("locate", null);
  }

  /** @param {string} model */
  #choose(model) {
    this.node.close();
    const own = this.#provider === "server" && model !== "embedded";
    this.props.value = { model, base_url: own ? store.target.base_url : "" };
  }
}

/** @param {Mount} mount */
export function mount(mount) {
  new ModelList(mount);
}
