// The secret of this browser, by which the server of a public page gives what it keeps to nobody else. It goes with
// each request; a link to a file takes no header, and so it is a cookie beside.

import { freshId } from "./fresh_id.js";
import { keep, kept } from "./memory.js";

const NAME = "playground-session";

/** @returns {string | undefined} */
const inCookie = () =>
  document.cookie
    .split("; ")
    .find((each) => each.startsWith(`${NAME}=`))
    ?.slice(NAME.length + 1);

/** What this browser keeps, or has as a cookie where it keeps nothing: else a reload would make it another one. */
function drawn() {
  const known = kept("session") ?? inCookie();
  if (typeof known === "string" && known) return known;
  const fresh = freshId();
  keep("session", fresh);
  return fresh;
}

let session = "";

/** The header that tells the server which browser asks; a cookie that was cleared meanwhile is set again. */
export function sessionHeader() {
  try {
    session ||= drawn();
    if (inCookie() !== session) setCookie();
  } catch {
    session ||= freshId(); // without cookies the header tells alone
  }
  return { "x-playground-session": session };
}

function setCookie() {
  const far = location.protocol === "https:" ? "SameSite=None; Secure; Partitioned" : "SameSite=Lax";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
  document.cookie = `${NAME}=${session}; Path=/; ${far}`;
}
