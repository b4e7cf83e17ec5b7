/** The distance from the end, in pixels, that still counts as the end. */
const near = 48;

/** Scrolls a growing list to its end, unless the reader has scrolled up. */
export class EndFollower {
  readonly #scroller: Element;
  #isAtEnd = true;

  constructor(scroller: Element) {
    this.#scroller = scroller;
    scroller.addEventListener('scroll', () => {
      const { scrollTop, clientHeight, scrollHeight } = scroller;
      this.#isAtEnd = scrollTop + clientHeight >= scrollHeight - near;
    });
  }

  /** Call this after a change, at most once per frame, because it forces a layout. */
  follow(): void {
    if (this.#isAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** Scrolls to the end from any position. */
  jump(): void {
    this.#isAtEnd = true;
    this.follow();
  }
}
