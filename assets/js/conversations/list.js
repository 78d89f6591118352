// The conversations that this browser keeps: searched, opened, pinned, renamed, deleted; and a new one.

import { chat } from "../chat/controller.js";
import { conversation } from "../chat/conversation.js";
import { PROVIDERS } from "../contract.js";
import { dialog } from "../core/dialog.js";
import { button, el, fill } from "../core/dom.js";
import { after } from "../core/later.js";
import { keepsNothing, setKeepsNothing } from "../core/memory.js";
import { store } from "../core/store.js";
import { number, t } from "../core/words.js";
import { put } from "../share/opened.js";
import { keeper } from "./keeper.js";
import { Row } from "./row.js";
import { MOST, NotKept, shelf } from "./shelf.js";
import { exported, inWords, transferFoot } from "./transfer.js";
import { askedOf } from "./value.js";

/** @import { Mount } from "../types" */
/** @import { Head, Kept } from "./shelf.js" */

const PAUSE_MS = 150;
const SHOWN = 100;
const MOST_UNDONE = 20;
const INTRO = t("Kept in this browser, and nowhere else. Clear begins a new one.");
const NOTHING = t(
  "Nothing that is said from now on is kept: a reload, too, takes it away. The list stays until it is deleted.",
);
const NONE = t("Nothing is kept yet: a conversation stands here as soon as something is said.");
const NO_MATCH = t("None has all of these words.");
const BUSY = t("An answer is being written: wait for its end, or stop it, then open this.");
const UNKEPT = t("What is open now is not kept, and is gone once another one is opened.");
const UNSHOWN = t("It holds something that this page cannot show. Export it as JSON to look into it.");
const GONE = t("It is not there any more: it was deleted in another tab.");

/** @param {import("../types").Asked} asked */
const targetOf = ({ model, base_url, flavour }) =>
  base_url || PROVIDERS.includes(model.split("/")[0]) ? { model, base_url, flavour } : null;

class List {
  /** @type {Kept[][]} */
  #deleted = []; // by this page, what went last last
  /** @type {Row | null} */
  #edited = null;
  #shown = SHOWN;

  constructor() {
    this.opener = button("small", t("Conversations"), () => this.open(), { id: "open-conversations" });
    this.mark = el("span", { class: "conversations-mark", role: "status" });
    this.search = el("input", {
      type: "search",
      placeholder: t("search"),
      "aria-label": t("search conversations"),
    });
    this.said = el("p", { class: "conversations-said", role: "status" });
    this.rows = el("ul", { class: "conversations" });
    this.more = button("small", "", () => this.#showMore(), { hidden: true });
    const begin = button("strong", t("New conversation"), () => this.#begin());
    const head = el("div", { class: "conversations-head" }, this.search, begin);
    const body = el("div", { class: "dialog-body" }, this.rows, this.more);
    const transfer = transferFoot(
      (text, tone) => this.#say(text, tone),
      (error) => this.#trouble(error),
    );
    this.nothing = el("input", { type: "checkbox", onchange: () => this.#keepNothing() });
    const choice = el("label", { class: "share-choice" }, this.nothing, el("span", {}, t("keep nothing")));
    choice.title = NOTHING;
    const all = button("plain-act", t("Delete all"), () => this.#removeAll());
    const foot = el("footer", {}, transfer, el("div", { class: "conversations-foot" }, choice, all));
    this.node = dialog(t("Conversations"), el("p", { class: "intro" }, INTRO), head, this.said, body, foot);
    this.node.id = "conversation-list";
    const soon = after(PAUSE_MS, () => this.paint());
    this.search.addEventListener("input", () => soon.soon());
    store.on("kept", () => this.#changed());
    this.#changed();
  }

  open() {
    this.said.replaceChildren();
    this.node.showModal();
    this.paint();
  }

  #changed() {
    this.mark.textContent = keepsNothing() || keeper.trouble ? t("not kept") : "";
    this.mark.title = keepsNothing() ? NOTHING : keeper.trouble;
    this.nothing.checked = keepsNothing();
    if (keeper.remark) chat.panes.notice(keeper.remark, "note");
    if (this.node.open && !this.#edited) this.paint();
  }

  /** @param {unknown} error */
  #trouble(error) {
    this.#say(error instanceof NotKept ? error.message : String(error), "bad");
  }

  /**
   * @param {string} text
   * @param {string} [tone]
   * @param {HTMLElement} [act]
   */
  #say(text, tone = "", act) {
    this.said.dataset.tone = tone;
    this.said.replaceChildren(text, ...(act ? [" ", act] : []));
  }

  /** Shows what is there now, as far as it is searched for. */
  async paint() {
    const sought = this.search.value.trim();
    try {
      const [heads, found] = await Promise.all([shelf.heads(), sought ? shelf.search(sought) : null]);
      if (this.#edited) return; // its box must not go while somebody types into it
      const words = sought.toLowerCase();
      this.#show(
        heads.filter(({ id, title }) => !found || found.has(id) || title.toLowerCase().includes(words)),
      );
      if (keeper.trouble) this.#say(keeper.trouble, "bad");
    } catch (error) {
      this.#show([]);
      this.#trouble(error);
    }
  }

  /** @param {Head[]} heads */
  #show(heads) {
    const focused = document.activeElement?.closest("li")?.dataset.id;
    const nodes = heads.slice(0, this.#shown).map((head) => this.#row(head).node);
    const none = el("li", { class: "fine" }, this.search.value.trim() ? NO_MATCH : NONE);
    this.rows.replaceChildren(...(nodes.length ? nodes : [none]));
    this.more.hidden = heads.length <= this.#shown;
    this.more.textContent = t("Show more ({length})", { length: number(heads.length - this.#shown) });
    if (focused)
      nodes
        .find(({ dataset }) => dataset.id === focused)
        ?.querySelector("button")
        ?.focus();
  }

  #showMore() {
    this.#shown += SHOWN;
    this.paint();
  }

  /** @param {Head} head */
  #row(head) {
    const { id } = head;
    return new Row(head, id === keeper.id, {
      open: () => this.#take(id),
      change: (change) => shelf.change(id, change).catch((error) => this.#trouble(error)),
      remove: () => this.#remove(head),
      settings: () => this.#settings(id),
      exports: (form) =>
        exported([id], form, (text, tone) => this.#say(text, tone)).catch((error) => this.#trouble(error)),
      edits: (row) => {
        this.#edited = row;
        if (!row) this.paint();
      },
    });
  }

  #begin() {
    chat.clear();
    this.node.close();
  }

  /**
   * Opens one; where that would lose what is open now, only when it is asked for once more.
   * @param {string} id
   */
  #take(id) {
    if (id === keeper.id) return this.node.close();
    if (store.busy) return this.#say(BUSY, "bad");
    if (!conversation.turns.length || !(keepsNothing() || keeper.trouble)) return this.#goOn(id);
    return this.#say(
      UNKEPT,
      "bad",
      button("small", t("Open all the same"), () => this.#goOn(id)),
    );
  }

  /** @param {string} id */
  async #goOn(id) {
    try {
      chat.editing.leave();
      if (!(await conversation.open(id))) return this.#say(GONE, "bad");
    } catch (error) {
      return this.#trouble(error);
    }
    try {
      chat.showConversation();
    } catch {
      chat.clear(); // what is asked next must not go into what cannot be shown
      return this.#say(UNSHOWN, "bad");
    }
    return this.node.close();
  }

  /**
   * Sets what the last answer was asked with; where a model belongs to no server that is named, all but the model.
   * @param {string} id
   */
  async #settings(id) {
    try {
      const kept = await shelf.get(id);
      const asked = kept && askedOf(kept.body);
      if (!asked) return this.#say(GONE, "bad");
      const { parameters, extra_body, second, mode } = asked;
      const target = targetOf(asked);
      put({ target, mode: mode === "open" ? "open" : "blind", parameters, extra_body, second });
      return this.#say(
        t("Set as its last answer was asked for{target}.", {
          target: target ? "" : t(", but for the model"),
        }),
      );
    } catch (error) {
      return this.#trouble(error);
    }
  }

  #keepNothing() {
    const on = this.nothing.checked;
    setKeepsNothing(on);
    if (!on) conversation.save();
    this.#say(on ? NOTHING : t("What is said is kept again, and so is this conversation."));
    this.#changed();
  }

  /** @param {Head} head */
  #remove({ id, title }) {
    return this.#takeAway([id], title);
  }

  async #removeAll() {
    const heads = await shelf.heads().catch(() => []);
    if (heads.length)
      this.#takeAway(
        heads.map(({ id }) => id),
        inWords(heads.length),
      );
  }

  /**
   * Takes some away, for Undo to bring back.
   * @param {string[]} ids
   * @param {string} what
   */
  async #takeAway(ids, what) {
    if (ids.includes(keeper.id) && store.busy) return this.#say(BUSY, "bad");
    try {
      const kept = await Promise.all(ids.map((id) => shelf.get(id)));
      if (ids.includes(keeper.id)) chat.clear();
      await shelf.remove(ids);
      this.#deleted.push(kept.filter((each) => each !== null));
      this.#deleted.splice(0, this.#deleted.length - MOST_UNDONE);
      const undo = button("small", t("Undo"), () => this.#undo());
      this.#say(t("Deleted: {what}.", { what }), "", undo);
      return undo.focus();
    } catch (error) {
      return this.#trouble(error);
    }
  }

  async #undo() {
    const kept = this.#deleted.at(-1);
    if (!kept) return;
    try {
      const count = await shelf.add(kept);
      const left = kept.slice(count);
      this.#deleted.pop();
      if (left.length) this.#deleted.push(left);
      const undo = this.#deleted.length && button("small", t("Undo"), () => this.#undo());
      const here = kept.length === 1 && count ? kept[0].head.title : inWords(count);
      this.#say(
        t("Here again: {here}.{length}", { here, length: left.length ? ` ${MOST}` : "" }),
        left.length ? "bad" : "",
        undo || undefined,
      );
      (undo || this.search).focus();
    } catch (error) {
      this.#trouble(error);
    }
  }
}

/** @param {Mount} mount */
export function mount({ element }) {
  const list = new List();
  fill(element, list.opener, list.mark);
}
