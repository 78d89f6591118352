// Conversations on their way out of this browser as a file, and into it from files of this page and of others.

import { amount } from "../core/amounts.js";
import { button, el, saveFile } from "../core/dom.js";
import { store } from "../core/store.js";
import { t, tn } from "../core/words.js";
import { fileOf } from "./files.js";
import { conversationsIn, newcomers, tooLarge } from "./reading.js";
import { Sheet } from "./sheet.js";
import { MOST, shelf } from "./shelf.js";

/** @import { Filed } from "./files.js" */
/** @import { Kept } from "./shelf.js" */

/** @typedef {(text: string, tone?: string) => void} Say */

const FORMS = [
  ["json", "JSON", t("everything, to be imported again")],
  ["md", "Markdown", t("to read")],
  ["jsonl", "JSONL", t("a line of messages each, to train on")],
];
const ACCEPTED = ".json,.jsonl,.txt,application/json,application/jsonl,text/plain";

/**
 * As a file has it, with its pictures.
 * @param {Kept} kept
 * @returns {Filed}
 */
function filedOf({ head, body, pictures }) {
  const { messages, model, ...about } = head;
  const sheet = new Sheet();
  sheet.know(pictures);
  return { ...about, ...sheet.restored(body) };
}

/**
 * As the database has it.
 * @param {Filed} filed
 * @returns {Kept}
 */
function keptOf({ id, revision, title, named = false, pinned = false, created_at, updated_at, ...value }) {
  const sheet = new Sheet(id, created_at);
  const { kept, all } = sheet.laid(sheet.light(value), revision);
  const head = { ...kept.head, title, named, pinned, updated_at };
  return { ...kept, head, pictures: all };
}

/**
 * A button for each form of a file.
 * @param {string} what  of which it is, for who does not see where it stands
 * @param {(form: string) => void} onclick
 */
export const formButtons = (what, onclick) =>
  FORMS.map(([form, label, about]) =>
    button("plain-act", label, () => onclick(form), { title: about, "aria-label": `${label}: ${what}` }),
  );

/**
 * Saves some of them as one file. Raises NotKept.
 * @param {string[]} ids
 * @param {string} form
 * @param {Say} say
 */
export async function exported(ids, form, say) {
  /** @type {Filed[]} */
  const all = [];
  for (const id of ids) {
    const kept = await shelf.get(id);
    if (kept) all.push(filedOf(kept));
  }
  if (!all.length) return say(t("Nothing is kept that could be exported."), "bad");
  const file = fileOf(all, form, Object.values(store.keys));
  if (!file.text) return say(file.notes.join(" "), "bad");
  saveFile(file.name, file.text, file.type);
  const { size } = new Blob([file.text]);
  const warning =
    tooLarge(file.name, size) &&
    t("{too_large} Export fewer at a time.", { too_large: tooLarge(file.name, size) });
  return say([t("Saved as {name}.", { name: file.name }), warning, ...file.notes].filter(Boolean).join(" "));
}

/** @param {number} count */
export const inWords = (count) => amount(count, "conversation");

/**
 * Takes what is in files, one after the other, as far as there is room.
 * @param {File[]} files
 * @param {Say} say
 */
async function imported(files, say) {
  /** @type {string[]} */
  const told = [];
  let count = 0;
  for (const file of files) {
    try {
      const { taken, words } = await takenFrom(file);
      count += taken;
      told.push(...words);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      told.push(t("{name}: nothing of it came in. {why}", { name: file.name, why }));
    }
  }
  say(
    [t("{in_words} came in.", { in_words: inWords(count) }), ...told].join("\n"),
    told.length && !count ? "bad" : "",
  );
}

/**
 * Takes what is in a file; how many came in, and what did not. Raises NotKept.
 * @param {File} file
 */
async function takenFrom(file) {
  const refusal = tooLarge(file.name, file.size);
  if (refusal) return { taken: 0, words: [t("{refusal} Split it first.", { refusal })] };
  const { found, left } = conversationsIn(file.name, await file.text());
  const added = newcomers(found, new Map((await shelf.heads()).map(({ id, revision }) => [id, revision])));
  const taken = await shelf.add(added.map(keptOf));
  const before = found.length - added.length;
  const words = before
    ? [
        tn("{name}: {count} is here already.", "{name}: {count} are here already.", before, {
          name: file.name,
        }),
      ]
    : [];
  if (taken < added.length) {
    const behind = added[taken].title;
    words.push(
      t("{name}: {in_words} found no room, from “{behind}” on. {most}", {
        name: file.name,
        in_words: inWords(added.length - taken),
        behind,
        most: MOST,
      }),
    );
  }
  return { taken, words: [...words, ...left] };
}

/**
 * The foot of the list.
 * @param {Say} say
 * @param {(error: unknown) => void} trouble
 */
export function transferFoot(say, trouble) {
  const picker = el("input", { type: "file", multiple: true, class: "visually-hidden", accept: ACCEPTED });
  picker.id = "conversations-file";
  picker.addEventListener("change", () => {
    const files = [...(picker.files ?? [])];
    picker.value = "";
    imported(files, say).catch(trouble);
  });
  const label = el("label", { class: "share-open", htmlFor: picker.id }, t("Import files…"));
  label.title = t("of this page, ChatGPT, Open WebUI, HuggingFace's playground, or lists of messages");
  const all = async (/** @type {string} */ form) => {
    const heads = await shelf.heads();
    const ids = heads.map(({ id }) => id);
    await exported(ids, form, say);
  };
  const buttons = formButtons(t("all conversations"), (form) => all(form).catch(trouble));
  const out = el("span", { class: "conversation-ways" }, el("span", {}, t("Export all")), ...buttons);
  return el("div", { class: "conversations-foot" }, el("span", {}, picker, label), out);
}
