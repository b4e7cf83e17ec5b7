/** How far from its end a reader still counts as being there, in pixels. */
const near = 48;

/** Keeps a list at its end while it grows, unless the reader has scrolled up. */
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

  /** Call it after a change, at most once per frame: it makes the browser lay out the page. */
  follow(): void {
    if (this.#isAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** Goes to the end, wherever the reader is. */
  jump(): void {
    this.#isAtEnd = true;
    this.follow();
  }
}
