import type { RawEvent } from '../../../lib/client/index.ts';
import { element } from './element.ts';

/** The newest so many are kept on the page. */
const kept = 2000;

/** Lists the events of one answer as they came over the wire, each with its time. */
export class RawPane {
  readonly #list: HTMLElement;

  constructor(list: HTMLElement) {
    this.#list = list;
    list.replaceChildren();
  }

  add({ at, event, data }: RawEvent): void {
    const stays = this.#list.scrollTop + this.#list.clientHeight >= this.#list.scrollHeight - 40;
    this.#list.append(
      element(
        'li',
        {},
        element('time', {}, `${Math.round(at)} ms`),
        ...(event ? [element('b', {}, event)] : []),
        element('code', {}, data),
      ),
    );
    if (this.#list.childElementCount > kept) this.#list.firstElementChild?.remove();
    // Whoever has scrolled up to read is left there.
    if (stays) this.#list.scrollTop = this.#list.scrollHeight;
  }
}
