// Where a pane is scrolled to: it follows what streams until the reader scrolls up, and keeps its end in view when
// it gets another size, as when the ballot opens below it.

const NEAR_END_PX = 60;

export class Scroll {
  constructor(scroller) {
    this.scroller = scroller;
    this.follows = false;
    this.seen = 0;  // where it stood when it was last looked at
    scroller.addEventListener("scroll", () => this.look(), { passive: true });
    new ResizeObserver(() => this.follow(() => {})).observe(scroller);
  }

  /** The furthest that it can be scrolled to. */
  get furthest() { return this.scroller.scrollHeight - this.scroller.clientHeight; }

  /** Only a reader moves it up, or a browser that has no more to show: a distance to the end alone may have come of a new size. */
  look() {
    const { clientHeight, scrollTop } = this.scroller;
    if (!clientHeight) return;  // out of view, as behind a tab
    const missing = this.furthest - scrollTop;
    if (scrollTop < this.seen) this.follows = missing < 1;
    else if (scrollTop > this.seen && missing < NEAR_END_PX) this.follows = true;
    this.seen = scrollTop;
  }

  /** Makes a change, and shows what it has added at the end, if the reader was there. */
  follow(change) {
    this.look();
    change();
    if (this.follows) this.toEnd();
  }

  toEnd() {
    this.follows = true;
    this.scroller.scrollTop = this.furthest;
    this.seen = this.scroller.scrollTop;
  }

  toStart() {
    this.follows = false;
    this.scroller.scrollTop = this.seen = 0;
  }

  /** How much of `part`, which ends where all ends, has been scrolled over: none of it while it is still to come. */
  share(part) {
    const start = this.startOf(part);
    return Math.max(0, this.scroller.scrollTop - start) / Math.max(1, this.furthest - start);
  }

  toShare(part, share) {
    const start = this.startOf(part);
    this.scroller.scrollTop = start + share * Math.max(0, this.furthest - start);
  }

  /** Where `part` stands at the top. */
  startOf(part) { return part.offsetTop - this.scroller.firstChild.offsetTop; }
}
