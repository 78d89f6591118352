// What others shared, before it is opened: all that it would set, what it would replace and what it cannot restore.
// Nothing is set before that is asked for, and nothing is ever sent.

import { composer } from "../chat/composer.js";
import { chat } from "../chat/controller.js";
import { conversation } from "../chat/conversation.js";
import { LINKED } from "../contract.js";
import { keeper } from "../conversations/keeper.js";
import { ask, reasons } from "../core/api.js";
import { dialog } from "../core/dialog.js";
import { button, el } from "../core/dom.js";
import { keepsNothing } from "../core/memory.js";
import { wordsOf } from "../core/pictures.js";
import { store } from "../core/store.js";
import { whole } from "../core/whole.js";
import { t, translated } from "../core/words.js";
import { remembered } from "./before.js";
import { messagesInWords } from "./link.js";
import { setMode } from "./mode.js";

/** @import { Turn } from "../types" */

/**
 * @typedef {object} Setup
 * @property {{model: string, base_url: string, flavour: string} | null} target  null: it stays as it is
 * @property {"blind" | "open"} [mode]
 * @property {Record<string, any>} [parameters]
 * @property {Record<string, any>} [extra_body]
 * @property {Record<string, any>} [second]
 * @property {Turn[]} [messages]  none: the conversation stays as it is
 * @property {string} [draft]
 * @property {string[]} lost
 */

const LONGEST = 160;
const MOST_SHOWN = 8;
const LOST = t("This page has lost its own server: start it again, then open the link once more.");
const BUSY = t("An answer is being written: wait for its end, or stop it, then open this.");
const GOES_TO = t("What you send goes to this server then, and no key that you typed for another.");

/** @param {string} text */
const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}\u2026` : text);

/**
 * A name and what it would be set to, with a word on that.
 * @param {string} name
 * @param {string} value
 */
function row(name, value, note = "") {
  const said = el("td", {}, short(value), note && el("div", { class: "share-about" }, note));
  return el("tr", {}, el("th", { scope: "row" }, el("code", {}, name)), said);
}

/** @param {Setup} setup */
function settingRows({ target, mode = "blind", parameters = {}, extra_body, second }) {
  const set = Object.entries(parameters).map(([name, value]) => row(name, JSON.stringify(value)));
  return [
    target && row(t("model"), target.model),
    target?.base_url && row(t("base URL"), target.base_url, GOES_TO),
    target?.flavour && row(t("kind of server"), target.flavour),
    mode === "open" && row(t("pairs"), t("open: it is shown whose answer is whose")),
    ...set,
    extra_body && row(t("extra JSON"), JSON.stringify(extra_body)),
    second && row(t("second side"), JSON.stringify(second)),
  ].filter((each) => each instanceof Node);
}

/** @param {string | undefined} draft */
function draftNode(draft) {
  const replaced = composer.text.trim() ? t(" It replaces what you have typed.") : "";
  return draft
    ? el("p", {}, t("In the box for a message: {short}{replaced}", { short: short(draft), replaced }))
    : null;
}

/** @param {Setup} setup */
function saidNodes({ messages, draft }) {
  const typed = draftNode(draft);
  if (!messages?.length) return typed ? [typed] : [];
  const now = conversation.messages().length;
  const kept =
    keeper.trouble || keepsNothing() ? t("It replaces yours") : t("Yours stays in the list of conversations");
  const replaced = now ? ` ${kept} (${messagesInWords(now)}).` : "";
  const shown = messages.slice(0, MOST_SHOWN).map(({ role, content }) => {
    const words = wordsOf(content) || t("(no words)");
    return el("li", {}, el("b", {}, role), ` ${short(words)}`);
  });
  const more = messages.length - shown.length;
  return [
    el(
      "h3",
      {},
      t("A conversation of {messages_in_words}.{replaced}", {
        messages_in_words: messagesInWords(messages.length),
        replaced,
      }),
    ),
    el("ol", { class: "share-turns" }, ...shown, more > 0 && el("li", {}, t("and {more} more", { more }))),
    typed,
  ].filter((each) => each instanceof Node);
}

/**
 * Sets all of it, and unsets the rest.
 * @param {Omit<Setup, "lost">} setup
 */
export function put({ target, mode = "blind", parameters, extra_body, second, messages, draft }) {
  if (target) store.tell("chosen", target);
  setMode(mode);
  store.setAll({ ...parameters, extra_body, second });
  if (messages?.length) {
    chat.editing.leave();
    conversation.clear();
    store.set("messages", messages);
  }
  if (draft) composer.put(draft);
}

class Opened {
  /** @type {Setup | null} */
  #setup = null;
  #asked = 0;

  constructor() {
    this.said = el("p", { class: "share-said", role: "status" });
    this.body = el("div", { class: "dialog-body share-body" });
    this.take = button("strong", t("Open it"), () => this.#take());
    this.leave = button("", t("Leave everything as it is"), () => this.node.close());
    const actions = el("div", { class: "actions" }, this.take, this.leave);
    this.node = dialog(t("Open this?"), this.body, el("footer", {}, this.said, actions));
    this.node.id = "shared";
  }

  /** @param {string} text  a link, or what is in a file */
  async show(text) {
    this.#asked += 1;
    const mine = this.#asked;
    const told = await ask("playground/link/open", { body: { text } });
    if (mine !== this.#asked) return; // another one was to be opened meanwhile
    this.#setup = told.ok ? told.data : null;
    this.take.hidden = !told.ok;
    this.leave.textContent = told.ok ? t("Leave everything as it is") : t("Close");
    this.said.textContent = "";
    if (told.ok) this.body.replaceChildren(...this.#all(told.data));
    else this.body.replaceChildren(el("p", { role: "alert" }, told.lost ? LOST : reasons(told)));
    if (!this.node.open) this.node.showModal();
  }

  /** @param {Setup} setup */
  #all(setup) {
    const rows = settingRows(setup);
    const lost = setup.lost.map((each) => el("li", {}, translated(each)));
    return [
      el("p", {}, t("It sets what stands here and unsets every other parameter. Nothing is sent by it.")),
      el("table", { class: "share-sets" }, el("tbody", {}, ...rows)),
      ...saidNodes(setup),
      ...(lost.length
        ? [el("h3", {}, t("What cannot be restored here")), el("ul", { class: "share-notes" }, ...lost)]
        : []),
    ];
  }

  async #take() {
    if (!this.#setup) return;
    if (store.busy) {
      this.said.textContent = BUSY;
      return;
    }
    await whole();
    const again = remembered();
    put(this.#setup);
    this.node.close();
    const undo = button("plain-act", t("Undo"), async () => {
      if (store.busy) return;
      await again();
      chat.panes.notice("");
    });
    chat.panes.notice(t("Opened what was shared."), "note", undo);
  }
}

/** @type {Opened | null} */
let shown = null;

/**
 * Asks whether what is in a link or in a file shall be opened.
 * @param {string} text
 */
export function openShared(text) {
  shown ??= new Opened();
  shown.show(text);
}

/** Looks into the link by which this page was opened, once: a reload shall not ask again. */
export function lookForLink() {
  const { hash, pathname, search } = location;
  if (!hash.startsWith(`#${LINKED}`)) return;
  history.replaceState(history.state, "", `${pathname}${search}`);
  openShared(hash);
}
