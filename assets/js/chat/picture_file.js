// A file as a picture that can be sent: known by its beginning and not by its name, drawn anew in a size that
// models read. Drawing it leaves out where a camera was, what a file hides, and all frames but the first.

import { PICTURES } from "../contract.js";
import { bytesOf, inWords } from "../core/pictures.js";
import { t } from "../core/words.js";

/** @typedef {{url: string, note: string}} Picture  As a data: address, and what was done to it. */

const LONGEST_SIDE = 2048;
const MOST_BYTES = 5_000_000;
const MOST_READ = 30_000_000; // bytes of a file; a larger one takes a phone all its memory to open
const QUALITIES = [0.9, 0.8, 0.6, 0.4];
const KINDS = PICTURES.map((kind) => kind.replace("image/", "").toUpperCase());
const TAKEN = t("{kinds} and {last}", { kinds: KINDS.slice(0, -1).join(", "), last: KINDS.at(-1) });

/** @type {[kind: string, begins: RegExp][]} */
const BEGINNINGS = [
  ["image/png", /^\x89PNG\r\n/],
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/webp", /^RIFF.{4}WEBP/s],
  ["image/gif", /^GIF8[79]a/],
];

/**
 * What a file is by its first bytes; empty where it is no picture that goes to a model.
 * @param {Uint8Array} bytes
 */
export function kindOf(bytes) {
  const head = String.fromCharCode(...bytes.slice(0, 16));
  return BEGINNINGS.find(([, begins]) => begins.test(head))?.[0] ?? "";
}

/**
 * Why a file is no picture to send, by its name and its first bytes.
 * @param {string} name
 * @param {Uint8Array} bytes
 */
export function notTaken(name, bytes) {
  const head = String.fromCharCode(...bytes).toLowerCase();
  if (head.includes("<svg"))
    return t("{name} is an SVG, which may hold scripts: save it as PNG first.", { name });
  if (/^.{4}ftyp(hei|hev|mif|avi)/s.test(head)) {
    return t("{name} is of a kind that few models read (HEIC or AVIF): save it as JPEG first.", { name });
  }
  return t("{name} is no picture, whatever its name: {taken} can be sent.", { name, taken: TAKEN });
}

/**
 * A file as a picture. Throws an Error that says in a sentence why it is none.
 * @param {File} file
 * @returns {Promise<Picture>}
 */
export async function pictureOf(file) {
  const { name, size } = file;
  if (size > MOST_READ) {
    throw new Error(
      t("{name} has {size}; files up to {most} can be opened here.", {
        name,
        size: inWords(size),
        most: inWords(MOST_READ),
      }),
    );
  }
  const head = new Uint8Array(await file.slice(0, 512).arrayBuffer());
  const kind = kindOf(head);
  if (!kind) throw new Error(notTaken(name, head));
  const image = await createImageBitmap(file).catch(() => null);
  if (!image)
    throw new Error(t("{name} cannot be opened by this browser: it is broken, or too large.", { name }));
  const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  draw(canvas, image);
  const url = encoded(canvas, image, kind);
  const now = url.slice("data:".length, url.indexOf(";"));
  const notes = [
    kind === "image/gif" && t("its first frame"),
    now !== kind && t("as {kind}", { kind: now.replace("image/", "").toUpperCase() }),
    scale < 1 && t("made smaller from {size}", { size: sizeOf(image) }),
  ];
  image.close();
  return { url, note: [sizeOf(canvas), inWords(bytesOf(url)), ...notes.filter(Boolean)].join(", ") };
}

/** @param {{width: number, height: number}} size */
const sizeOf = ({ width, height }) => `${width} \u00d7 ${height}`;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ImageBitmap} image
 * @param {string} [ground]
 */
function draw(canvas, image, ground = "") {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  if (ground) {
    context.fillStyle = ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
}

/**
 * In its own kind, a GIF as PNG, where it is small enough so; else as the sharpest JPEG that is, on white.
 * @param {HTMLCanvasElement} canvas
 * @param {ImageBitmap} image
 * @param {string} kind
 */
function encoded(canvas, image, kind) {
  const own = kind === "image/jpeg" ? "" : canvas.toDataURL(kind, QUALITIES[0]); // PNG where it knows no such
  if (own && bytesOf(own) <= MOST_BYTES) return own;
  draw(canvas, image, "#fff");
  const jpegs = QUALITIES.map((quality) => () => canvas.toDataURL("image/jpeg", quality));
  let url = "";
  for (const jpeg of jpegs) {
    url = jpeg();
    if (bytesOf(url) <= MOST_BYTES) break;
  }
  return url;
}
