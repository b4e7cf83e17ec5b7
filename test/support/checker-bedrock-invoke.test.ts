import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import { describe, expect, test } from 'vitest';
import { bedrockInvokeRules } from './checker/bedrock-invoke.ts';
import { check } from './checker/check.ts';

const codec = new EventStreamCodec(toUtf8, fromUtf8);

function message(type: string, payload: object, kind = 'event'): Uint8Array {
  return codec.encode({
    headers: {
      [`:${kind}-type`]: { type: 'string', value: type },
      ':content-type': { type: 'string', value: 'application/json' },
      ':message-type': { type: 'string', value: kind },
    },
    body: fromUtf8(JSON.stringify(payload)),
  });
}

const chunk = (event: object) => message('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') });
const answerer = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [],
  stop_reason: null,
  stop_sequence: null,
};
const start = chunk({ type: 'message_start', message: { ...answerer, usage: { input_tokens: 1, output_tokens: 0 } } });
const open = chunk({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
const text = chunk({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } });
const end = chunk({ type: 'content_block_stop', index: 0 });
const stopping = chunk({
  type: 'message_delta',
  delta: { stop_reason: 'end_turn', stop_sequence: null },
  usage: { output_tokens: 2 },
});
const counts = { 'amazon-bedrock-invocationMetrics': { inputTokenCount: 1, outputTokenCount: 2 } };
const stop = chunk({ type: 'message_stop', ...counts });
const failure = message('throttlingException', { message: 'No.' }, 'exception');

const good: [string, Uint8Array[]][] = [
  ['text', [start, open, text, end, stopping, stop]],
  ['a failure inside a block', [start, open, text, failure]],
  ['a failure first', [failure]],
];

const bad: Record<string, Uint8Array[]> = {
  chunks: [start, stopping, message('metadata', { bytes: Buffer.from('{"type":"ping"}').toString('base64') }), stop],
  'no-pings': [start, chunk({ type: 'ping' }), stopping, stop],
  metrics: [start, stopping, chunk({ type: 'message_stop' })],
  'messages-blocks-closed': [start, open, text, stopping, stop],
  'messages-one-terminal': [start, open, text, end, stopping],
  'exception-form': [start, message('gatewayException', { message: 'No.' }, 'exception')],
};

describe('the contract of an invoked Claude model', () => {
  test.each(good)('accepts: %s', (_, stream) => {
    expect(check('bedrock-invoke', Buffer.concat(stream)).violations).toEqual([]);
  });

  test.each(Object.entries(bad))('%s rejects a stream that breaks it', (rule, stream) => {
    const { violations } = check('bedrock-invoke', Buffer.concat(stream));
    // A chunk of another event is none of Messages either.
    expect(violations.map((violation) => violation.split(':')[0])).toContain(rule);
    if (rule !== 'chunks') expect(new Set(violations.map((violation) => violation.split(':')[0]))).toEqual(new Set([rule]));
  });

  test('applies the rules of the wire and of Messages too', () => {
    const ids = bedrockInvokeRules.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining(['framing', 'headers', 'failure-last', 'messages-start-form', 'messages-dense-indices']),
    );
  });
});
