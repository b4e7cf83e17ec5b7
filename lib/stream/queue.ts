/** First in, first out, each step in constant time. */
export class Queue<Element> {
  #elements: Element[] = [];
  #first = 0;

  get last(): Element | undefined {
    return this.#first < this.#elements.length ? this.#elements.at(-1) : undefined;
  }

  push(element: Element): void {
    this.#elements.push(element);
  }

  shift(): Element | undefined {
    if (this.#first === this.#elements.length) return undefined;
    const element = this.#elements[this.#first++];
    // What was taken is let go of in one step, when it is at least half of all.
    if (this.#first * 2 > this.#elements.length) {
      this.#elements = this.#elements.slice(this.#first);
      this.#first = 0;
    }
    return element;
  }

  *[Symbol.iterator](): Iterator<Element> {
    for (let at = this.#first; at < this.#elements.length; at++) yield this.#elements[at] as Element;
  }
}
