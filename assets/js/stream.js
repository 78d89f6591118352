// Reads a stream of JSON lines from the server: one line a frame, one frame a repaint.

/** Posts `body`; returns the response. Aborting `signal` closes the connection, and with it the upstream one. */
export function post(path, body, { signal, headers = {} } = {}) {
  return fetch(path, {
    method: "POST", signal, body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers },
  });
}

const SOON_MS = [30, 100, 300, 1000];

/** What the server knows of something that was stopped: its connection is closed, so this is asked for, and comes a moment later. */
export async function fetchSoon(path) {
  for (const wait of SOON_MS) {
    await new Promise((resolve) => { setTimeout(resolve, wait); });
    const response = await fetch(path).catch(() => null);
    if (response?.ok) return response.json();
  }
  return null;
}

/** Calls `onframe` with each line of the response, parsed. */
export async function readFrames(response, onframe) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += decoder.decode(value, { stream: !done });
    const lines = rest.split("\n");
    rest = lines.pop();
    for (const line of lines) if (line) onframe(JSON.parse(line));
    if (done) return;
  }
}
