// A catalogue of one language: what stands there for an English sentence, whole or with holes.
//
// Apart from `words.js`, which knows the browser: this is text alone, and tested without one.

/**
 * What a catalogue's file holds. `messages` has a translation under each English sentence, or one for each number
 * where the sentence counts. `plurals` has a digit for each number from 0 to 199: which of them it takes. `told` are
 * the sentences with holes that Python makes.
 * @typedef {{plurals: string, messages: Record<string, string | string[]>, told: string[]}} Entries
 */

/**
 * What stands in the holes of a sentence, by name.
 * @typedef {Record<string, string | number | null | undefined>} Holes
 */

/**
 * A sentence with holes: its literals in order, the names of the holes between them, what each of those holds (`!t`
 * words of our own, `!n` numbers written for people), and how many letters are its own.
 * @typedef {{msgid: string, between: string[], names: string[], marks: string[], size: number}} Template
 */

/** @typedef {[said: string, letters: number]} Found */

const HOLE = /\{(\w+)(![tn])?\}/g;
const BEGINNING = 4;
const MOST_REMEMBERED = 2000;
const DEEPEST = 3;
const BETWEEN = /(?<=[.!?;:] |\n)|(?= \()/;
const MOST_PARTS = 40;
const LONGEST_RUN = 12;
const LARGEST_TOLD = 200;

/**
 * The sentence with its holes filled. What stands in them is never read again: a name may hold braces.
 * @param {string} text
 * @param {Holes} holes
 */
const filled = (text, holes) =>
  text.replace(HOLE, (hole, name) => (Object.hasOwn(holes, name) ? String(holes[name] ?? "") : hole));

export class Catalogue {
  /** @type {Map<string, string>} */
  #told = new Map();
  /** @type {Template[] | null} */
  #templates = null;
  /** @type {Map<string, Template[]>} */
  #begun = new Map(); // which of them a text with such a beginning can be of

  /**
   * @param {Entries | null} entries  null for English
   * @param {(text: string) => string} figures  writes numbers as the reader does
   */
  constructor(entries, figures = (text) => text) {
    this.entries = entries;
    this.figures = figures;
  }

  /**
   * A sentence of the page's own.
   * @param {string} msgid
   * @param {Holes} [holes]
   */
  text(msgid, holes = {}) {
    const found = this.#entry(msgid);
    return filled(typeof found === "string" ? found : msgid, holes);
  }

  /**
   * A sentence of the page's own that counts.
   * @param {string} one
   * @param {string} many
   * @param {number} count
   * @param {Holes} holes
   */
  counted(one, many, count, holes) {
    const found = this.#entry(one);
    if (!Array.isArray(found)) return filled(count === 1 ? one : many, holes);
    const place = count < LARGEST_TOLD ? count : 100 + (count % 100);
    const form = Number(this.entries?.plurals[Math.floor(Math.abs(place))] ?? 0);
    return filled(found[form] ?? many, holes);
  }

  /**
   * A sentence, or several, that came from the server. What is not found stays as it came.
   * @param {string} text
   */
  told(text) {
    if (!this.entries || !text) return text;
    const known = this.#told.get(text);
    if (known !== undefined) return known;
    const [said] = this.#best(text, 0);
    if (this.#told.size >= MOST_REMEMBERED) this.#told.clear();
    this.#told.set(text, said);
    return said;
  }

  /**
   * @param {string} msgid
   * @returns {string | string[] | undefined}
   */
  #entry(msgid) {
    const messages = this.entries?.messages;
    return messages && Object.hasOwn(messages, msgid) ? messages[msgid] : undefined;
  }

  /**
   * The text with as many letters translated as can be: whole, or in runs of its sentences.
   * @param {string} text
   * @param {number} depth
   * @returns {Found}
   */
  #best(text, depth) {
    const parts = text.split(BETWEEN);
    if (parts.length > MOST_PARTS) return [text, 0];
    /** @type {Found[]} */
    const behind = [];
    behind[parts.length] = ["", 0];
    for (let at = parts.length - 1; at >= 0; at -= 1) {
      behind[at] = [parts[at] + behind[at + 1][0], behind[at + 1][1]];
      for (let end = Math.min(parts.length, at + LONGEST_RUN); end > at; end -= 1) {
        const run = parts.slice(at, end).join("");
        const found = this.#run(run.trim(), depth);
        const letters = found ? found[1] + behind[end][1] : 0;
        if (found && letters > behind[at][1]) {
          behind[at] = [run.replace(run.trim(), () => found[0]) + behind[end][0], letters];
        }
      }
    }
    return behind[0];
  }

  /**
   * What stands for a run of sentences, and how many of its letters are our own; null where nothing does.
   * @param {string} text
   * @param {number} depth
   * @returns {Found | null}
   */
  #run(text, depth) {
    const entry = this.#entry(text);
    if (typeof entry === "string") return [entry, text.length];
    for (const template of this.#candidates(text.slice(0, BEGINNING))) {
      const found = held(template.between, text);
      if (found && countsWhereItSays(template, found)) return this.#fromTemplate(template, found, depth);
    }
    const end = text.at(-1) ?? "";
    const within = end === ";" || end === ":" ? this.#run(text.slice(0, -1), depth) : null;
    return within && [within[0] + end, within[1]]; // a part of a list, or before what is said of it
  }

  /**
   * What stands in a hole stays as it is, but for one that holds words or numbers of our own.
   * @param {Template} template
   * @param {string[]} found
   * @param {number} depth
   * @returns {Found}
   */
  #fromTemplate({ msgid, names, marks, size }, found, depth) {
    /** @type {Holes} */
    const holes = {};
    let letters = size;
    for (const [i, name] of names.entries()) {
      const [said, ours] = this.#within(marks[i], found[i], depth);
      holes[name] = said;
      letters += ours;
    }
    return [this.text(msgid, holes), letters];
  }

  /**
   * @param {string} mark
   * @param {string} text
   * @param {number} depth
   * @returns {Found}
   */
  #within(mark, text, depth) {
    if (mark === "!n") return [this.figures(text), 0];
    return mark && depth < DEEPEST ? this.#best(text, depth + 1) : [text, 0];
  }

  /**
   * The templates that a text with this beginning can be of, those with the most letters first.
   * @param {string} beginning
   */
  #candidates(beginning) {
    this.#templates ??= (this.entries?.told ?? []).map(templateOf).sort((a, b) => b.size - a.size);
    const known = this.#begun.get(beginning);
    if (known) return known;
    const found = this.#templates.filter(({ between: [first] }) => {
      const least = Math.min(first.length, beginning.length);
      return first.slice(0, least) === beginning.slice(0, least);
    });
    if (this.#begun.size >= MOST_REMEMBERED) this.#begun.clear();
    this.#begun.set(beginning, found);
    return found;
  }
}

/**
 * @param {string} msgid
 * @returns {Template}
 */
function templateOf(msgid) {
  const between = msgid.split(/\{\w+(?:![tn])?\}/);
  const holes = [...msgid.matchAll(HOLE)];
  const [names, marks] = [holes.map(([, name]) => name), holes.map(([, , mark]) => mark ?? "")];
  return { msgid, between, names, marks, size: between.join("").length };
}

/**
 * Whether there is a number in every hole that holds one: "{count!n} votes" are not "the votes".
 * @param {Template} template
 * @param {string[]} found
 */
const countsWhereItSays = ({ marks }, found) =>
  marks.every((mark, i) => mark !== "!n" || /\d/.test(found[i]));

/**
 * What stands in the holes between these literals, or null where the text is another one. It never goes back, so that
 * no text, however long and odd, takes more than one walk over it.
 * @param {string[]} between
 * @param {string} text
 */
function held(between, text) {
  const first = between[0];
  const last = between[between.length - 1];
  if (!text.startsWith(first) || !text.endsWith(last)) return null;
  const end = text.length - last.length;
  /** @type {string[]} */
  const found = [];
  let from = first.length;
  for (const literal of between.slice(1, -1)) {
    const at = text.indexOf(literal, from); // of two holes in a row the second has it all
    if (at < 0 || at > end) return null;
    found.push(text.slice(from, at));
    from = at + literal.length;
  }
  if (from > end) return null;
  found.push(text.slice(from, end));
  return found;
}
