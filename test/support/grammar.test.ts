import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import { grammarViolations } from './grammar.ts';

const start: StreamEvent = { type: 'start', id: 'x', model: 'm' };
const finish: StreamEvent = { type: 'finish', reason: 'stop', rawReason: 'stop', usage: {} };
const error: StreamEvent = { type: 'error', error: new SluiceError('upstream_cut', 'The provider cut the stream.') };
const openText = (index: number): StreamEvent => ({ type: 'block-start', index, block: { kind: 'text' } });
const openTool = (index: number): StreamEvent => ({ type: 'block-start', index, block: { kind: 'tool', id: 'a', name: 'f' } });
const text = (index: number): StreamEvent => ({ type: 'text-delta', index, text: 'a' });
const json = (index: number): StreamEvent => ({ type: 'tool-delta', index, json: '{}' });
const end = (index: number): StreamEvent => ({ type: 'block-end', index });

const good: Record<string, StreamEvent[]> = {
  'an empty answer': [start, finish],
  'every kind of block': [
    start,
    { type: 'block-start', index: 0, block: { kind: 'reasoning' } },
    { type: 'reasoning-delta', index: 0, text: 'hm' },
    { type: 'signature-delta', index: 0, signature: 's' },
    end(0),
    { type: 'block-start', index: 1, block: { kind: 'redacted-reasoning', data: 'zz' } },
    end(1),
    openText(2),
    text(2),
    { type: 'extra' },
    { type: 'citation-delta', index: 2, citation: {} },
    end(2),
    openTool(3),
    json(3),
    end(3),
    { type: 'block-start', index: 4, block: { kind: 'provider', name: 'search' } },
    { type: 'provider-delta', index: 4 },
    end(4),
    { type: 'block-start', index: 5, block: { kind: 'image', mediaType: 'image/png', data: '' } },
    end(5),
    finish,
  ],
  'an error inside a block': [start, openText(0), text(0), error],
  'an error before the provider said anything': [error],
};

const bad: [rule: string, what: string, events: StreamEvent[]][] = [
  ['start-first', 'a block before start', [openText(0), end(0), finish]],
  ['start-first', 'an extra before start', [{ type: 'extra' }, finish]],
  ['start-once', 'two starts', [start, start, finish]],
  ['terminal-last', 'a second finish', [start, finish, finish]],
  ['terminal-last', 'an error after finish', [start, finish, error]],
  ['terminal-last', 'an extra after the end', [start, error, { type: 'extra' }]],
  ['terminal-present', 'no end', [start, openText(0), text(0), end(0)]],
  ['blocks-closed', 'finish inside a block', [start, openText(0), text(0), finish]],
  ['no-overlap', 'a block inside another', [start, openText(0), openText(1), end(1), finish]],
  ['dense-indices', 'a skipped index', [start, openText(1), end(1), finish]],
  ['dense-indices', 'an index used twice', [start, openText(0), end(0), openText(0), end(0), finish]],
  ['inside-block', 'a delta with no block open', [start, text(0), finish]],
  ['inside-block', 'a delta of a block that has ended', [start, openText(0), end(0), text(0), finish]],
  ['inside-block', 'an end with no block open', [start, end(0), finish]],
  ['delta-fits-block', 'tool arguments in text', [start, openText(0), json(0), end(0), finish]],
  ['delta-fits-block', 'text in a tool call', [start, openTool(0), text(0), end(0), finish]],
  [
    'delta-fits-block',
    'a signature in redacted reasoning',
    [
      start,
      { type: 'block-start', index: 0, block: { kind: 'redacted-reasoning', data: 'zz' } },
      { type: 'signature-delta', index: 0, signature: 's' },
      end(0),
      finish,
    ],
  ],
  ['tool-arguments', 'a tool call without arguments', [start, openTool(0), end(0), finish]],
  [
    'tool-named',
    'a tool call without a name',
    [start, { type: 'block-start', index: 0, block: { kind: 'tool', id: 'a', name: '' } }, json(0), end(0), finish],
  ],
];

describe('grammarViolations', () => {
  test.each(Object.entries(good))('accepts: %s', (_, events) => {
    expect(grammarViolations(events)).toEqual([]);
  });

  test.each(bad)('%s rejects %s, and nothing else does', (rule, _, events) => {
    expect(grammarViolations(events).map((violation) => violation.split(':')[0])).toEqual([rule]);
  });
});
