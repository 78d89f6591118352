// Work that costs more the more is there, such as reading JSON that grows: done for a share of the time only.

const REST = 20; // times as long as the work took, so that a long answer never costs its length squared

export class Throttle {
  constructor() {
    this.free = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {(() => void) | null} */
    this.work = null;
  }

  /**
   * Does `work` now, or as soon as it is time again; what was waiting until then is left out.
   * @param {() => void} work
   */
  run(work) {
    this.work = work;
    const wait = this.free - performance.now();
    if (wait <= 0) this.settle();
    else this.timer ??= setTimeout(() => this.settle(), wait);
  }

  /** Does at once what is waiting. */
  settle() {
    clearTimeout(this.timer);
    const { work } = this;
    this.timer = undefined;
    this.work = null;
    const begun = performance.now();
    work?.();
    const ended = performance.now();
    this.free = ended + REST * (ended - begun);
  }
}
