// Pictures in JSON that somebody reads and edits: each by a short name, which stands for it when the text is read.

import { bytesOf, dataLength, eachText, inWords, isData } from "../../core/pictures.js";
import { t } from "../../core/words.js";

export class ShortData {
  /** @type {Map<string, string>} */
  #names = new Map(); // by what they stand for
  /** @type {Map<string, string>} */
  #data = new Map(); // by their names

  /** @param {string} data */
  #nameOf(data) {
    const known = this.#names.get(data);
    if (known) return known;
    const kind = data.slice(0, data.indexOf(",") + 1).slice(0, 60);
    const name = t("{kind}… (number {size}, {in_words})", {
      kind,
      size: this.#names.size + 1,
      in_words: inWords(bytesOf(data)),
    });
    this.#names.set(data, name);
    this.#data.set(name, data);
    return name;
  }

  /**
   * The same JSON with a name for all that is large.
   * @param {any} value
   */
  shorten(value) {
    return eachText(value, (text) => (isData(text) ? this.#nameOf(text) : text));
  }

  /**
   * The same JSON with what each name stands for.
   * @param {any} value
   */
  restore(value) {
    return eachText(value, (text) => this.#data.get(text) ?? text);
  }

  /**
   * Whether there is anything large in it.
   * @param {any} value
   */
  shortens(value) {
    return dataLength(value) > 0;
  }
}
