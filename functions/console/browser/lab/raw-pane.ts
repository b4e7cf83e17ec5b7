import type { RawEvent } from '../../../../lib/client/index.ts';
import { element, keepingEnd } from '../ui/element.ts';
import { summaryOf } from './raw-summary.ts';

/** The newest so many are kept on the page. */
const kept = 2000;

/** Lists the events of one answer as they came over the wire: the time, what is new, then the whole event. */
export class RawPane {
  readonly root = element('ol', { class: 'raw', tabindex: 0, 'aria-label': 'Events as they came over the wire' });
  #before = 0;

  clear(): void {
    this.#before = 0;
    this.root.replaceChildren();
  }

  add(raw: RawEvent): void {
    keepingEnd(this.root, () => {
      this.root.append(row(raw, raw.at - this.#before));
      if (this.root.childElementCount > kept) this.root.firstElementChild?.remove();
    });
    this.#before = raw.at;
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
    element('time', { title: `${Math.round(gap)} ms after the event before` }, `${Math.round(raw.at)} ms`),
    element('span', { class: 'delta' }, label ? element('b', {}, label) : false, delta ? visible(delta) : false),
    element('code', {}, raw.event ? `${raw.event}  ${raw.data}` : raw.data),
  );
}

/** Blanks and line ends as signs, or they could not be seen. */
function visible(delta: string): string {
  return delta.replaceAll(' ', '·').replaceAll('\n', '⏎');
}
