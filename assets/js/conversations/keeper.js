// The conversation of this tab on its way into the browser's database, under the id that this tab goes on with.
//
// The tab itself remembers what the database has not confirmed yet, so that neither a reload nor a crash loses any of
// it, and where there is no database, so that a reload does not. Once it is confirmed the tab remembers its id alone.

import { keepsNothing, recall, remember } from "../core/memory.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { Sheet } from "./sheet.js";
import { NotKept, shelf } from "./shelf.js";
import { keptOf, textOf } from "./value.js";

/** @import { Kept } from "./shelf.js" */
/** @import { Conversation } from "./value.js" */

/**
 * What the tab remembers: `value` is there as long as the database has not confirmed it.
 * @typedef {object} Remembered
 * @property {string} id
 * @property {string[]} revisions  those after which this tab may write
 * @property {string} [created]
 * @property {Conversation} [value]
 */

const NAME = "conversation";
const COPIED = t(
  "Another tab has written into this conversation: what you see goes on as a copy, and both are kept.",
);

/** @returns {Conversation} */
const nothing = () => ({ instruction: null, turns: [] });

class Keeper {
  /** Why what is said is not in the database; empty where it is. */
  trouble = "";
  /** What has happened to it that one should know. */
  remark = "";
  #sheet = new Sheet();
  /** @type {Map<Sheet, {value: Conversation, revision: string}>} */
  #waiting = new Map();
  #writes = false;

  /** Under which the conversation of this tab is kept. */
  get id() {
    return this.#sheet.id;
  }

  /** What this tab had before a reload. */
  async restore() {
    /** @type {Remembered | null} */
    const remembered = recall(NAME);
    if (!remembered) return nothing();
    const { id, revisions, created, value } = remembered;
    const kept = await this.#find(id);
    if (kept && (!value || kept.head.revision === revisions.at(-1))) return this.#takeUp(kept);
    this.#sheet = new Sheet(id, created, revisions);
    if (kept) this.#sheet.know(kept.pictures);
    if (!value) return nothing();
    const restored = this.#sheet.heavy(value);
    this.keep(restored);
    return restored;
  }

  /** @param {string} id */
  async #find(id) {
    try {
      return await shelf.get(id);
    } catch (error) {
      this.#say(/** @type {NotKept} */ (error).message);
      return null;
    }
  }

  /** @param {Kept} kept */
  #takeUp({ head, body, pictures }) {
    this.#sheet = new Sheet(head.id, head.created_at, [head.revision]);
    this.#sheet.know(pictures);
    this.remark = "";
    this.#confirmed();
    return this.#sheet.heavy(body);
  }

  /**
   * Goes on with another one; null where it is not there any more. Raises NotKept.
   * @param {string} id
   */
  async open(id) {
    const kept = await shelf.get(id);
    return kept && this.#takeUp(kept);
  }

  /** Another conversation begins, under an id of its own. */
  begin() {
    this.#sheet = new Sheet();
    this.remark = "";
  }

  /** The page is being left: its hold on the database ends, for another page may have to change it. */
  leave() {
    shelf.close();
  }

  /** The database has all of it: the tab remembers where. */
  #confirmed() {
    const { id, revisions } = this.#sheet;
    remember(NAME, { id, revisions });
  }

  /**
   * Keeps it as it is now.
   * @param {Conversation} conversation
   */
  keep(conversation) {
    if (keepsNothing()) return;
    const sheet = this.#sheet;
    const value = sheet.light(keptOf(conversation));
    const revision = sheet.revise();
    const { id, created, revisions } = sheet;
    const whole = { id, created, revisions, value };
    if (!remember(NAME, whole)) remember(NAME, { ...whole, value: textOf(value) });
    this.#waiting.set(sheet, { value, revision });
    if (!this.#writes) this.#write();
  }

  /** Writes what there is to be written, of several states of one conversation the newest. */
  async #write() {
    this.#writes = true;
    for (;;) {
      const [next] = this.#waiting;
      if (!next) break;
      const [sheet, { value, revision }] = next;
      this.#waiting.delete(sheet);
      try {
        await this.#put(sheet, value, revision);
        this.#say("");
      } catch (error) {
        this.#say(error instanceof NotKept ? error.message : String(error));
      }
    }
    this.#writes = false;
  }

  /**
   * @param {Sheet} sheet
   * @param {Conversation} value
   * @param {string} revision
   */
  async #put(sheet, value, revision) {
    if (!value.turns.length) {
      if (sheet.isKept) await shelf.takeBack(sheet.id, sheet.revisions);
      sheet.isKept = false;
      return;
    }
    const { kept, all } = sheet.laid(value, revision);
    const { id } = await shelf.put(kept, sheet.revisions, all);
    if (id !== sheet.id && sheet === this.#sheet) this.remark = COPIED;
    sheet.kept(id, all);
    if (sheet === this.#sheet && !this.#waiting.has(sheet)) this.#confirmed();
  }

  /** @param {string} trouble */
  #say(trouble) {
    this.trouble = trouble;
    store.tell("kept", null);
  }
}

export const keeper = new Keeper();
