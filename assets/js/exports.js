// The votes as files: each export says what became of every vote before it is fetched; earlier ones come back in.

import { el } from "./dom.js";
import { post } from "./stream.js";

const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

const inWords = (answer, fallback) => (answer?.error ? [answer.error.message, answer.error.next_step].join(" ").trim() : fallback);

export function mount({ element, props }) {
  const status = el("div", { class: "file-status", role: "status" });
  const say = (text, lines = [], tone = "") => {
    status.dataset.tone = tone;
    status.replaceChildren(el("p", {}, text), ...(lines.length ? [el("ul", {}, ...lines.map((line) => el("li", {}, line)))] : []));
  };
  const waivers = props.waivers.map(({ reason, why }) => el("label", { title: why }, el("input", { type: "checkbox", value: reason }), ` ${reason}`));

  async function make(content, { container, name }, button) {
    button.disabled = true;
    say(`Writing ${name}\u2026`);
    const keep = waivers.map((label) => label.firstChild).filter((box) => box.checked).map((box) => box.value);
    const response = await post("playground/exports", { content, container, keep }).catch(() => null);
    const made = await response?.json().catch(() => null);
    button.disabled = false;
    if (!response?.ok) { say(inWords(made, "This page has lost its own server: start it again, then export."), [], "bad"); return; }
    say(`${made.summary}. ${made.votes ? `${made.rows.toLocaleString("en")} rows in ${made.name}, ${size(made.bytes)}.` : "Nothing to download."}`, made.dropped, made.votes ? "good" : "");
    if (made.votes) el("a", { href: `playground/exports/${made.id}`, download: made.name }).click();
  }

  async function bringBack(file) {
    say(`Reading ${file.name}\u2026`);
    const response = await fetch(`playground/import?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file }).catch(() => null);
    const done = await response?.json().catch(() => null);
    if (response?.ok) {
      say(`${file.name}: ${done.summary}.`, done.faults, "good");
      document.getElementById("open-votes").click();  // counts anew
    }
    else say(inWords(done, "The file did not arrive: this page has lost its own server."), [], "bad");
  }

  const button = (content, file) => {
    const node = el("button", { type: "button", class: "file", onclick: () => make(content, file, node), "data-export": `${content}-${file.container}` }, file.name);
    return node;
  };
  const formats = props.formats.map(({ content, name, text, files }) => el("tr", {},
    el("th", { scope: "row" }, name), el("td", {}, text), el("td", {}, el("div", { class: "files" }, ...files.map((file) => button(content, file))))));
  const picker = el("input", { type: "file", class: "visually-hidden", accept: ".jsonl,.parquet", id: "import-votes", onchange: () => { if (picker.files[0]) bringBack(picker.files[0]); picker.value = ""; } });
  element.querySelector(".mount").append(el("section", { class: "findings" },
    el("h2", {}, "The votes as files"),
    props.closed ? el("p", { class: "note" }, props.closed) : el("p", { class: "note" }, "Each says how many votes went in and why the others did not. Conversations with function calls need the Parquet file made for them."),
    formats.length ? el("table", { class: "formats" }, el("tbody", {}, ...formats)) : null,
    formats.length ? el("p", { class: "waivers" }, "For training also take pairs that are: ", ...waivers) : null,
    props.imports ? el("p", { class: "bring" }, "Bring back an earlier export of everything, JSONL or Parquet: ", picker, el("label", { class: "file", htmlFor: "import-votes" }, "Choose a file\u2026")) : null,
    status));
}
