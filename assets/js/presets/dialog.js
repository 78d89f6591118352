// All presets: what each sets and leaves unset; saved, renamed, deleted, handed on as one file and taken in.

import { LONGEST_PRESET_NAME, MOST_PRESETS, PRESETS_MARK } from "../contract.js";
import { dialog } from "../core/dialog.js";
import { beginningOf, button, el, saveFile } from "../core/dom.js";
import { store } from "../core/store.js";
import { t, translated } from "../core/words.js";
import { unread } from "../share/request.js";
import { ContestLine, competing } from "./competing.js";
import { entrants } from "./contest.js";
import { library } from "./library.js";
import { settings, unset } from "./words.js";

/** @import { Own, Preset } from "../types" */
/** @import { Done } from "./library.js" */

/**
 * @typedef {object} Actions
 * @property {(name: string) => void} use  sets what it sets
 * @property {(name: string) => void} call  it is what is set now
 * @property {() => string} chosen
 */

const INTRO = t(
  "A preset sets what it names and leaves every other parameter unset. Model, server, second side, messages and keys " +
    "are no part of it.",
);
const FILE = "playground-presets.json";
/** @param {string} name */
const fileOf = (name) => `playground-preset-${name.replace(/[^\p{Letter}\p{Number}]+/gu, "-")}.json`;

/** @param {string} text */
const clean = (text) => text.trim().replace(/\s+/g, " ");

export class PresetsDialog {
  /** @type {Preset | null} */
  #deleted = null;
  #sure = "";

  /** @param {Actions} actions */
  constructor(actions) {
    this.actions = actions;
    this.name = el("input", {
      type: "text",
      maxLength: LONGEST_PRESET_NAME,
      "aria-label": t("name of the preset"),
    });
    this.name.placeholder = t("a name");
    this.name.addEventListener("input", () => this.#ask(""));
    this.name.addEventListener("keydown", (event) => event.key === "Enter" && this.#save());
    this.save = button("strong", t("Save what is set"), () => this.#save());
    this.now = el("p", { class: "preset-sets" });
    this.rows = el("tbody");
    this.notes = el("ul", { class: "share-notes" });
    this.said = el("span", { class: "preset-said", role: "status" });
    this.undo = button("small", t("Undo"), () => this.#undo(), { hidden: true });
    this.export = button("", t("Export as a file"), () => this.#export(FILE, library.own));
    const table = el("table", { class: "preset-table" }, this.rows);
    this.contest = new ContestLine();
    const saving = el("div", { class: "actions preset-saving" }, this.name, this.save);
    const body = el(
      "div",
      { class: "dialog-body preset-body" },
      saving,
      this.now,
      table,
      this.contest.node,
      this.notes,
    );
    const told = el("p", {}, this.said, " ", this.undo);
    const actionsRow = el("div", { class: "actions" }, this.export, this.#picker());
    this.node = dialog(
      t("Presets"),
      el("p", { class: "intro" }, INTRO),
      body,
      el("footer", {}, told, actionsRow),
    );
    this.node.id = "presets";
    for (const event of /** @type {const} */ (["presets", "value", "contest"])) {
      store.on(event, () => this.node.open && !this.rows.querySelector(".renaming") && this.#paint());
    }
  }

  #picker() {
    const picker = el("input", { type: "file", class: "visually-hidden", accept: ".json,application/json" });
    picker.id = "preset-file";
    picker.addEventListener("change", async () => {
      const [file] = picker.files ?? [];
      picker.value = "";
      if (file) this.#tell(await library.take(await beginningOf(file)));
    });
    return el(
      "span",
      {},
      picker,
      el("label", { class: "share-open", htmlFor: picker.id }, t("Import a file…")),
    );
  }

  async open() {
    this.#tell({ ok: true, said: "" });
    this.#ask("");
    this.node.showModal();
    this.#paint();
    await store.settled();
    await library.load(); // tells, and so paints
  }

  /**
   * Says what became of it; `undone` is what can be brought back.
   * @param {Done} done
   * @param {Preset | null} undone
   */
  #tell({ ok, said }, undone = null) {
    this.said.textContent = said;
    this.said.dataset.tone = ok ? "" : "bad";
    this.#deleted = undone;
    this.undo.hidden = undone === null;
  }

  /** @param {string} name  a name in use, for which it is asked whether it shall be replaced; empty: none */
  #ask(name) {
    this.#sure = name;
    this.save.textContent = name ? t("Replace “{name}”", { name }) : t("Save what is set");
  }

  async #save() {
    const name = clean(this.name.value);
    await store.settled();
    const trouble = unread();
    if (trouble) return this.#tell({ ok: false, said: trouble });
    if (name && this.#sure !== name && library.own.some((own) => own.name === name)) return this.#ask(name);
    const extra = store.value("extra_body");
    const done = await library.save({ name, parameters: store.parameters, extra_body: extra });
    this.#ask("");
    this.#tell(
      done.ok ? { ok: true, said: t("Saved as “{name}”. {said}", { name, said: done.said }).trim() } : done,
    );
    if (!done.ok || !done.preset) return undefined;
    this.name.value = "";
    return this.actions.call(done.preset.name);
  }

  async #undo() {
    const preset = this.#deleted;
    if (!preset) return;
    const done = await library.save(preset);
    this.#tell(
      done.ok ? { ok: true, said: t("“{name}” is back.", { name: preset.name }) } : done,
      done.ok ? null : preset,
    );
  }

  /**
   * @param {string} file
   * @param {Own[]} all
   */
  #export(file, all) {
    const [mark, version] = PRESETS_MARK;
    const presets = all.map(({ name, parameters, extra_body }) => ({ name, parameters, extra_body }));
    const text = `${JSON.stringify({ [mark]: version, presets }, null, 2)}\n`;
    saveFile(file, text);
  }

  #paint() {
    const focused = document.activeElement?.getAttribute("aria-label") ?? "";
    const set = { parameters: store.parameters, extra_body: store.value("extra_body") };
    this.now.textContent = t("Set now: {settings}.", { settings: settings(set).join(", ") || t("nothing") });
    const { own, shipped } = library;
    this.rows.replaceChildren(
      ...own.map((each) => this.#row(each, each)),
      ...shipped.map((each) => this.#row(each)),
    );
    this.contest.paint();
    this.export.disabled = own.length === 0;
    const many =
      own.length >= MOST_PRESETS
        ? [t("{most_presets} presets of your own are kept, and no more.", { most_presets: MOST_PRESETS })]
        : [];
    const again = focused && this.rows.querySelector(`[aria-label="${CSS.escape(focused)}"]`);
    if (again instanceof HTMLElement) again.focus();
    this.notes.replaceChildren(
      ...[...many, ...library.problems].map((each) => el("li", {}, translated(each))),
    );
  }

  /**
   * @param {Preset} preset
   * @param {Own} [own]  the same, where it is one's own
   */
  #row(preset, own) {
    const { name } = preset;
    const isChosen = this.actions.chosen() === name;
    const use = button("link", name, () => this.actions.use(name), { title: t("set what it sets") });
    const tag = own ? "" : t("shipped");
    const head = el("th", { scope: "row" }, use, tag && el("span", { class: "preset-tag" }, tag));
    if (isChosen) head.append(el("span", { class: "preset-tag" }, t("chosen")));
    const ways = own
      ? [
          button("small", t("Rename"), () => this.#rename(head, name), {
            "aria-label": t("rename {name}", { name }),
          }),
          " ",
          button("small", t("Export"), () => this.#export(fileOf(name), [own]), {
            "aria-label": t("export {name}", { name }),
          }),
          " ",
          button("small", t("Delete"), () => this.#delete(own), {
            "aria-label": t("delete {name}", { name }),
          }),
        ]
      : [];
    const competes = el("td", { class: "competes" }, competing(name));
    return el("tr", {}, head, el("td", {}, told(preset)), competes, el("td", { class: "ways" }, ...ways));
  }

  /**
   * A box takes the place of the name, ready to be typed into at once.
   * @param {HTMLElement} head
   * @param {string} name
   */
  #rename(head, name) {
    const box = el("input", {
      type: "text",
      value: name,
      maxLength: LONGEST_PRESET_NAME,
      "aria-label": t("new name"),
    });
    const save = async () => {
      const to = clean(box.value);
      const isChosen = this.actions.chosen() === name;
      const done = await library.rename(name, to);
      this.#tell(done);
      if (done.ok) this.#paint();
      if (done.ok && done.preset) entrants.renamed(name, done.preset.name);
      if (done.ok && isChosen && done.preset) this.actions.call(done.preset.name);
      if (!done.ok) box.focus();
    };
    box.addEventListener("keydown", (event) => event.key === "Enter" && save());
    head.replaceChildren(el("span", { class: "renaming" }, box, button("small", t("Save"), save)));
    box.focus();
    box.select();
  }

  /** @param {Own} own */
  async #delete(own) {
    const done = await library.remove(own.name);
    if (done.ok) this.#tell({ ok: true, said: t("Deleted “{name}”.", { name: own.name }) }, own);
    else this.#tell(done);
    this.undo.focus();
  }
}

/**
 * What a preset sets, and behind a click what it leaves unset.
 * @param {Preset} preset
 */
function told(preset) {
  const set = settings(preset);
  const left = unset(preset);
  return el(
    "details",
    { class: "preset-told" },
    el("summary", {}, set.join(", ") || t("nothing: all is left to the server")),
    el("p", {}, el("b", {}, t("Sets: ")), set.join(", ") || t("nothing")),
    el("p", {}, el("b", {}, t("Leaves unset ({length}): ", { length: left.length })), left.join(", ")),
  );
}
