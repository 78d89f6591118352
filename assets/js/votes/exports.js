// The votes as files: each export says what became of every vote before it is fetched; earlier ones come back
// in.

import { ask, upload } from "../core/api.js";
import { button, el, fill } from "../core/dom.js";
import { fixed, number, t, translated } from "../core/words.js";

/** @import { Mount } from "../types" */

/** @typedef {{container: string, name: string}} File  A format of a content, and what its button says. */
/** @typedef {{content: string, name: string, text: string, files: File[]}} Format */

const LOST = t("This page has lost its own server: start it again, then export.");
const NOT_HERE = t("The file did not arrive: this page has lost its own server.");
const WHAT = t(
  "Each says how many votes went in and why the others did not. Conversations with function calls need the Parquet " +
    "file made for them.",
);

/** @param {number} bytes */
const size = (bytes) =>
  bytes < 1e6
    ? t("{bytes} kB", { bytes: Math.ceil(bytes / 1e3) })
    : t("{bytes} MB", { bytes: fixed(bytes / 1e6, 1) });

/**
 * @param {any} answer
 * @param {string} fallback
 */
const inWords = (answer, fallback) =>
  answer?.error ? translated([answer.error.message, answer.error.next_step].join(" ").trim()) : fallback;

class Exports {
  /** @param {Mount} mount */
  constructor({ element, props }) {
    this.status = el("div", { class: "file-status", role: "status" });
    /** @type {{reason: string, why: string}[]} */
    const waivers = props.waivers;
    this.waivers = waivers.map(({ reason }) => el("input", { type: "checkbox", value: reason }));
    const labels = this.waivers.map((box, at) =>
      el("label", { title: translated(waivers[at].why) }, box, ` ${translated(box.value)}`),
    );
    /** @type {Format[]} */
    const formats = props.formats;
    const rows = formats.map((format) => this.#row(format));
    const some = formats.length > 0;
    fill(
      element,
      el(
        "section",
        { class: "findings" },
        el("h2", {}, t("The votes as files")),
        el("p", { class: "note" }, translated(props.closed) || WHAT),
        some && el("table", { class: "formats" }, el("tbody", {}, ...rows)),
        some && el("p", { class: "waivers" }, t("For training also take pairs that are: "), ...labels),
        props.imports && this.#bring(),
        this.status,
      ),
    );
  }

  /** @param {Format} format */
  #row({ content, name, text, files }) {
    const buttons = files.map((file) => {
      const data = { "data-export": `${content}-${file.container}` };
      const make = (/** @type {any} */ event) => this.#make(content, file, event.currentTarget);
      return button("file", translated(file.name), make, data);
    });
    const cells = [el("td", {}, translated(text)), el("td", {}, el("div", { class: "files" }, ...buttons))];
    return el("tr", {}, el("th", { scope: "row" }, translated(name)), ...cells);
  }

  #bring() {
    const picker = el("input", { type: "file", class: "visually-hidden", accept: ".jsonl,.parquet" });
    picker.id = "import-votes";
    picker.addEventListener("change", () => {
      const [file] = picker.files ?? [];
      if (file) this.#bringBack(file);
      picker.value = "";
    });
    const label = el("label", { class: "file", htmlFor: picker.id }, t("Choose a file…"));
    const what = t("Bring back an earlier export of everything, JSONL or Parquet: ");
    return el("p", { class: "bring" }, what, picker, label);
  }

  /**
   * @param {string} text
   * @param {string[]} lines
   * @param {string} tone
   */
  #say(text, lines = [], tone = "") {
    const list = el("ul", {}, ...lines.map((line) => el("li", {}, line)));
    this.status.dataset.tone = tone;
    this.status.replaceChildren(el("p", {}, text), ...(lines.length ? [list] : []));
  }

  /**
   * @param {string} content
   * @param {File} file
   * @param {HTMLButtonElement} pressed
   */
  async #make(content, { container, name }, pressed) {
    if (pressed.ariaDisabled) return;
    pressed.ariaDisabled = "true"; // not disabled, which would take the focus from who has pressed it
    this.#say(t("Writing {name}…", { name }));
    const keep = this.waivers.filter((box) => box.checked).map((box) => box.value);
    const { ok, data } = await ask("playground/exports", { body: { content, container, keep } });
    pressed.ariaDisabled = null;
    if (!ok) {
      this.#say(inWords(data, LOST), [], "bad");
      return;
    }
    const made = t("{rows} rows in {name}, {size}.", {
      rows: number(data.rows),
      name: data.name,
      size: size(data.bytes),
    });
    const some = data.votes > 0;
    this.#say(
      `${data.summary}. ${some ? made : t("Nothing to download.")}`,
      data.dropped,
      some ? "good" : "",
    );
    if (some) el("a", { href: `playground/exports/${data.id}`, download: data.name }).click();
  }

  /** @param {globalThis.File} file */
  async #bringBack(file) {
    this.#say(t("Reading {name}…", { name: file.name }));
    const { ok, data } = await upload("playground/import", file);
    if (!ok) {
      this.#say(inWords(data, NOT_HERE), [], "bad");
      return;
    }
    this.#say(`${file.name}: ${data.summary}.`, data.faults, "good");
    document.getElementById("open-votes")?.click(); // counts anew
  }
}

/** @param {Mount} mount */
export function mount(mount) {
  new Exports(mount);
}
