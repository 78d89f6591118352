// What is done after a pause, in which it was not asked for again.

/**
 * @template T
 * @param {number} pause  in milliseconds
 * @param {() => T} act
 */
export function after(pause, act) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return {
    /** Does it after a pause from now. */
    soon() {
      this.drop();
      timer = setTimeout(() => this.now(), pause);
    },
    /** Does it at once. */
    now() {
      this.drop();
      return act();
    },
    /** Does it not at all. */
    drop() {
      clearTimeout(timer);
      timer = undefined;
    },
    get pending() {
      return timer !== undefined;
    },
  };
}
