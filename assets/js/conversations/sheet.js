// One conversation as this tab writes it: its id, the revisions that this tab has written or read, and its pictures.

import { freshId } from "../core/fresh_id.js";
import { eachText, isData } from "../core/pictures.js";
import { askedOf, titleOf, whole, wordsIn } from "./value.js";

/** @import { Kept, Picture } from "./shelf.js" */
/** @import { Conversation } from "./value.js" */

const MARK = /^picture:[0-9a-f-]{36}$/;
const LOST = "lost";
const MOST_REVISIONS = 20;

export class Sheet {
  /** Whether the database has it. */
  isKept = false;
  /** @type {Map<string, string>} */
  #marks = new Map(); // of pictures, by what they stand for
  /** @type {Set<string>} */
  #there = new Set(); // the marks of those that are in the database

  /**
   * @param {string} id
   * @param {string} created
   * @param {string[]} revisions  after which this tab may write
   */
  constructor(id = freshId(), created = new Date().toISOString(), revisions = []) {
    this.id = id;
    this.created = created;
    this.revisions = revisions;
    this.isKept = revisions.length > 0;
  }

  /** It is to be written anew. */
  revise() {
    const revision = freshId();
    this.revisions = [...this.revisions, revision].slice(-MOST_REVISIONS);
    return revision;
  }

  /** @param {Picture[]} pictures  that the database has */
  know(pictures) {
    for (const { mark, data } of pictures) this.#marks.set(data, mark);
    this.#there = new Set(pictures.map(({ mark }) => mark));
  }

  /**
   * It has been written, under another id where it became a copy.
   * @param {string} id
   * @param {Picture[]} pictures
   */
  kept(id, pictures) {
    this.id = id;
    this.isKept = true;
    this.#there = new Set(pictures.map(({ mark }) => mark));
  }

  /**
   * The value with a mark for each picture.
   * @param {Conversation} value
   * @returns {Conversation}
   */
  light(value) {
    return eachText(value, (text) => {
      if (!isData(text)) return text;
      const mark = this.#marks.get(text) ?? `picture:${freshId()}`;
      this.#marks.set(text, mark);
      return mark;
    });
  }

  /**
   * The value with its pictures; one that is not there any more stays as "lost".
   * @param {Conversation} value
   * @returns {Conversation}
   */
  restored({ instruction, turns }) {
    const datas = this.#datas();
    return eachText({ instruction, turns }, (text) => (MARK.test(text) ? (datas.get(text) ?? LOST) : text));
  }

  /**
   * The same, each request with its messages again.
   * @param {Conversation} value
   */
  heavy(value) {
    const heavy = this.restored(value);
    whole(heavy.turns);
    return heavy;
  }

  /**
   * A value as the database takes it, its pictures those that it has not yet; and all of them.
   * @param {Conversation} value
   * @param {string} revision
   * @returns {{kept: Kept, all: Picture[]}}
   */
  laid(value, revision) {
    const { id, created } = this;
    const all = this.#picturesOf(value);
    const head = {
      id,
      title: titleOf(value),
      named: false,
      pinned: false,
      created_at: created,
      updated_at: new Date().toISOString(),
      revision,
      messages: value.turns.length,
      model: askedOf(value)?.model ?? "",
    };
    const pictures = all.filter(({ mark }) => !this.#there.has(mark));
    return { kept: { head, body: { id, ...value }, words: wordsIn(value), pictures }, all };
  }

  #datas() {
    return new Map([...this.#marks].map(([data, mark]) => [mark, data]));
  }

  /**
   * @param {Conversation} value
   * @returns {Picture[]}
   */
  #picturesOf(value) {
    const datas = this.#datas();
    /** @type {Map<string, Picture>} */
    const found = new Map();
    eachText(value, (text) => {
      const data = MARK.test(text) ? datas.get(text) : undefined;
      if (data !== undefined) found.set(text, { owner: this.id, mark: text, data });
      return text;
    });
    return [...found.values()];
  }
}
