// The second side of a comparison: its own model, and any other parameter in place of the first side's.
//
// It is a row like the others, with one object as its value: {"model": ..., "<parameter>": value}; null
// stands for a parameter that the second side leaves to the server although the first has set it.

import { ask } from "../core/api.js";
import { el, uniqueId } from "../core/dom.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { BEGINNINGS, listedAt } from "../models/providers.js";
import { CONTROLS } from "./controls.js";
import { Row } from "./row.js";

/** @typedef {{value: any, wrong: string, control: import("../types").Control}} Override */

/** Kinds with an editor of their own are edited as JSON here: there is one line's room. */
const PLAIN = ["number", "flag", "choice", "text", "lines"];
const MOST_MODELS = 400;

/** @param {string[]} values */
const options = (values) => values.map((value) => el("option", { value }));

class SecondSide extends Row {
  /** @param {import("../types").Mount} mount */
  constructor(mount) {
    super(mount.props.name, t("second side"));
    /** @type {{name: string, kind: any}[]} */
    const kinds = mount.props.kinds;
    this.kinds = new Map(kinds.map(({ name, kind }) => [name, kind]));
    /** @type {Map<string, Override>} */
    this.overrides = new Map();
    this.loaded = "";
    this.state = el("span", { class: "state", role: "status" });
    this.holder = el("div", { class: "overrides" });
    this.models = el("datalist", { id: uniqueId("second-models") });
    this.model = this.#modelBox();
    this.adding = el("select", { "aria-label": t("another parameter for the second side") });
    this.adding.addEventListener("change", () => this.#pick());
    this.body.classList.add("second");
    this.begin(mount, {
      control: {
        node: el("div", { class: "control" }, this.model, this.models),
        show: (value) => this.show(value),
        hint() {},
      },
      state: this.state,
      more: [this.holder, el("div", { class: "adding" }, this.adding)],
      unsetting: t("no second side of its own"),
    });
  }

  #modelBox() {
    const box = el("input", {
      type: "text",
      "aria-label": t("model of the second side"),
      placeholder: t("same model"),
      spellcheck: false,
      autocomplete: "off",
      onfocus: () => this.suggest(),
      oninput: () => {
        this.suggest();
        this.remake();
      },
    });
    box.setAttribute("list", this.models.id);
    return box;
  }

  /** A parameter has been chosen: it begins with the first side's value. */
  #pick() {
    const chosen = this.adding.value;
    this.adding.value = "";
    if (chosen) {
      const { control } = this.add(chosen, store.value(chosen));
      /** @type {HTMLElement | null} */ (control.node.querySelector("input, textarea, select"))?.focus();
    }
    this.remake();
  }

  /**
   * Adds a line for a parameter.
   * @param {string} parameter
   * @param {any} value
   */
  add(parameter, value) {
    const kind = this.kinds.get(parameter);
    const id = uniqueId(`second-${parameter}`);
    const own = /** @type {keyof typeof CONTROLS} */ (PLAIN.includes(kind.control) ? kind.control : "json");
    const onchange = (/** @type {any} */ made, message = "") => {
      Object.assign(override, { value: made, wrong: message && `${parameter}: ${message}` });
      this.remake();
    };
    const control = CONTROLS[own]({ name: `second-${parameter}`, labelId: id, kind, onchange });
    /** @type {Override} */
    const override = { value, wrong: "", control };
    const remove = el("button", { type: "button", class: "unset", title: t("as the first side") }, "\u00d7");
    remove.setAttribute("aria-label", t("second side: {parameter} as the first", { parameter }));
    const name = el("span", { class: "name", id }, parameter);
    const node = el("div", { class: "line override" }, name, control.node, remove, control.below);
    remove.addEventListener("click", () => {
      this.overrides.delete(parameter);
      node.remove();
      this.remake();
    });
    control.show(value);
    control.hint(null);
    this.holder.append(node);
    this.overrides.set(parameter, override);
    return override;
  }

  /** Sets what stands in the widgets now. */
  remake() {
    const model = this.model.value.trim();
    /** @type {Record<string, any>} */
    const set = model ? { model } : {};
    for (const [parameter, { value }] of this.overrides) set[parameter] = value ?? null;
    const wrong = [...this.overrides.values()].filter(({ wrong }) => wrong);
    const faults = wrong.map(({ wrong }) => wrong.replace(/\.?$/, "."));
    this.make(Object.keys(set).length ? set : undefined, faults.join(" "));
  }

  /** Its faults name their parameters themselves. */
  get fault() {
    return store.unreadable(this.name);
  }

  /** @param {Record<string, any> | undefined} value */
  show(value) {
    this.overrides.clear();
    this.holder.replaceChildren();
    this.model.value = value?.model ?? "";
    for (const [parameter, own] of Object.entries(value ?? {})) {
      if (this.kinds.has(parameter)) this.add(parameter, own ?? undefined);
    }
  }

  paint() {
    super.paint();
    const word = this.value === undefined ? t("unset") : t("set");
    this.state.textContent = word;
    this.state.dataset.state = word;
    const left = [...this.kinds.keys()].filter((each) => !this.overrides.has(each));
    this.adding.replaceChildren(
      el("option", { value: "" }, t("+ another parameter…")),
      ...left.map((each) => el("option", { value: each }, each)),
    );
  }

  /** What can be typed: beginnings first, then the models of the provider that the beginning names. */
  async suggest() {
    const server = store.target.base_url;
    const provider = server ? "server" : listedAt(this.model.value);
    const wanted = server || provider || "none";
    if (this.loaded === wanted) return;
    this.loaded = wanted;
    this.models.replaceChildren(...options(server ? [] : BEGINNINGS));
    if (!provider) return;
    const query = { provider, base_url: server };
    const { ok, data } = await ask("playground/models", { query, keys: store.keys });
    if (!ok) return;
    const ids = data.models.slice(0, MOST_MODELS).map((/** @type {{id: string}} */ { id }) => id);
    this.models.append(...options(ids.map((/** @type {string} */ id) => (data.prefix ?? "") + id)));
  }
}

/** @param {import("../types").Mount} mount */
export function mount(mount) {
  new SecondSide(mount);
}
