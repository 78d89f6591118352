// The state of the page, owned here: named actions change it, and views subscribe to the events that tell of
// it.
//
// A view never reaches into another: it reads the store, calls an action, or listens. What is new on the
// page, such as a look into the tokens of an answer, needs no more than that.

import { recall, remember } from "./memory.js";

/** @import { Answer, Contest, Preview, Problem, Target, Verdict } from "../types" */

/**
 * What is told, and with what.
 * @typedef {object} Events
 * @property {Readonly<Target>} target  where requests go has changed
 * @property {null} built  what the server is built to do wrong is known anew
 * @property {null} locate  the kind of the typed server shall be found out
 * @property {{model: string, base_url: string, flavour?: string}} chosen  a server was chosen, and not in the boxes
 * @property {readonly import("../models/neighbours.js").Neighbour[]} neighbours  who answers on this machine
 * @property {{name: string, by: unknown}} value  a row has been set or unset, and by whom; "declared": it has come
 * @property {string} look  this row has been changed by a button elsewhere, and shall come into view
 * @property {Readonly<Preview>} preview  what the server says of the request as it is set now
 * @property {null} problems  what is wrong with the parameters is known anew
 * @property {Shown | null} evidence  what an answer shows of the parameters has come; null: it holds no more
 * @property {null} verdicts  what the probes have found is known anew
 * @property {string[]} probe  these parameters shall be probed: the dialog opens with them ticked
 * @property {Readonly<import("./api.js").Keys>} keys  a key has been typed
 * @property {null} turns  the conversation has another turn, or lost one
 * @property {null} kept  what this browser keeps has changed, be it in another tab, or cannot be kept
 * @property {boolean} reading  answers are shown as they came from now on, or read as Markdown
 * @property {null} contest  other presets compete, or none any more
 * @property {null} presets  a preset was saved, renamed or deleted, be it in another tab
 * @property {string} view  another view is shown; empty: the chat
 * @property {boolean} busy  whether an answer is under way
 * @property {{index: number, answer: Answer}} answer  more of the answer in a pane has come
 */

/**
 * @typedef {Pick<Answer, "report" | "evidence">} Shown  What an answer shows of the parameters that were set.
 */

/** Rows that are no parameters: they have places of their own in a request. */
const APART = ["messages", "extra_body", "second"];

const FIRST = /** @type {const} */ ({ model: "embedded", base_url: "", flavour: "" });

/**
 * The parameter that a row is of, or within.
 * @param {string} name
 */
export const outer = (name) => name.split(".")[0];

/**
 * @param {unknown} a
 * @param {unknown} b
 */
export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class Store {
  /** @type {Map<string, Set<(data: any) => void>>} */
  #listeners = new Map();
  /** @type {Target} */
  #target = { ...FIRST, ...recall("target"), mode: "blind" };
  /** @type {import("./api.js").Keys} */
  #keys = {};
  /** @type {Map<string, any>} */
  #values = new Map();
  /** @type {Map<string, string>} */
  #unreadable = new Map();
  /** @type {Map<string, Problem[]>} */
  #problems = new Map();
  /** @type {Map<string, () => Promise<void>>} */
  #settling = new Map();
  /** @type {Record<string, any> | null} */
  #restored = recall("rows");
  /** @type {Contest | null} */
  #contest = null;
  /** @type {Preview | null} */
  #preview = null;
  /** @type {Map<string, Verdict>} */
  #verdicts = new Map();
  #built = { base_url: "", models: new Map() };
  #busy = false;

  // ---- events -------------------------------------------------------------------------------------------

  /**
   * Calls `listener` at each such event; returns what ends that.
   * @template {keyof Events} Name
   * @param {Name} name
   * @param {(data: Events[Name]) => void} listener
   */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /**
   * Tells those who listen.
   * @template {keyof Events} Name
   * @param {Name} name
   * @param {Events[Name]} data
   */
  tell(name, data) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(data);
  }

  // ---- where requests go --------------------------------------------------------------------------------

  /** @returns {Readonly<Target>} */
  get target() {
    return this.#target;
  }

  /**
   * Who is asked: embedded, huggingface, openrouter, or `server` for the one of the base URL or of the
   * settings.
   */
  get provider() {
    return this.#target.base_url ? "server" : this.#target.model.split("/")[0];
  }

  /** @param {Partial<Target>} change */
  setTarget(change) {
    const before = this.#target;
    const after = { ...before, ...change };
    // The kind of server was that of the address before.
    if (after.base_url !== before.base_url && !("flavour" in change)) after.flavour = "";
    this.#target = after;
    if (!this.asksAlike(before)) this.setEvidence(null);
    this.tell("target", after);
  }

  /**
   * Whether another target has the same model at the same server: an answer shows what is true of that alone.
   * @param {Pick<Target, "model" | "base_url">} other
   */
  asksAlike({ model, base_url }) {
    return model === this.#target.model && base_url === this.#target.base_url;
  }

  /**
   * What is to be said of models at an address where they are built with a fault each, to learn from.
   * @param {string} base_url
   * @param {Record<string, string>} models
   */
  setBuilt(base_url, models) {
    this.#built = { base_url, models: new Map(Object.entries(models)) };
    this.tell("built", null);
  }

  /** What is to be said of the model that is asked, where it is built with a fault; else empty. */
  get built() {
    const { base_url, models } = this.#built;
    return base_url === this.#target.base_url ? (models.get(this.#target.model) ?? "") : "";
  }

  /** @returns {Readonly<import("./api.js").Keys>} */
  get keys() {
    return this.#keys;
  }

  /**
   * @param {string} holder  whom the key is for
   * @param {string} key  empty for none
   */
  setKey(holder, key) {
    const { [holder]: _, ...others } = this.#keys;
    this.#keys = key ? { ...others, [holder]: key } : others;
    this.tell("keys", this.#keys);
  }

  // ---- parameters ---------------------------------------------------------------------------------------

  /**
   * A row is on the page now. It has the value that it had before a reload, or `value`.
   * @param {string} name
   * @param {any} value
   * @param {() => Promise<void>} [settle]  what resolves once all that was typed there has been read
   */
  declare(name, value, settle) {
    const restored = this.#restored !== null && name !== "messages";
    this.#values.set(name, restored ? this.#restored?.[name] : value);
    if (settle) this.#settling.set(name, settle);
    this.tell("value", { name, by: "declared" });
  }

  /** The rows that are on the page. */
  get names() {
    return [...this.#values.keys()];
  }

  /**
   * What a row is set to; undefined while it is unset.
   * @param {string} name
   */
  value(name) {
    return this.#values.get(name);
  }

  /**
   * Sets a row, or unsets it. `unreadable` says why what was typed there is no value: nothing is sent then.
   * @param {string} name
   * @param {any} value
   * @param {{unreadable?: string, by?: unknown}} [how]
   */
  set(name, value, { unreadable = "", by = null } = {}) {
    if (!this.#values.has(name)) return;
    this.#values.set(name, value);
    if (unreadable) this.#unreadable.set(name, unreadable);
    else this.#unreadable.delete(name);
    this.#problems.delete(name);
    this.tell("value", { name, by });
  }

  /**
   * Gives each row but the conversation's and `spared` what `set` sets, and unsets the rest, whatever was typed.
   * @param {Record<string, any>} set
   * @param {string[]} [spared]
   */
  setAll(set, spared = []) {
    for (const row of this.names) {
      const [name, inner] = row.split(".");
      if (row !== "messages" && !spared.includes(row)) this.set(row, inner ? set[name]?.[inner] : set[name]);
    }
  }

  /**
   * Makes single changes, by row or within one as in `extra_body.n`; null unsets. What is typed in a row and
   * cannot be read yet stays. Each row that is concerned is told as one to look at.
   * @param {Record<string, any>} changes
   */
  change(changes) {
    for (const [name, value] of Object.entries(changes)) {
      const [row, ...inner] = this.#values.has(name) ? [name] : name.split(".");
      if (!inner.length) this.set(row, value ?? undefined);
      else if (!this.unreadable(row)) this.set(row, this.#within(row, inner.join("."), value));
      this.tell("look", row);
    }
  }

  /**
   * A row's object with one name changed; null is a value of the second side's, which leaves a parameter to
   * its server.
   * @param {string} row
   * @param {string} name
   * @param {any} value
   */
  #within(row, name, value) {
    const { [name]: _, ...rest } = this.value(row) ?? {};
    if (value !== null || row === "second") return { ...rest, [name]: value };
    return Object.keys(rest).length ? rest : undefined;
  }

  /** What is set, as a request has it. */
  get parameters() {
    /** @type {Record<string, any>} */
    const set = {};
    for (const [row, value] of this.#values) {
      if (APART.includes(row) || value === undefined) continue;
      const [name, inner] = row.split(".");
      set[name] = inner ? { ...set[name], [inner]: value } : value;
    }
    return set;
  }

  /** The presets between which pairs are drawn; null where none compete. */
  get contest() {
    return this.#contest;
  }

  /** @param {Contest | null} contest */
  setContest(contest) {
    this.#contest = contest;
    this.tell("contest", null);
  }

  /**
   * The whole request with these messages.
   * @param {object[]} messages
   */
  request(messages) {
    const [extra_body = {}, second = {}] = [this.value("extra_body"), this.value("second")];
    const contest = this.#contest ? { contest: this.#contest } : {};
    return { ...this.#target, messages, parameters: this.parameters, extra_body, second, ...contest };
  }

  /**
   * Why what was typed in a row is no value; empty where it is one.
   * @param {string} name
   */
  unreadable(name) {
    return this.#unreadable.get(name) ?? "";
  }

  /**
   * What the server says is wrong with what a row is set to.
   * @param {string} name
   */
  problem(name) {
    return (this.#problems.get(name) ?? []).map(({ text }) => text).join(" ");
  }

  /**
   * What a row could be set to in place of what is wrong; undefined where nothing is known to do.
   * @param {string} name
   */
  nearest(name) {
    return this.#problems.get(name)?.find(({ nearest }) => typeof nearest === "number")?.nearest ?? undefined;
  }

  /** Resolves once all that was typed in the rows has been read. */
  async settled() {
    await Promise.all([...this.#settling.values()].map((settle) => settle()));
  }

  /** Keeps where requests go and everything that is set for a reload of this tab. */
  save() {
    const set = [...this.#values].filter(([name, value]) => name !== "messages" && value !== undefined);
    remember("rows", Object.fromEntries(set));
    remember("target", this.#target);
  }

  // ---- what is known of them ----------------------------------------------------------------------------

  /** @returns {Readonly<Preview> | null} */
  get preview() {
    return this.#preview;
  }

  /** @param {Preview} preview */
  setPreview(preview) {
    this.#preview = preview;
    this.tell("preview", preview);
    this.setProblems(preview.problems);
  }

  /** @param {Problem[]} problems */
  setProblems(problems) {
    this.#problems.clear();
    for (const row of this.names) {
      const own = problems.filter(({ parameter }) => parameter === outer(row));
      if (own.length) this.#problems.set(row, own);
    }
    this.tell("problems", null);
  }

  /**
   * What an answer has shown of each parameter that is set; null where it is true no more.
   * @param {Shown | null} shown
   */
  setEvidence(shown) {
    this.tell("evidence", shown);
  }

  /** @param {Verdict[]} verdicts */
  setVerdicts(verdicts) {
    this.#verdicts = new Map(verdicts.map((verdict) => [verdict.parameter, verdict]));
    this.tell("verdicts", null);
  }

  /**
   * What the probes have found of a parameter at this model and server.
   * @param {string} name
   */
  verdict(name) {
    return this.#verdicts.get(name);
  }

  // ---- what is shown ------------------------------------------------------------------------------------

  /** The view beside the parameters; empty is the chat. */
  get view() {
    return document.body.dataset.view ?? "";
  }

  /** @param {string} view */
  show(view) {
    if (view) document.body.dataset.view = view;
    else delete document.body.dataset.view;
    this.tell("view", view);
  }

  // ---- the answer under way -----------------------------------------------------------------------------

  get busy() {
    return this.#busy;
  }

  /** @param {boolean} busy */
  setBusy(busy) {
    if (busy === this.#busy) return;
    this.#busy = busy;
    this.tell("busy", busy);
  }
}

export const store = new Store();
