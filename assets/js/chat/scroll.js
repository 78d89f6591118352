// Where a pane is scrolled to: it follows what streams until the reader scrolls up, and keeps its end in view
// when it gets another size, as when the ballot opens below it.
//
// Two that are joined move as one: their newest rounds begin at one height and are given one length, so that
// the shorter answer goes along, with room below it, where the longer one is read on or streams on.

const NEAR_END_PX = 60;

/**
 * From here on both move as one; at once the one that follows its end goes where the reader has put the
 * other.
 * @param {...Scroll} two
 */
export function join(...two) {
  for (const [index, one] of two.entries()) one.partner = two[1 - index];
  for (const one of two) one.level();
  const leader = two.find(({ follows }) => !follows) ?? two[0];
  leader.partner?.goAlong(leader);
  for (const one of two) one.follow(() => {});
}

/** @param {...Scroll} two */
export function part(...two) {
  for (const one of two) one.partner = null;
  for (const one of two) one.follow(() => one.level());
}

export class Scroll {
  /** @param {HTMLElement} scroller */
  constructor(scroller) {
    this.scroller = scroller;
    this.follows = false;
    this.seen = 0; // where it stood when it was last looked at
    /** @type {HTMLElement | null} */
    this.round = null; // the newest question with its answer, at the end
    /** @type {Scroll | null} */
    this.partner = null; // the one that it is joined to
    scroller.addEventListener("scroll", () => this.look(), { passive: true });
    new ResizeObserver(() => this.follow(() => {})).observe(scroller);
    this.rounds = new ResizeObserver(() => {
      for (const one of this.partner ? [this, this.partner] : []) one.follow(() => one.level());
    });
  }

  /** The furthest that it can be scrolled to. */
  get furthest() {
    return this.scroller.scrollHeight - this.scroller.clientHeight;
  }

  /**
   * Only a reader moves it up, or a browser that has no more to show: a distance to the end alone may have
   * come of a new size.
   */
  look() {
    const { clientHeight, scrollTop } = this.scroller;
    if (!clientHeight || scrollTop === this.seen) return; // out of view, as behind a tab; or moved by nobody
    const missing = this.furthest - scrollTop;
    if (scrollTop < this.seen) this.follows = missing < 1;
    else if (missing < NEAR_END_PX) this.follows = true;
    this.seen = scrollTop;
    this.partner?.goAlong(this);
  }

  /**
   * Makes a change, and shows what it has added at the end, if the reader was there.
   * @param {() => void} change
   */
  follow(change) {
    this.look();
    change();
    if (this.follows) this.toEnd();
  }

  toEnd() {
    this.follows = true;
    this.put(this.furthest);
  }

  toStart() {
    this.follows = false;
    this.put(0);
  }

  /**
   * Moves it without a reader.
   * @param {number} top
   */
  put(top) {
    this.scroller.scrollTop = top;
    this.seen = this.scroller.scrollTop;
  }

  // ---- two that move as one ------------------------------------------------------------------------------

  /**
   * `round` is the newest now: two panes are held together by where theirs begin.
   * @param {HTMLElement} round
   */
  begin(round) {
    this.rounds.disconnect();
    this.rounds.observe(round);
    this.round = round;
  }

  /** Gives the newest round the length of the other's, where that is longer. */
  level() {
    if (!this.round) return;
    const lacks = (this.partner?.round?.offsetHeight ?? 0) - this.round.offsetHeight;
    this.round.style.marginBottom = lacks > 0 ? `${lacks}px` : "";
  }

  /**
   * Goes where the reader has moved the other one.
   * @param {Scroll} other
   */
  goAlong(other) {
    if (!this.round || !other.round) return;
    this.follows = other.follows;
    this.put(this.start + other.seen - other.start);
  }

  /** Where the newest round stands at the top. */
  get start() {
    const first = /** @type {HTMLElement | null} */ (this.scroller.firstElementChild);
    return (this.round?.offsetTop ?? 0) - (first?.offsetTop ?? 0);
  }
}
