// Who this browser is in a room: its code and a token, what is done with them, and where they are kept.

import { ask, follow, reasons, textAt } from "../core/api.js";

/** @typedef {{code: string, token: string, name?: string}} Kept */
/** @typedef {"join" | "teach" | "project"} Role  As what a browser is in a room, in the words of its address. */

/** @param {Role} role @param {string} code */
const placeOf = (role, code) => `playground:room:${role}:${code}`;

/**
 * What this browser keeps of a room that it is in, so that a reload comes back to where it was.
 * @param {Role} role
 * @param {string} code
 * @returns {Kept | null}
 */
export function kept(role, code) {
  try {
    return JSON.parse(localStorage.getItem(placeOf(role, code)) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Whether it could be kept: a browser that keeps nothing takes part all the same, until it reloads.
 * @param {Role} role
 * @param {Kept} membership
 */
export function keep(role, membership) {
  try {
    localStorage.setItem(placeOf(role, membership.code), JSON.stringify(membership));
    return true;
  } catch {
    return false;
  }
}

/** @param {Role} role @param {string} code */
export function forget(role, code) {
  try {
    localStorage.removeItem(placeOf(role, code));
  } catch {
    // then it was not kept either
  }
}

/** One browser in one room. */
export class Membership {
  /** @param {Kept} kept */
  constructor({ code, token }) {
    this.code = code;
    this.pass = `${code}.${token}`; // what a link carries behind its #, for another device
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
