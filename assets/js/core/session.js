// The secret of this browser, by which the server of a public page gives what it keeps to nobody else. It goes with
// each request; a link to a file takes no header, and so it is a cookie beside.

import { freshId } from "./fresh_id.js";
import { keep, kept } from "./memory.js";

const NAME = "playground-session";

/** @returns {string} */
function drawn() {
  const known = kept("session");
  if (typeof known === "string") return known;
  const fresh = freshId();
  keep("session", fresh);
  return fresh;
}

let session = "";

/** The header that tells the server which browser asks. */
export function sessionHeader() {
  if (!session) {
    session = drawn();
    const far = location.protocol === "https:" ? "SameSite=None; Secure; Partitioned" : "SameSite=Lax";
    try {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
      document.cookie = `${NAME}=${session}; Path=/; ${far}`;
    } catch {
      // Without cookies the header tells alone.
    }
  }
  return { "x-playground-session": session };
}
