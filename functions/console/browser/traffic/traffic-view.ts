import type { TrafficEntry } from '../../api/types.ts';
import type { App, View } from '../app.ts';
import { button } from '../ui/button.ts';
import { element } from '../ui/element.ts';
import { clockTime, compact, dollars, duration } from '../ui/format.ts';
import { groupOf, type OutcomeGroup, tokensPerSecond, totalsOf } from './figures.ts';
import { requestDialog } from './request-dialog.ts';
import { TrafficFeed } from './traffic-feed.ts';

type Filter = 'all' | OutcomeGroup;

const filters: readonly (readonly [Filter, string])[] = [
  ['all', 'All'],
  ['ok', 'Finished'],
  ['upstream', 'Provider failures'],
  ['client', 'Refused'],
  ['stopped', 'Client left'],
];

interface Column {
  readonly title: string;
  readonly class?: string;
  cell(entry: TrafficEntry): Node | string;
}

const columns: readonly Column[] = [
  { title: 'Time', class: 'time', cell: ({ ts }) => clockTime(new Date(ts)) },
  {
    title: 'Outcome',
    class: 'outcome-cell',
    cell: (entry) => element('span', { class: `outcome ${groupOf(entry)}` }, entry.outcome),
  },
  { title: 'Model', class: 'model', cell: ({ alias = '–', provider }) => pair(alias, provider ?? 'no provider') },
  { title: 'Attempts', class: 'attempts', cell: attemptDots },
  { title: 'Client', class: 'client', cell: ({ client = '–', key_id: key }) => pair(client, key ?? 'no key') },
  { title: 'First token', class: 'number', cell: (entry) => pair(duration(entry.ttft_ms), rateText(entry)) },
  { title: 'Tokens, cost', class: 'number', cell: (entry) => pair(tokenCounts(entry), dollars(entry.cost_usd)) },
  { title: 'Total', class: 'number', cell: ({ total_ms: ms }) => duration(ms) },
];

/** Shows the last requests of this server as they end. */
export class TrafficView implements View {
  readonly root: HTMLElement;
  readonly #feed: TrafficFeed;
  readonly #totals = element('dl', { class: 'totals' });
  readonly #body = element('tbody', {});
  readonly #empty = element('p', { class: 'empty' });
  readonly #chips = element('div', { class: 'chips', role: 'group', 'aria-label': 'Filter by outcome' });
  readonly #pause = button({ label: 'Live', class: 'live', title: 'Pause or go on', onClick: () => this.#toggle() });
  readonly #app: App;
  #filter: Filter = 'all';
  #isPaused = false;

  constructor(app: App) {
    this.#app = app;
    this.#feed = new TrafficFeed(
      () => app.apiKey,
      () => this.#draw(),
    );
    const head = element(
      'tr',
      {},
      ...columns.map(({ title, class: kind }) => element('th', { scope: 'col', class: kind }, title)),
    );
    this.root = element(
      'div',
      { class: 'traffic-view' },
      element('header', { class: 'view-head' }, element('h2', { class: 'view-title' }, 'Traffic'), this.#pause),
      this.#totals,
      this.#chips,
      element(
        'div',
        { class: 'table-scroll', tabindex: 0, role: 'group', 'aria-label': 'Requests' },
        element('table', {}, element('thead', {}, head), this.#body),
        this.#empty,
      ),
      element(
        'p',
        { class: 'hint foot' },
        'The last 200 requests of this process, newest first. Prompts and answers are never recorded.',
      ),
    );
    this.#draw();
  }

  show(): void {
    if (this.#app.isDevelopment && !this.#isPaused) this.#feed.follow();
  }

  hide(): void {
    this.#feed.pause();
  }

  #toggle(): void {
    this.#isPaused = !this.#isPaused;
    this.#pause.classList.toggle('paused', this.#isPaused);
    this.#pause.querySelector('span')?.replaceChildren(this.#isPaused ? 'Paused' : 'Live');
    if (this.#isPaused) this.#feed.pause();
    else this.#feed.follow();
  }

  /** The text for an empty table. */
  get #nothing(): string {
    if (!this.#app.isDevelopment) {
      return 'A deployed gateway keeps its requests in CloudWatch: the saved queries of the stack and its dashboard show them.';
    }
    return this.#filter === 'all'
      ? 'No requests yet. Send one from the chat, or point a client at this server.'
      : 'No such requests.';
  }

  #draw(): void {
    const { entries, problem } = this.#feed;
    const shown = entries.filter((entry) => this.#filter === 'all' || groupOf(entry) === this.#filter);
    this.#drawTotals(shown);
    this.#drawChips(entries);
    this.#body.replaceChildren(...shown.toReversed().map(row));
    this.#empty.textContent = problem ?? (shown.length === 0 ? this.#nothing : '');
    this.#empty.hidden = this.#empty.textContent === '';
  }

  #drawTotals(entries: readonly TrafficEntry[]): void {
    const { count, finished, firstTokenMs, tokens, usd } = totalsOf(entries);
    const facts = [
      ['Requests', String(count)],
      ['Finished', count === 0 ? '–' : `${Math.round((finished / count) * 100)} %`],
      ['Median first token', duration(firstTokenMs)],
      ['Tokens', compact(tokens)],
      ['Cost', dollars(usd)],
    ] as const;
    this.#totals.replaceChildren(
      ...facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
    );
  }

  #drawChips(entries: readonly TrafficEntry[]): void {
    const focused = this.#chips.querySelector(':focus')?.getAttribute('data-filter');
    const counts = new Map(
      filters.map(([name]) => [name, entries.filter((entry) => name === 'all' || groupOf(entry) === name).length]),
    );
    const chips = filters.map(([name, label]) => {
      const chip = element(
        'button',
        { type: 'button', class: `chip ${name}`, 'data-filter': name, 'aria-pressed': String(this.#filter === name) },
        label,
        element('span', { class: 'count' }, String(counts.get(name))),
      );
      chip.addEventListener('click', () => {
        this.#filter = name;
        this.#draw();
      });
      return chip;
    });
    this.#chips.replaceChildren(...chips);
    chips.find((chip) => chip.dataset.filter === focused)?.focus();
  }
}

/** A row that opens its detail by click or keyboard. */
function row(entry: TrafficEntry): HTMLElement {
  const [first, ...others] = columns.map(({ title, class: kind, cell }) =>
    element('td', { class: kind, 'data-title': title }, cell(entry)),
  );
  const time = first?.textContent ?? '';
  const open = element('button', { type: 'button', class: 'open-request', 'aria-label': `${time}, details` }, time);
  first?.replaceChildren(open);
  const made = element('tr', { class: groupOf(entry) }, first, ...others);
  made.addEventListener('click', () => requestDialog(entry));
  return made;
}

/** Two facts in one cell, the second in small print. */
function pair(first: string, second: string): Node {
  return element('span', { class: 'pair', title: `${first}, ${second}` }, first, element('small', {}, second));
}

function attemptDots({ attempts = [] }: TrafficEntry): Node {
  const said = attempts.map(({ provider, error }) => `${provider}: ${error ?? 'ok'}`).join(', ') || 'none';
  const dots = attempts.map(({ error }) => element('i', { class: error === undefined ? 'ok' : 'failed' }));
  return element('span', { class: 'dots-row', role: 'img', 'aria-label': said, title: said }, ...dots);
}

function rateText(entry: TrafficEntry): string {
  const rate = tokensPerSecond(entry);
  return rate === undefined ? '–' : `${rate.toFixed(0)} tok/s`;
}

function tokenCounts({ input_tokens: input, output_tokens: output }: TrafficEntry): string {
  return input === undefined && output === undefined ? '–' : `${input ?? '?'} → ${output ?? '?'}`;
}
