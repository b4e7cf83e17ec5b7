import { describe, expect, test } from 'vitest';
import { encoder } from '../../../lib/dialects/anthropic-messages/encode.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { Block, FinishReason, StreamEvent, Usage } from '../../../lib/stream/events.ts';
import { writeSse } from '../../../lib/wire/sse.ts';
import { check } from '../../support/checker/check.ts';
import { bytesFor, eventsOf, framesFor, framesOf, options, payloadsFor } from './wire.ts';

const start: StreamEvent = { type: 'start', id: 'msg_1', model: 'claude' };
const finish = (reason: FinishReason = 'stop', rawReason = 'stop', usage: Usage = {}): StreamEvent => ({
  type: 'finish',
  reason,
  rawReason,
  usage,
});
const block = (index: number, opened: Block, ...deltas: StreamEvent[]): StreamEvent[] => [
  { type: 'block-start', index, block: opened },
  ...deltas,
  { type: 'block-end', index },
];
const text = (index: number, value: string) => block(index, { kind: 'text' }, { type: 'text-delta', index, text: value });

describe('encode', () => {
  test('writes these bytes', () => {
    const events: StreamEvent[] = [
      { ...start, usage: { input: 15, cacheRead: 1, cacheWrite: 5, output: 1 } },
      ...block(
        0,
        { kind: 'reasoning' },
        { type: 'reasoning-delta', index: 0, text: 'Hm' },
        { type: 'signature-delta', index: 0, signature: 'c2ln+/=' },
      ),
      ...block(1, { kind: 'redacted-reasoning', data: 'zz' }),
      ...text(2, 'Hi "北"'),
      ...block(3, { kind: 'tool', id: 'call_1', name: 'weather' }, { type: 'tool-delta', index: 3, json: '{"a":1}' }),
      finish('tool-call', 'tool_calls', { input: 15, cacheRead: 1, cacheWrite: 5, output: 16, reasoning: 4 }),
    ];
    expect(framesFor(events).map(writeSse).join('')).toBe(
      `event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":9,"cache_creation_input_tokens":5,"cache_read_input_tokens":1,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln+/="}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"zz"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: content_block_start
data: {"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"Hi \\"北\\""}}

event: content_block_stop
data: {"type":"content_block_stop","index":2}

event: content_block_start
data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"call_1","name":"weather","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\":1}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":3}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":9,"cache_creation_input_tokens":5,"cache_read_input_tokens":1,"output_tokens":16,"output_tokens_details":{"thinking_tokens":4}}}

event: message_stop
data: {"type":"message_stop"}

`,
    );
    expect(check('anthropic-messages', bytesFor(events), { expectError: false }).violations).toEqual([]);
  });

  test('writes missing counts as 0 if clients require one, and omits them otherwise', () => {
    const [opened, closed] = payloadsFor([start, finish()]);
    expect(opened).toMatchObject({ message: { usage: { input_tokens: 0, output_tokens: 0 } } });
    expect(closed).toMatchObject({ usage: { output_tokens: 0 } });
    expect(closed?.usage).not.toHaveProperty('input_tokens');
    const [, late] = payloadsFor([start, finish('stop', 'stop', { input: 9888, cacheRead: 6752, output: 1 })]);
    expect(late?.usage).toEqual({ input_tokens: 3136, cache_read_input_tokens: 6752, output_tokens: 1 });
  });

  test('uses our id and model until the provider sends its own', () => {
    expect(payloadsFor([{ type: 'start', id: '', model: '' }])).toMatchObject([{ message: { id: 'msg_ours', model: 'ours' } }]);
  });

  test.each<[FinishReason, string, string]>([
    ['stop', 'stop', 'end_turn'],
    ['length', 'length', 'max_tokens'],
    ['tool-call', 'tool_calls', 'tool_use'],
    ['content-filter', 'content_filter', 'refusal'],
    ['refusal', 'refusal', 'refusal'],
    ['other', 'malformed_function_call', 'malformed_function_call'],
    ['other', 'tool_use', 'end_turn'],
    ['other', '', 'end_turn'],
  ])('maps the finish reason %s (%s) to %s', (reason, rawReason, word) => {
    expect(payloadsFor([start, finish(reason, rawReason)])[1]).toMatchObject({ delta: { stop_reason: word } });
  });

  test('writes a refusal for text in which the model declines', () => {
    const declined = block(0, { kind: 'text', refusal: true }, { type: 'text-delta', index: 0, text: 'No.' });
    expect(payloadsFor([start, ...declined, finish()]).at(-2)).toMatchObject({ delta: { stop_reason: 'refusal' } });
  });

  test('drops what this dialect can’t express, and keeps the indexes dense', () => {
    const events: StreamEvent[] = [
      start,
      ...block(0, { kind: 'image', mediaType: 'image/png', data: 'AA' }),
      ...text(1, 'a'),
      ...block(2, { kind: 'provider', name: 'search' }, { type: 'provider-delta', index: 2 }),
      ...block(
        3,
        { kind: 'text' },
        { type: 'citation-delta', index: 3, citation: { url: 'https://a' } },
        { type: 'text-delta', index: 3, text: 'b' },
      ),
      { type: 'extra' },
      finish(),
    ];
    const starts = payloadsFor(events).filter(({ type }) => type === 'content_block_start');
    expect(starts.map(({ index }) => index)).toEqual([0, 1]);
    expect(JSON.stringify(payloadsFor(events))).not.toMatch(/citation|search|image/);
    expect(check('anthropic-messages', bytesFor(events)).violations).toEqual([]);
  });

  test('keeps all members from a provider of the same dialect', () => {
    const events: StreamEvent[] = [
      { ...start, passthrough: { message: { container: { id: 'c' }, usage: { service_tier: 'standard' } } } },
      {
        type: 'block-start',
        index: 0,
        block: { kind: 'provider', name: 'search' },
        passthrough: { content_block: { type: 'search', q: 1 } },
      },
      { type: 'provider-delta', index: 0, passthrough: { delta: { type: 'search_delta', r: 2 } } },
      { type: 'extra', passthrough: { type: 'content_block_delta', index: 7, delta: { type: 'new_delta' } } },
      { type: 'block-end', index: 0 },
      { type: 'extra', passthrough: { type: 'new_event', s: 3 } },
      {
        ...finish('other', 'pause_turn'),
        passthrough: {
          message_delta: { delta: { stop_reason: 'pause_turn', stop_details: null }, context_management: {} },
          message_stop: { metrics: 1 },
        },
      } as StreamEvent,
    ];
    expect(payloadsFor(events)).toMatchObject([
      { message: { id: 'msg_1', container: { id: 'c' }, usage: { input_tokens: 0, service_tier: 'standard' } } },
      { index: 0, content_block: { type: 'search', q: 1 } },
      { type: 'content_block_delta', index: 0, delta: { type: 'search_delta', r: 2 } },
      { type: 'content_block_delta', index: 0, delta: { type: 'new_delta' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'new_event', s: 3 },
      { delta: { stop_reason: 'pause_turn', stop_sequence: null, stop_details: null }, context_management: {} },
      { type: 'message_stop', metrics: 1 },
    ]);
  });

  test('splits long text and long arguments between code points, and never a signature', () => {
    const long = '😀"\n'.repeat(20_000);
    const events: StreamEvent[] = [
      start,
      ...block(
        0,
        { kind: 'reasoning' },
        { type: 'reasoning-delta', index: 0, text: long },
        { type: 'signature-delta', index: 0, signature: 's'.repeat(50_000) },
      ),
      ...text(1, long),
      ...block(2, { kind: 'tool', id: 'a', name: 'f' }, { type: 'tool-delta', index: 2, json: JSON.stringify({ long }) }),
      finish('tool-call'),
    ];
    const { violations, truth } = check('anthropic-messages', bytesFor(events));
    expect(violations).toEqual([]);
    expect(truth).toMatchObject({
      text: long,
      reasoning: long,
      signatures: ['s'.repeat(50_000)],
      tools: [{ arguments: { long } }],
    });
  });

  test('writes one error event for a failure, in the client’s terms, and nothing after it', () => {
    const error = new SluiceError('upstream_cut', 'The provider cut the stream.');
    const frames = framesFor([start, ...text(0, 'Hel').slice(0, -1), { type: 'error', error }]);
    expect(frames.at(-1)).toEqual({
      event: 'error',
      data: '{"type":"error","error":{"type":"api_error","message":"The provider cut the stream."},"request_id":"req_1"}',
    });
    expect(check('anthropic-messages', Buffer.from(frames.map(writeSse).join('')), { expectError: true }).violations).toEqual([]);
  });

  test('fills silence with pings, which open nothing', () => {
    const stream = encoder(options);
    const ping = [{ event: 'ping', data: '{"type":"ping"}' }];
    expect([...stream.open()]).toEqual(ping);
    expect([...stream.heartbeat()]).toEqual(ping);
    expect([...stream.write(start)]).toMatchObject([{ event: 'message_start' }]);
  });

  test('decodes what it wrote to the same events', async () => {
    const events: StreamEvent[] = [
      { ...start, usage: { input: 15, output: 1, cacheRead: 1, cacheWrite: 5 } },
      ...block(
        0,
        { kind: 'reasoning' },
        { type: 'reasoning-delta', index: 0, text: 'Hm' },
        { type: 'signature-delta', index: 0, signature: 's' },
      ),
      ...block(1, { kind: 'redacted-reasoning', data: 'zz' }),
      ...text(2, 'Hi'),
      ...block(3, { kind: 'tool', id: 'call_1', name: 'f' }, { type: 'tool-delta', index: 3, json: '{}' }),
      finish('tool-call', 'tool_use', { input: 15, output: 16, cacheRead: 1, cacheWrite: 5, reasoning: 3 }),
    ];
    expect(await eventsOf(framesOf(payloadsFor(events)))).toEqual(events);
  });
});
