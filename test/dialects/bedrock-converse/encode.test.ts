import { describe, expect, test } from 'vitest';
import { bedrockConverse } from '../../../lib/dialects/bedrock-converse/client.ts';
import { encoder } from '../../../lib/dialects/bedrock-converse/encode.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { FinishReason, StreamEvent } from '../../../lib/stream/events.ts';
import type { Frame } from '../../../lib/wire/frame.ts';
import { check } from '../../support/checker/check.ts';
import { everything, finish, options, start, text } from './events.ts';

function framesFor(events: readonly StreamEvent[]): Frame[] {
  const encoding = encoder(options);
  return events.flatMap((event) => [...encoding.write(event)]);
}

const linesFor = (...events: StreamEvent[]) => framesFor(events).map(({ event, data }) => `${event} ${data}`);
const bytesFor = (events: readonly StreamEvent[]) =>
  Buffer.concat(framesFor(events).map((frame) => Buffer.from(bedrockConverse.write(frame))));

describe('encode', () => {
  test('writes these events', () => {
    expect(linesFor(...everything)).toEqual([
      'messageStart {"role":"assistant"}',
      'contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"Hm"}}}',
      'contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"c2ln+/="}}}',
      'contentBlockStop {"contentBlockIndex":0}',
      'contentBlockDelta {"contentBlockIndex":1,"delta":{"reasoningContent":{"redactedContent":"enp6"}}}',
      'contentBlockStop {"contentBlockIndex":1}',
      'contentBlockDelta {"contentBlockIndex":2,"delta":{"text":"Hi \\"北\\""}}',
      'contentBlockDelta {"contentBlockIndex":2,"delta":{"citation":{"title":"A","sourceContent":[{"text":"a"}],"location":{"web":{"url":"https://a/"}}}}}',
      'contentBlockStop {"contentBlockIndex":2}',
      'contentBlockStart {"contentBlockIndex":3,"start":{"toolUse":{"toolUseId":"call_1","name":"weather"}}}',
      'contentBlockDelta {"contentBlockIndex":3,"delta":{"toolUse":{"input":"{\\"a\\":1}"}}}',
      'contentBlockStop {"contentBlockIndex":3}',
      'contentBlockStart {"contentBlockIndex":4,"start":{"image":{"format":"png"}}}',
      'contentBlockDelta {"contentBlockIndex":4,"delta":{"image":{"source":{"bytes":"AAAA"}}}}',
      'contentBlockStop {"contentBlockIndex":4}',
      'messageStop {"stopReason":"tool_use"}',
      'metadata {"usage":{"inputTokens":9,"outputTokens":16,"totalTokens":31,"cacheReadInputTokens":1,"cacheWriteInputTokens":5},"metrics":{"latencyMs":0}}',
    ]);
    expect(check('bedrock-converse', bytesFor(everything)).violations).toEqual([]);
  });

  test('splits long text and arguments between code points', () => {
    const long = '🙂'.repeat(10_000);
    const bytes = bytesFor([
      start,
      ...text(0, long),
      { type: 'block-start', index: 1, block: { kind: 'tool', id: 'a', name: 'f' } },
      { type: 'tool-delta', index: 1, json: JSON.stringify({ long }) },
      { type: 'block-end', index: 1 },
      finish(),
    ]);
    const { violations, truth } = check('bedrock-converse', bytes);
    expect(violations).toEqual([]);
    expect(truth).toMatchObject({ text: long, tools: [{ arguments: { long } }] });
  });

  test('drops opaque reasoning that is not base64, which would break the SDKs', () => {
    const hidden: StreamEvent[] = [
      { type: 'block-start', index: 0, block: { kind: 'redacted-reasoning', data: 'not base64!' } },
      { type: 'block-end', index: 0 },
    ];
    expect(linesFor(start, ...hidden, ...text(1, 'a'))).toEqual(linesFor(start, ...text(0, 'a')));
  });

  test.each<[FinishReason, string, string]>([
    ['stop', 'stop', 'end_turn'],
    ['stop', 'stop_sequence', 'stop_sequence'],
    ['length', 'length', 'max_tokens'],
    ['length', 'model_context_window_exceeded', 'model_context_window_exceeded'],
    ['tool-call', 'tool_calls', 'tool_use'],
    ['content-filter', 'SAFETY', 'content_filtered'],
    ['content-filter', 'guardrail_intervened', 'guardrail_intervened'],
    ['refusal', 'refusal', 'content_filtered'],
    ['other', '', 'end_turn'],
  ])('%s (%s) is %s', (reason, rawReason, word) => {
    expect(linesFor(finish(reason, rawReason))[0]).toBe(`messageStop {"stopReason":"${word}"}`);
  });

  test.each(['brand_new', 'tool_use', 'OTHER'])('ends in an error for the unknown reason %s', (rawReason) => {
    const kind = expect.objectContaining({ kind: 'upstream_missing_finish' });
    expect(() => linesFor(finish('other', rawReason))).toThrow(kind);
  });

  test('passes Bedrock-only fields through unchanged', () => {
    expect(
      linesFor(
        { type: 'start', id: 'msg_1', model: 'm', passthrough: { brandNew: 1 } },
        { type: 'extra', passthrough: { event: 'brandNew', payload: { a: 1 } } },
        {
          type: 'block-start',
          index: 0,
          block: { kind: 'provider', name: 'nova_grounding' },
          passthrough: { start: { toolUse: { toolUseId: 'x', name: 'nova_grounding', type: 'server_tool_use' } } },
        },
        { type: 'provider-delta', index: 0, passthrough: { delta: { toolUse: { input: '{}' } } } },
        { type: 'block-end', index: 0 },
        { type: 'block-start', index: 1, block: { kind: 'provider', name: 'unknown of another dialect' } },
        { type: 'provider-delta', index: 1 },
        { type: 'block-end', index: 1 },
        {
          type: 'finish',
          reason: 'stop',
          rawReason: 'end_turn',
          usage: { input: 1, output: 2 },
          passthrough: {
            messageStop: { additionalModelResponseFields: { stop_sequence: 'x' } },
            metadata: { usage: { totalTokens: 3 }, metrics: { latencyMs: 7 }, trace: { guardrail: {} } },
          },
        },
      ),
    ).toEqual([
      'messageStart {"role":"assistant","brandNew":1}',
      'brandNew {"a":1}',
      'contentBlockStart {"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"x","name":"nova_grounding","type":"server_tool_use"}}}',
      'contentBlockDelta {"contentBlockIndex":0,"delta":{"toolUse":{"input":"{}"}}}',
      'contentBlockStop {"contentBlockIndex":0}',
      'messageStop {"stopReason":"end_turn","additionalModelResponseFields":{"stop_sequence":"x"}}',
      'metadata {"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":7},"trace":{"guardrail":{}}}',
    ]);
  });

  test('writes nothing for silence', () => {
    const encoding = encoder(options);
    expect([...encoding.open(), ...encoding.heartbeat()]).toEqual([]);
  });

  test.each([
    ['rate_limit_exceeded', 'throttlingException'],
    ['server_overloaded', 'serviceUnavailableException'],
    ['upstream_cut', 'modelStreamErrorException'],
    ['upstream_stalled', 'modelStreamErrorException'],
    ['content_filter', 'validationException'],
    ['provider_auth_error', 'internalServerException'],
    ['gateway_error', 'internalServerException'],
  ] as const)('writes %s in a stream as a %s', (kind, exception) => {
    const events: StreamEvent[] = [start, { type: 'error', error: new SluiceError(kind, 'Because.') }];
    expect(framesFor(events).at(-1)).toEqual({ event: exception, data: '{"message":"Because."}', failure: true });
    expect(check('bedrock-converse', bytesFor(events), { expectError: true }).violations).toEqual([]);
  });

  test('keeps the host’s message for a model failure', () => {
    const body = { originalStatusCode: 500, originalMessage: 'It broke.' };
    const error = new SluiceError('upstream_error', 'Because.', { upstream: { status: 502, body } });
    expect(framesFor([{ type: 'error', error }])[0]?.data).toBe(
      '{"message":"Because.","originalStatusCode":500,"originalMessage":"It broke."}',
    );
  });
});
