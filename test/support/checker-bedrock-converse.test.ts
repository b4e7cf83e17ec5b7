import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import { describe, expect, test } from 'vitest';
import { bedrockConverseRules } from './checker/bedrock-converse.ts';
import { check } from './checker/check.ts';
import type { CheckOptions } from './checker/check-options.ts';

const codec = new EventStreamCodec(toUtf8, fromUtf8);

function message(type: string, payload: unknown, { kind = 'event', contentType = 'application/json' } = {}): Uint8Array {
  return codec.encode({
    headers: {
      [`:${kind}-type`]: { type: 'string', value: type },
      ':content-type': { type: 'string', value: contentType },
      ':message-type': { type: 'string', value: kind },
    },
    body: fromUtf8(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  });
}

const start = message('messageStart', { role: 'assistant' });
const open = (index: number, block: object) => message('contentBlockStart', { contentBlockIndex: index, start: block });
const openTool = (index: number, more: object = {}) => open(index, { toolUse: { toolUseId: 'id', name: 'f', ...more } });
const delta = (index: number, part: object) => message('contentBlockDelta', { contentBlockIndex: index, delta: part });
const text = (index: number, content = 'Hi') => delta(index, { text: content });
const json = (index: number, input = '{}') => delta(index, { toolUse: { input } });
const end = (index: number) => message('contentBlockStop', { contentBlockIndex: index });
const stop = message('messageStop', { stopReason: 'end_turn' });
const counts = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
const metadata = message('metadata', { usage: counts, metrics: { latencyMs: 0 } });
const fail = (type: string, payload: object) => message(type, payload, { kind: 'exception' });
const failure = fail('throttlingException', { message: 'No.' });
const large = 'x'.repeat(16 * 1024);
const broken = Uint8Array.from(text(0));
broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;

type Case = [what: string, stream: Uint8Array[], options?: CheckOptions];

const good: Case[] = [
  ['text', [start, text(0), text(0), end(0), stop, metadata]],
  ['an empty answer', [start, stop, metadata]],
  [
    'reasoning, hidden reasoning, cited text, a call and an image',
    [
      start,
      delta(0, { reasoningContent: { text: 'hm' } }),
      delta(0, { reasoningContent: { signature: 's' } }),
      end(0),
      delta(1, { reasoningContent: { redactedContent: 'enp6' } }),
      end(1),
      text(2),
      delta(2, { citation: {} }),
      end(2),
      openTool(3),
      json(3),
      end(3),
      open(4, { image: { format: 'png' } }),
      delta(4, { image: { source: { bytes: 'enp6' } } }),
      end(4),
      stop,
      metadata,
    ],
  ],
  ['an event that is new', [start, message('brandNew', { a: 1 }), stop, metadata]],
  ['a failure inside a block', [start, text(0), failure], { expectError: true }],
  ['a failure first', [failure]],
  ['a large message that cannot be split', [start, delta(0, { reasoningContent: { signature: large } }), end(0), stop, metadata]],
];

const bad: Record<string, Case[]> = {
  framing: [['a wrong checksum', [start, stop, metadata, broken]]],
  headers: [['another type of content', [start, message('brandNew', {}, { contentType: 'text/plain' }), stop, metadata]]],
  json: [['an array', [start, message('brandNew', '[]'), stop, metadata]]],
  'exception-form': [
    ['an exception that no SDK knows', [start, fail('gatewayException', { message: 'No.' })]],
    ['no message', [start, fail('throttlingException', {})]],
  ],
  'failure-last': [
    ['text after it', [start, failure, text(0)]],
    ['a second one', [start, failure, failure]],
  ],
  'message-size': [
    ['text', [start, text(0, large), end(0), stop, metadata]],
    ['arguments', [start, openTool(0), json(0, large), end(0), stop, metadata]],
  ],
  'code-points': [
    [
      'half an emoji',
      [start, message('contentBlockDelta', '{"contentBlockIndex":0,"delta":{"text":"\\ud83d"}}'), end(0), stop, metadata],
    ],
  ],
  'start-first': [
    ['none', [text(0), end(0), stop, metadata]],
    ['two', [start, start, stop, metadata]],
    ['of the user', [message('messageStart', { role: 'user' }), stop, metadata]],
  ],
  'dense-indices': [
    ['a skipped index', [start, text(1), end(1), stop, metadata]],
    ['an index used twice', [start, text(0), end(0), text(0), end(0), stop, metadata]],
    ['a block inside another', [start, text(0), openTool(1), json(1), end(1), stop, metadata]],
  ],
  'block-form': [
    ['text that is announced', [start, open(0, {}), end(0), stop, metadata]],
    ['a call without a name', [start, openTool(0, { name: '' }), json(0), end(0), stop, metadata]],
    ['a call that is not announced', [start, json(0), end(0), stop, metadata]],
  ],
  'delta-fits-block': [['text in a call', [start, openTool(0), text(0), end(0), stop, metadata]]],
  'blocks-closed': [
    ['a block left open', [start, text(0), stop, metadata]],
    ['an end twice', [start, text(0), end(0), end(0), stop, metadata]],
  ],
  terminal: [
    ['no stop', [start, metadata]],
    ['no metadata', [start, stop]],
    ['metadata first', [start, metadata, stop]],
    ['no reason', [start, message('messageStop', {}), metadata]],
    ['no counts', [start, stop, message('metadata', { usage: {}, metrics: { latencyMs: 0 } })]],
    ['no latency', [start, stop, message('metadata', { usage: counts })]],
    ['a stop before a failure', [start, stop, failure]],
  ],
};

const violationsOf = (stream: Uint8Array[], options?: CheckOptions) =>
  check('bedrock-converse', Buffer.concat(stream), options).violations;

describe('the contract of ConverseStream', () => {
  test.each(good)('accepts: %s', (_, stream, options) => {
    expect(violationsOf(stream, options)).toEqual([]);
  });

  test.each(
    Object.entries(bad).flatMap(([rule, cases]) => cases.map(([what, stream, options]) => ({ rule, what, stream, options }))),
  )('only $rule rejects: $what', ({ rule, stream, options }) => {
    expect(new Set(violationsOf(stream, options).map((violation) => violation.split(':')[0]))).toEqual(new Set([rule]));
  });

  test('every rule has a stream that breaks it', () => {
    expect(bedrockConverseRules.map(({ id }) => id).filter((id) => !bad[id])).toEqual([]);
  });
});
