// Requests to the page's own server, which nothing else here makes: one answer, a stream of lines, or a file
// sent.

/** @typedef {Record<string, string>} Keys  Keys for providers, each under the name of whom it is for. */

/**
 * What came of a request. `data` is its JSON, or null where it carries none; `lost` says that no server
 * answered.
 * @typedef {{ok: boolean, status: number, lost: boolean, data: any}} Told
 */

const SOON_MS = [30, 100, 300, 1000];
const GONE = "This page has lost its own server. Start it again, then try again.";
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
 * @param {{signal?: AbortSignal, keys?: Keys}} [options]
 */
export function post(path, body, { signal, keys = {} } = {}) {
  const headers = { "content-type": "application/json", ...keysHeader(keys) };
  return fetch(path, { method: "POST", signal, body: JSON.stringify(body), headers });
}

/**
 * Asks for what is at `path`, or posts `body` there.
 * @param {string} path
 * @param {{body?: unknown, query?: Record<string, string>, keys?: Keys}} [options]
 * @returns {Promise<Told>}
 */
export async function ask(path, { body, query, keys = {} } = {}) {
  const url = query ? `${path}?${new URLSearchParams(query)}` : path;
  const asked = body === undefined ? fetch(url, { headers: keysHeader(keys) }) : post(url, body, { keys });
  return told(asked);
}

/**
 * Sends a file.
 * @param {string} path
 * @param {File} file
 */
export const upload = (path, file) =>
  told(fetch(`${path}?${new URLSearchParams({ name: file.name })}`, { method: "POST", body: file }));

/**
 * The text at `path`; null where it is not there any more. Throws where no server answers.
 * @param {string} path
 */
export async function textAt(path) {
  const response = await fetch(path);
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
 * Calls `onframe` with each line of a response, parsed.
 * @param {Response} response
 * @param {(frame: any) => void} onframe
 */
export async function readFrames(response, onframe) {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += decoder.decode(value, { stream: !done });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line) onframe(JSON.parse(line));
    if (done) return;
  }
}

/**
 * Why the server refused, in words; or that it is not there.
 * @param {{status: number, data: any, lost?: boolean}} told
 */
export function reasons({ status, data, lost = false }) {
  if (lost) return GONE;
  const texts = (data?.problems ?? []).map((/** @type {{text: string}} */ { text }) => text).join(" ");
  return texts || data?.message || `The playground itself failed (${status}); its log says how.`;
}
