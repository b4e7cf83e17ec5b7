import { describe, expect, test } from 'vitest';
import { collector as messageCollector } from '../../lib/dialects/anthropic-messages/collect.ts';
import { encoder as messagesEncoder } from '../../lib/dialects/anthropic-messages/encode.ts';
import { LoneSignature } from '../../lib/dialects/lone-signature.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { Block, StreamEvent } from '../../lib/stream/events.ts';
import { options } from './anthropic-messages/wire.ts';

const block = (index: number, opened: Block, ...deltas: StreamEvent[]): StreamEvent[] => [
  { type: 'block-start', index, block: opened },
  ...deltas,
  { type: 'block-end', index },
];
const start: StreamEvent = { type: 'start', id: 'msg_1', model: 'gemini-3-pro' };
const text = block(0, { kind: 'text' }, { type: 'text-delta', index: 0, text: 'Rain.' });
const signature = block(1, { kind: 'reasoning' }, { type: 'signature-delta', index: 1, signature: 'c2ln' });
const call = block(2, { kind: 'tool', id: 'call_1', name: 'now' }, { type: 'tool-delta', index: 2, json: '{}' });
const finish: StreamEvent = { type: 'finish', reason: 'stop', rawReason: 'STOP', usage: {} };
const error: StreamEvent = { type: 'error', error: new SluiceError('upstream_cut', 'cut') };

describe('Messages', () => {
  const streamed = (events: readonly StreamEvent[]) => {
    const stream = messagesEncoder(options);
    return events.flatMap((event) => [...stream.write(event)]);
  };
  const whole = (events: readonly StreamEvent[]) => {
    const folded = messageCollector(options);
    for (const event of events) folded.write(event);
    return folded.body();
  };

  test('does not end in a block that has only a signature', () => {
    expect(streamed([start, ...text, ...signature, finish])).toEqual(streamed([start, ...text, finish]));
    expect(whole([start, ...text, ...signature, finish])).toEqual(whole([start, ...text, finish]));
  });

  test('does not write it in front of an error', () => {
    expect(streamed([start, ...text, ...signature, error])).toEqual(streamed([start, ...text, error]));
  });

  test('writes it in front of a call', () => {
    expect(JSON.stringify(streamed([start, ...text, ...signature, ...call, finish]))).toContain('c2ln');
    expect(JSON.stringify(whole([start, ...text, ...signature, ...call, finish]))).toContain('c2ln');
  });

  test('writes it as the first block', () => {
    expect(JSON.stringify(streamed([start, ...signature, finish]))).toContain('c2ln');
  });
});

test('writes reasoning at once when it has text', () => {
  const lone = new LoneSignature();
  for (const event of text) lone.take(event);
  const [opened, delta] = [signature[0], { type: 'reasoning-delta', index: 1, text: 'Hm' }] as [StreamEvent, StreamEvent];
  expect(lone.take(opened)).toEqual([]);
  expect(lone.take(delta)).toEqual([opened, delta]);
});
