import type { RawEvent } from '../../../../lib/client/index.ts';
import { element } from '../ui/element.ts';
import { EndFollower } from '../ui/end-follower.ts';
import { summaryOf } from './raw-summary.ts';

/** Only this many of the newest events stay on the page. */
const kept = 2000;

/** Lists the events of one answer as received: the time, the delta, then the whole event. */
export class RawPane {
  readonly root = element('ol', { class: 'raw', tabindex: 0, 'aria-label': 'Events as received' });
  readonly #end = new EndFollower(this.root);
  #waiting: HTMLElement[] = [];
  #before = 0;

  clear(): void {
    this.#before = 0;
    this.#waiting = [];
    this.root.replaceChildren();
    this.#end.jump();
  }

  /** Adds an event. The next `flush` shows it. */
  add(raw: RawEvent): void {
    this.#waiting.push(row(raw, raw.at - this.#before));
    this.#before = raw.at;
  }

  /** Adds a line of the console's own. */
  mark(text: string): void {
    this.#waiting.push(element('li', { class: 'mark' }, text));
  }

  /** Shows the added events. One frame can bring many of them. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    this.root.append(...this.#waiting);
    this.#waiting = [];
    while (this.root.childElementCount > kept) this.root.firstElementChild?.remove();
    this.#end.follow();
  }
}

const labels = {
  heartbeat: '♥ heartbeat',
  finish: 'finish',
  usage: 'usage',
  error: 'error',
  text: '',
  reasoning: '',
  tool: '',
  other: '',
};

function row(raw: RawEvent, gap: number): HTMLElement {
  const { kind, delta } = summaryOf(raw);
  const label = labels[kind] || (delta ? '' : raw.event);
  return element(
    'li',
    { class: kind },
    element('time', { title: `${Math.round(gap)} ms after the previous event` }, `${Math.round(raw.at)} ms`),
    element('span', { class: 'delta' }, label ? element('b', {}, label) : false, delta ? visible(delta) : false),
    element('code', {}, raw.event ? `${raw.event}  ${raw.data}` : raw.data),
  );
}

/** Makes spaces and line ends visible. */
function visible(delta: string): string {
  return delta.replaceAll(' ', '·').replaceAll('\n', '⏎');
}
