// Who this browser is in a room: its code and a token, what is done with them, and where they are kept.

import { ask, follow, reasons, textAt } from "../core/api.js";

const KEPT = "playground:room:";

/** @typedef {{code: string, token: string, name?: string}} Kept */

/**
 * What this browser keeps of a room that it has joined, so that a reload comes back to where it was.
 * @param {string} code
 * @returns {Kept | null}
 */
export function kept(code) {
  try {
    return JSON.parse(localStorage.getItem(KEPT + code) ?? "null");
  } catch {
    return null;
  }
}

/** @param {Kept} membership */
export function keep(membership) {
  try {
    localStorage.setItem(KEPT + membership.code, JSON.stringify(membership));
  } catch {
    // a browser that keeps nothing takes part all the same, until it reloads
  }
}

/** @param {string} code */
export const forget = (code) => localStorage.removeItem(KEPT + code);

/** One browser in one room. */
export class Membership {
  /** @param {Kept} kept */
  constructor({ code, token }) {
    this.code = code;
    this.headers = { "x-room-token": token };
  }

  /**
   * Does something in the room; why it could not be done, in words, or nothing.
   * @param {string} act
   * @param {Record<string, unknown>} [more]
   */
  async act(act, more = {}) {
    const told = await ask(this.#path("act"), { body: { act, ...more }, headers: this.headers });
    return told.ok ? "" : reasons(told);
  }

  /** @param {{onview: (view: any) => void, onlost: () => void, ongone: () => void}} told */
  follow(told) {
    return follow(this.#path("events"), this.headers, told);
  }

  /** The link for students, and a picture of it. */
  async link() {
    const here = location.origin + location.pathname;
    return (await ask(this.#path("link"), { body: { here }, headers: this.headers })).data;
  }

  /** All answers as CSV. */
  csv() {
    return textAt(this.#path("csv"), this.headers);
  }

  /** @param {string} what */
  #path(what) {
    return `rooms/${this.code}/${what}`;
  }
}
