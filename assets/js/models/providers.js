// What the name of a model says of who is asked.

import { PROVIDERS } from "../contract.js";

const [EMBEDDED, ...OTHERS] = PROVIDERS;

/** What the names of models begin with. */
export const BEGINNINGS = [EMBEDDED, ...OTHERS.map((provider) => `${provider}/`)];

/**
 * The provider that a name begins with, up to its slash; undefined for the embedded model and for any other
 * name.
 * @param {string} model
 */
export const listedAt = (model) => OTHERS.find((provider) => model.startsWith(`${provider}/`));

/**
 * Whether a name begins as one of a provider does.
 * @param {string} model
 */
export const isPrefixed = (model) => PROVIDERS.includes(model.split("/")[0]);

/**
 * Whether a name says who is asked for what: half a name, while one types, says nobody.
 * @param {string} model
 */
export function isWhole(model) {
  const [provider, ...rest] = model.trim().split("/");
  return provider === EMBEDDED || (OTHERS.includes(provider) && rest.join("/") !== "");
}
