// The table of verdicts that is remembered of a model at a server.

import { ask } from "../core/api.js";
import { isWhole } from "./providers.js";

/** @typedef {{model: string, base_url: string}} Place  Who is asked for what. */

/**
 * Null where there is none, or none that can be read.
 * @param {Place} place
 * @param {import("../core/api.js").Keys} [keys]  a server that is closed shows them which run it is
 * @returns {Promise<{verdicts: import("../types").Verdict[], started_at: string} | null>}
 */
export async function remembered({ model, base_url }, keys = {}) {
  if (base_url ? !model.trim() : !isWhole(model)) return null;
  const { status, data } = await ask("playground/probe/last", { query: { model, base_url }, keys });
  return status === 200 ? data : null;
}
