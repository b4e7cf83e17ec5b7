import { gapSummary, rate } from '../run/measures.ts';
import type { Run } from '../run/run.ts';
import { element } from '../ui/element.ts';
import { duration } from '../ui/format.ts';

const names = ['State', 'First token', 'Rate', 'Gaps', 'Provider', 'Usage', 'Attempts'] as const;
type Fact = (typeof names)[number];

/** The measures of a run. */
export class RunFacts {
  readonly root = element('dl', { class: 'run-facts' });
  readonly #values = new Map<Fact, HTMLElement>();

  constructor() {
    for (const name of names) {
      const value = element('dd', {}, '–');
      this.#values.set(name, value);
      this.root.append(element('div', { class: `fact-${name.toLowerCase().replace(' ', '-')}` }, element('dt', {}, name), value));
    }
  }

  show(run: Run): void {
    const { provider, model, attempts } = run.served;
    this.#set('State', stateOf(run));
    this.#set('First token', duration(run.measures.firstAt));
    this.#set('Rate', rate(run.measures, run.usage.output) ?? '–');
    this.#set('Gaps', gapSummary(run.measures) ?? '–');
    this.#set('Usage', run.end ? usageText(run) : '–');
    this.#set('Provider', provider ? `${provider} · ${model}` : '–');
    this.#set('Attempts', attempts ? attempts.split(', ').join(' → ') : '–');
  }

  #set(name: Fact, text: string): void {
    const place = this.#values.get(name);
    if (!place || place.textContent === text) return;
    place.textContent = text;
    place.title = text;
  }
}

function stateOf({ end, phase }: Run): string {
  if (end?.kind === 'finished') return `finished: ${end.reason}`;
  return end?.kind === 'failed' ? end.code : (end?.kind ?? phase);
}

function usageText({ usage: { input, output, reasoning, cacheRead } }: Run): string {
  const parts = [
    input !== undefined && `${input} in`,
    output !== undefined && `${output} out`,
    reasoning && `${reasoning} reasoning`,
    cacheRead && `${cacheRead} cached`,
  ].filter((part) => typeof part === 'string');
  return parts.join(', ') || 'not reported';
}
