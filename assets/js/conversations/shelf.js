// The conversations that this browser keeps: its database, one transaction a change, and a word to other tabs.
//
// A head is what the list shows, a body what was said, words what is searched; pictures lie apart, each written once,
// and a body has a mark for each. Who writes names the revision that it goes on from: where another tab has written
// since, what is written becomes a conversation of its own, so that no tab ever overwrites another.

import { freshId } from "../core/fresh_id.js";
import { store } from "../core/store.js";
import { number, t } from "../core/words.js";

/** @import { Turn } from "../types" */

/**
 * @typedef {object} Head
 * @property {string} id
 * @property {string} title
 * @property {boolean} named  whether somebody has typed the title
 * @property {boolean} pinned
 * @property {string} created_at
 * @property {string} updated_at
 * @property {string} revision
 * @property {number} messages
 * @property {string} model  who was asked last; empty where that is not known
 */
/** @typedef {{id: string, instruction: Turn | null, turns: Turn[]}} Body */
/** @typedef {{owner: string, mark: string, data: string}} Picture */
/** @typedef {{head: Head, body: Body, words: string, pictures: Picture[]}} Kept  All of one conversation. */
/** @typedef {Record<"heads" | "bodies" | "words" | "pictures", IDBObjectStore>} Stores */

/** How many this browser keeps; the list and the search stay quick with so many. */
const MOST_CONVERSATIONS = 5000;
const NAME = "conversations";
const VERSION = 1;
const PATIENCE_MS = 4000;
const FORBIDDEN = t("This browser keeps nothing for this page, as in a private window.");
const SLOW = t("This browser's database does not answer.");
const FULL = t("This browser has no room left for this page.");
const NEWER = t("Another tab has a newer version of this page: reload this one.");
export const MOST = t("{most_conversations} conversations are kept, and no more: delete some.", {
  most_conversations: number(MOST_CONVERSATIONS),
});

/** Why something could not be kept, in a sentence. */
export class NotKept extends Error {}

/** The schema, a step for each version: a browser that has an older one takes those that are missing. */
const STEPS = [
  (/** @type {IDBDatabase} */ db) => {
    for (const name of ["heads", "bodies", "words"]) db.createObjectStore(name, { keyPath: "id" });
    db.createObjectStore("pictures", { keyPath: ["owner", "mark"] }).createIndex("owner", "owner");
  },
];

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    if (typeof indexedDB === "undefined" || !indexedDB) throw new NotKept(FORBIDDEN);
    setTimeout(() => reject(new NotKept(SLOW)), PATIENCE_MS);
    const opening = indexedDB.open(NAME, VERSION);
    opening.onupgradeneeded = ({ oldVersion }) => {
      for (const step of STEPS.slice(oldVersion)) step(opening.result);
    };
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const db = opening.result;
      db.onversionchange = () => db.close(); // a newer page may change the schema; this one says so when it writes
      resolve(db);
    };
  });
}

/**
 * What went wrong, as a sentence.
 * @param {unknown} error
 */
function inWords(error) {
  if (error instanceof NotKept) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "QuotaExceededError") return new NotKept(FULL);
  if (name === "VersionError") return new NotKept(NEWER);
  if (name === "InvalidStateError" || name === "SecurityError") return new NotKept(FORBIDDEN);
  return new NotKept(
    t("This browser's database has failed ({name}).", { name: name || t("for no reason that it tells") }),
  );
}

const ALL = ["heads", "bodies", "words", "pictures"];

/**
 * A transaction over all of it, also where the connection was closed meanwhile.
 * @param {IDBTransactionMode} mode
 */
async function begin(mode) {
  opened ??= open();
  const db = await opened;
  try {
    return db.transaction(ALL, mode);
  } catch {
    opened = open();
    return (await opened).transaction(ALL, mode);
  }
}

/** @typedef {(asked: IDBRequest, act: () => void) => void} When  Does something when a request is answered. */

/**
 * Does something in one transaction. What `act` returns is read when all of it is on disk; what it throws, also in
 * what it does by `when`, takes all of it back.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(stores: Stores, when: When) => T} act
 * @returns {Promise<T>}
 */
async function within(mode, act) {
  try {
    const transaction = await begin(mode);
    /** @type {unknown} */
    let why = null;
    /** @type {When} */
    const when = (asked, then) => {
      asked.onsuccess = () => {
        try {
          then();
        } catch (error) {
          why = error;
          transaction.abort();
        }
      };
    };
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(why ?? transaction.error);
    });
    const stores = /** @type {Stores} */ (
      Object.fromEntries(ALL.map((name) => [name, transaction.objectStore(name)]))
    );
    const result = act(stores, when);
    await done;
    return result;
  } catch (error) {
    const told = inWords(error);
    opened = null; // another try opens it anew
    throw told;
  }
}

/** @type {BroadcastChannel | null} */
const tabs =
  typeof window !== "undefined" && "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
if (tabs) tabs.onmessage = () => store.tell("kept", null);

function tell() {
  tabs?.postMessage(null);
  store.tell("kept", null);
}

/**
 * All of a conversation goes.
 * @param {Stores} stores
 * @param {string} id
 */
function drop({ heads, bodies, words, pictures }, id) {
  for (const each of [heads, bodies, words]) each.delete(id);
  pictures.delete(IDBKeyRange.bound([id, ""], [id, "\uffff"]));
}

/**
 * All of a conversation comes, its pictures those that are new and those that it still has.
 * @param {Stores} stores
 * @param {Kept} kept
 * @param {Set<string>} marks  of all pictures that it has
 */
function write({ heads, bodies, words, pictures }, kept, marks) {
  const { id } = kept.head;
  heads.put(kept.head);
  bodies.put({ ...kept.body, id });
  words.put({ id, text: kept.words });
  for (const picture of kept.pictures) pictures.put({ ...picture, owner: id });
  pictures.index("owner").openKeyCursor(id).onsuccess = ({ target }) => {
    const cursor = /** @type {IDBRequest<IDBCursor | null>} */ (target).result;
    if (!cursor) return;
    const [, mark] = /** @type {[string, string]} */ (cursor.primaryKey);
    if (!marks.has(mark)) pictures.delete(cursor.primaryKey);
    cursor.continue();
  };
}

export const shelf = {
  /** What is under way ends first; a page that comes back from the browser's own history opens it anew. */
  async close() {
    const before = opened;
    opened = null;
    (await before?.catch(() => null))?.close();
  },

  /** What is there, the newest first, behind those that are pinned. */
  async heads() {
    const asked = await within("readonly", ({ heads }) => heads.getAll());
    /** @type {Head[]} */
    const all = asked.result;
    const late = (/** @type {Head} */ head) => `${head.pinned ? 1 : 0}${head.updated_at}`;
    return all.sort((a, b) => (late(a) < late(b) ? 1 : -1));
  },

  /**
   * All of one conversation; null where it is not there.
   * @param {string} id
   * @returns {Promise<Kept | null>}
   */
  async get(id) {
    const asked = await within("readonly", ({ heads, bodies, words, pictures }) => ({
      head: heads.get(id),
      body: bodies.get(id),
      words: words.get(id),
      pictures: pictures.index("owner").getAll(id),
    }));
    const [head, body] = [asked.head.result, asked.body.result];
    return head && body
      ? { head, body, words: asked.words.result?.text ?? "", pictures: asked.pictures.result }
      : null;
  },

  /**
   * Keeps one as it is now; resolves to the head that it has then, whose id is another where it became a copy.
   * @param {Kept} kept  its head under the revision that it is to have; pictures: those that are not there yet
   * @param {string[]} revisions  those that it may take the place of
   * @param {Picture[]} pictures  all that it has, for a copy
   * @returns {Promise<Head>}
   */
  async put(kept, revisions, pictures) {
    const written = { head: kept.head };
    await within("readwrite", (stores, when) => {
      const count = stores.heads.count();
      const asked = stores.heads.get(kept.head.id);
      when(asked, () => {
        /** @type {Head | undefined} */
        const before = asked.result;
        const isOthers = before !== undefined && !revisions.includes(before.revision);
        if ((!before || isOthers) && count.result >= MOST_CONVERSATIONS) throw new NotKept(MOST);
        if (isOthers)
          written.head = { ...kept.head, id: freshId(), title: `${kept.head.title} (copy)`, named: true };
        else if (before) {
          const { pinned, named, created_at } = before; // which other tabs may have changed
          written.head = { ...kept.head, pinned, named, created_at };
          if (named) written.head.title = before.title;
        }
        const marks = new Set(pictures.map(({ mark }) => mark));
        write(stores, { ...kept, head: written.head, pictures: isOthers ? pictures : kept.pictures }, marks);
      });
    });
    tell();
    return written.head;
  },

  /**
   * Adds the first of these conversations from elsewhere, as many as there is room for; how many that are.
   * @param {Kept[]} all
   */
  async add(all) {
    const added = { count: 0 };
    await within("readwrite", (stores, when) => {
      const count = stores.heads.count();
      when(count, () => {
        const fit = all.slice(0, Math.max(0, MOST_CONVERSATIONS - count.result));
        for (const kept of fit) write(stores, kept, new Set(kept.pictures.map(({ mark }) => mark)));
        added.count = fit.length;
      });
    });
    tell();
    return added.count;
  },

  /**
   * Renames one, or pins it.
   * @param {string} id
   * @param {Partial<Pick<Head, "title" | "named" | "pinned">>} change
   */
  async change(id, change) {
    await within("readwrite", ({ heads }, when) => {
      const asked = heads.get(id);
      when(asked, () => asked.result && heads.put({ ...asked.result, ...change }));
    });
    tell();
  },

  /**
   * Takes some away, all or none.
   * @param {string[]} ids
   */
  async remove(ids) {
    await within("readwrite", (stores) => {
      for (const id of ids) drop(stores, id);
    });
    tell();
  },

  /**
   * Takes one away if it still has one of these revisions.
   * @param {string} id
   * @param {string[]} revisions
   */
  async takeBack(id, revisions) {
    await within("readwrite", (stores, when) => {
      const asked = stores.heads.get(id);
      when(asked, () => {
        if (revisions.includes(asked.result?.revision)) drop(stores, id);
      });
    });
    tell();
  },

  /**
   * Which have all of these words in what was said, or in their title.
   * @param {string} sought
   * @returns {Promise<Set<string>>}
   */
  async search(sought) {
    const asked = await within("readonly", ({ words }) => words.getAll());
    const wanted = sought.toLowerCase().split(/\s+/).filter(Boolean);
    /** @type {{id: string, text: string}[]} */
    const all = asked.result;
    return new Set(all.filter(({ text }) => wanted.every((word) => text.includes(word))).map(({ id }) => id));
  },
};
