// Requests to the page's own server, which nothing else here makes: one answer, a stream of lines, or a file
// sent.

import { sessionHeader } from "./session.js";
import { t, translated } from "./words.js";

/** @typedef {Record<string, string>} Keys  Keys for providers, each under the name of whom it is for. */

/**
 * What came of a request. `data` is its JSON, or null where it carries none; `lost` says that no server
 * answered.
 * @typedef {{ok: boolean, status: number, lost: boolean, data: any}} Told
 */

const SOON_MS = [30, 100, 300, 1000];
const GONE = t("This page has lost its own server. Start it again, then try again.");
const LOST = { ok: false, status: 0, lost: true, data: null };

/**
 * Keys as a header takes them, which is in ASCII.
 * @param {Keys} keys
 * @returns {Record<string, string>}
 */
export function keysHeader(keys) {
  if (!Object.keys(keys).length) return {};
  const code = (/** @type {string} */ letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return { "x-provider-keys": JSON.stringify(keys).replace(/[\u007f-\uffff]/g, code) };
}

/**
 * Posts JSON and returns the response itself. Aborting `signal` closes the connection, and with it the
 * upstream one. Throws where no server answers.
 * @param {string} path
 * @param {unknown} body
 * @param {{signal?: AbortSignal, keys?: Keys, headers?: Record<string, string>}} [options]
 */
export function post(path, body, { signal, keys = {}, headers = {} } = {}) {
  const all = { "content-type": "application/json", ...sessionHeader(), ...keysHeader(keys), ...headers };
  return fetch(path, { method: "POST", signal, body: JSON.stringify(body), headers: all });
}

/**
 * Asks for what is at `path`, or posts `body` there.
 * @param {string} path
 * @param {{body?: unknown, query?: Record<string, string>, keys?: Keys, headers?: Record<string, string>}} [options]
 * @returns {Promise<Told>}
 */
export async function ask(path, { body, query, keys = {}, headers = {} } = {}) {
  const url = query ? `${path}?${new URLSearchParams(query)}` : path;
  const asked =
    body === undefined
      ? fetch(url, { headers: { ...sessionHeader(), ...keysHeader(keys), ...headers } })
      : post(url, body, { keys, headers });
  return told(asked);
}

/**
 * Sends a file.
 * @param {string} path
 * @param {File} file
 */
export const upload = (path, file) =>
  told(
    fetch(`${path}?${new URLSearchParams({ name: file.name })}`, {
      method: "POST",
      body: file,
      headers: sessionHeader(),
    }),
  );

/**
 * The text at `path`; null where it is not there any more. Throws where no server answers.
 * @param {string} path
 * @param {Record<string, string>} [headers]
 */
export async function textAt(path, headers = {}) {
  const response = await fetch(path, { headers: { ...sessionHeader(), ...headers } });
  return response.ok ? response.text() : null;
}

/**
 * @param {Promise<Response>} asked
 * @returns {Promise<Told>}
 */
async function told(asked) {
  const response = await asked.catch(() => null);
  if (!response) return LOST;
  const data = await response.json().catch(() => null);
  return { ok: response.ok, status: response.status, lost: false, data };
}

/**
 * What the server knows of something that was stopped: its connection is closed, so this is asked for, and
 * comes a moment later; null where it does not.
 * @param {string} path
 */
export async function askSoon(path) {
  for (const wait of SOON_MS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const { ok, data } = await ask(path);
    if (ok) return data;
  }
  return null;
}

/**
 * Calls `onpart` with each part of a response that is not empty; `between` stands after each, so that what is left at
 * the end is no whole one.
 * @param {Response} response
 * @param {string} between
 * @param {(part: string) => void} onpart
 */
async function readParts(response, between, onpart) {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += decoder.decode(value, { stream: !done });
    const parts = rest.split(between);
    rest = parts.pop() ?? "";
    for (const part of parts) if (part) onpart(part);
    if (done) return;
  }
}

/**
 * Calls `onframe` with each line of a response, parsed.
 * @param {Response} response
 * @param {(frame: any) => void} onframe
 */
export const readFrames = (response, onframe) =>
  readParts(response, "\n", (line) => onframe(JSON.parse(line)));

const SILENT_MS = 25_000; // the server gives a sign of life every ten seconds
const AGAIN_MS = [300, 1000, 2000, 5000];

/**
 * Follows server-sent events for as long as there are any, and connects anew when the connection is lost. A browser's
 * own EventSource sends no headers, and a secret has no place in an address.
 * @param {string} path
 * @param {Record<string, string>} headers
 * @param {{onview: (view: any) => void, onlost: () => void, ongone: () => void, signal?: AbortSignal}} told
 */
export async function follow(path, headers, { onview, onlost, ongone, signal }) {
  for (let failures = 0; !signal?.aborted; failures += 1) {
    const silence = new AbortController();
    const stop = () => silence.abort();
    signal?.addEventListener("abort", stop);
    let timer = setTimeout(stop, SILENT_MS);
    try {
      const response = await fetch(path, { headers, signal: silence.signal });
      if (response.status === 410) {
        ongone();
        return;
      }
      if (response.ok) {
        await readEvents(response, (view) => {
          clearTimeout(timer);
          timer = setTimeout(stop, SILENT_MS);
          failures = 0;
          if (view) onview(view);
        });
      }
    } catch {
      // the connection was lost, or said nothing for too long
    }
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    if (signal?.aborted) return;
    onlost();
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]));
  }
}

/**
 * Calls `onevent` with the data of each event, and with null for a sign of life.
 * @param {Response} response
 * @param {(data: any) => void} onevent
 */
const readEvents = (response, onevent) =>
  readParts(response, "\n\n", (event) =>
    onevent(event.startsWith("data: ") ? JSON.parse(event.slice(6)) : null),
  );

/**
 * Why the server refused, in words; or that it is not there.
 * @param {{status: number, data: any, lost?: boolean}} told
 */
export function reasons({ status, data, lost = false }) {
  if (lost) return GONE;
  const texts = (data?.problems ?? []).map((/** @type {{text: string}} */ { text }) => text).join(" ");
  return translated(
    texts || data?.message || t("The playground itself failed ({status}); its log says how.", { status }),
  );
}
