// What a message or an answer holds beside its words: pictures from memory, addresses as words that open on a
// click, and the names of what is not shown. Nothing here is ever fetched from elsewhere.

import { el, nodes } from "../core/dom.js";
import { bytesOf, inWords, isShowable } from "../core/pictures.js";
import { t } from "../core/words.js";

/** @import { Attachment } from "../types" */
/** @import { Part } from "../core/pictures.js" */

/** @type {Record<string, string>} */
const NAMES = { input_audio: t("sound"), file: t("file"), video_url: t("video") };
const ELSEWHERE = t("A picture at an address: it is not loaded here; the server is asked to fetch it. ");
const STAYS = t("It stays here: with the next message the words go back, and no picture of an answer.");
const LOST = t("A picture that this browser has not kept: edit the message, and add it again.");

/**
 * An address as words; it opens on a click, and says nothing of this page.
 * @param {string} url
 * @param {string} [title]
 */
function address(url, title = "") {
  if (!/^https?:\/\//i.test(url)) return el("span", { class: "address" }, title || url.slice(0, 80));
  const link = el("a", { class: "address", href: url, target: "_blank" }, url);
  link.rel = "noopener noreferrer nofollow";
  return title ? el("span", {}, `${title}: `, link) : link;
}

/**
 * @param {unknown} url
 * @param {string} name
 */
function pictureNode(url, name) {
  if (isShowable(url)) return el("img", { class: "picture", src: url, alt: name, title: name });
  if (url === "lost") return el("span", { class: "thing bad" }, LOST);
  if (typeof url === "string" && /^https?:/i.test(url)) {
    return el("span", { class: "thing" }, ELSEWHERE, address(url));
  }
  return el("span", { class: "thing" }, t("a picture of a kind that is not shown"));
}

/**
 * A part that is neither words nor a picture, by its name.
 * @param {Part} part
 */
function nameOf(part) {
  const { type } = part ?? {};
  const inner = /** @type {any} */ (part?.[type] ?? {});
  const data = [inner.data, inner.file_data].find((each) => typeof each === "string");
  const facts = [inner.filename, inner.format, data && inWords(bytesOf(data))].filter(Boolean).join(", ");
  return t("{part}{facts}, not shown", {
    part: NAMES[type] ?? type ?? t("a part"),
    facts: facts ? ` (${facts})` : "",
  });
}

/**
 * @param {Part} part
 * @param {number} at
 */
export const thingNode = (part, at) =>
  part?.type === "image_url"
    ? pictureNode(part.image_url?.url, t("picture {at}", { at: at + 1 }))
    : el("span", { class: "thing" }, nameOf(part));

/**
 * The parts of a message that are no words; null where there are none.
 * @param {Part[]} parts
 */
export const thingsNode = (parts) =>
  parts.length ? el("div", { class: "things" }, ...parts.map(thingNode)) : null;

/**
 * What an answer carries beside its words, and that a picture of its own is not what the next turn sends.
 * @param {Attachment[]} attachments
 */
export function attachmentNodes(attachments) {
  const found = attachments.map(attachmentNode);
  const stays = attachments.some(({ url }) => isShowable(url)) && el("span", { class: "fine" }, STAYS);
  return nodes([...found, stays]);
}

/**
 * @param {Attachment} attachment
 * @param {number} at
 */
function attachmentNode({ kind, url, title }, at) {
  if (isShowable(url)) return pictureNode(url, t("picture {at} of the answer", { at: at + 1 }));
  if (/^https?:/i.test(url)) return el("span", { class: "thing" }, `${kind}: `, address(url, title));
  return el("span", { class: "thing" }, t("{title}, not shown: see response", { title: title || kind }));
}
