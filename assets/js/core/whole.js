// When all of the page is there.

import { store } from "./store.js";

const MOMENT_MS = 50;

/** Whether all rows are on the page, Gradio's own buttons too, and what a reload has kept stands in its place. */
export const isWhole = () =>
  store.names.length >= 20 && "restored" in document.body.dataset && document.getElementById("stop") !== null;

const moment = () => new Promise((done) => setTimeout(done, MOMENT_MS));

/** Resolves as soon as it is. */
export async function whole() {
  while (!isWhole()) await moment();
}

/**
 * Resolves as soon as Gradio has made all of these.
 * @param {string[]} ids
 */
export async function made(ids) {
  while (!ids.every((id) => document.getElementById(id))) await moment();
}
