import type { TrafficEntry } from '../../api/types.ts';
import { copyButton } from '../ui/button.ts';
import { openDialog } from '../ui/dialog.ts';
import { element } from '../ui/element.ts';
import { dollars, duration } from '../ui/format.ts';
import { attemptSpans, groupOf, tokensPerSecond } from './figures.ts';

/** Shows everything known about one request, with its attempts as a timeline. */
export function requestDialog(entry: TrafficEntry): void {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Time', new Date(entry.ts).toLocaleString('en-GB')],
    ['Key', entry.key_id],
    ['Client', entry.client],
    ['Route', entry.route],
    ['Model', entry.alias],
    ['Served by', entry.provider && `${entry.provider}/${entry.upstream_model}`],
    ['First token', entry.ttft_ms === undefined ? undefined : duration(entry.ttft_ms)],
    ['Total', duration(entry.total_ms)],
    ['Tokens per second', tokensPerSecond(entry)?.toFixed(1)],
    ['Tokens', entry.input_tokens === undefined ? undefined : `${entry.input_tokens} in, ${entry.output_tokens ?? '?'} out`],
    ['Cost', entry.cost_usd === undefined ? undefined : dollars(entry.cost_usd)],
    ['Finish', entry.finish_reason],
  ];
  const record = JSON.stringify(entry, null, 2);
  openDialog(
    {
      class: 'request-dialog',
      title: ['Request ', element('code', {}, entry.request_id)],
      actions: [element('span', { class: `outcome ${groupOf(entry)}` }, entry.outcome)],
    },
    entry.error !== undefined && element('p', { class: 'notice failed' }, entry.error),
    timeline(entry),
    element(
      'dl',
      { class: 'fact-grid' },
      ...facts.flatMap(([name, value]) => (value ? [element('div', {}, element('dt', {}, name), element('dd', {}, value))] : [])),
    ),
    element(
      'details',
      {},
      element('summary', {}, 'The access record'),
      element('pre', { tabindex: 0, role: 'group', 'aria-label': 'Access record' }, record),
    ),
    element(
      'div',
      { class: 'row' },
      copyButton('Copy the record', () => record),
    ),
  );
}

/** A bar for each attempt, and a mark at the first token. */
export function timeline(entry: TrafficEntry): HTMLElement {
  const spans = attemptSpans(entry);
  const percent = (ms: number) => `${((ms / Math.max(entry.total_ms, 1)) * 100).toFixed(2)}%`;
  const bar = (from: number, to: number, kind: string) => {
    const made = element('span', { class: `bar ${kind}` });
    made.style.setProperty('--from', percent(from));
    made.style.setProperty('--width', percent(Math.max(to - from, entry.total_ms / 150)));
    return made;
  };
  const rows = spans.map(({ label, failed, note, from, to }) =>
    element(
      'li',
      {},
      element('span', { class: 'attempt-name' }, label),
      element(
        'span',
        { class: 'track' },
        bar(from, to, failed ? 'failed' : 'ok'),
        entry.ttft_ms !== undefined && !failed && bar(entry.ttft_ms, entry.ttft_ms, 'first'),
      ),
      element('span', { class: 'attempt-note' }, `${note ? `${note}, ` : ''}${duration(to - from)}`),
    ),
  );
  if (rows.length === 0) rows.push(element('li', { class: 'hint' }, 'No provider was called.'));
  return element('ol', { class: 'timeline', 'aria-label': 'Attempts' }, ...rows);
}
