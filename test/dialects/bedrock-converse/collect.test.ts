import { describe, expect, test } from 'vitest';
import { collector } from '../../../lib/dialects/bedrock-converse/collect.ts';
import { decode } from '../../../lib/dialects/bedrock-converse/decode.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { readAwsEventStream } from '../../../lib/wire/aws-event-stream.ts';
import { flattened } from '../../support/batches.ts';
import { whole } from '../../support/chunkings.ts';
import { collect } from '../../support/collect.ts';
import { recordings, testRecordings } from '../../support/recordings.ts';
import { listOf, objectOf, textOf } from '../../support/truth/truth.ts';
import { truthOf } from '../../support/truth/truth-of.ts';
import { everything, finish, options, start } from './events.ts';

function collected(events: readonly StreamEvent[]): JsonObject {
  const whole = collector(options);
  for (const event of events) whole.write(event);
  return whole.body();
}

const contentOf = (body: JsonObject) => listOf(objectOf(objectOf(body.output).message).content);

describe('collector', () => {
  test('collects a stream of another dialect into a whole answer', () => {
    expect(collected(everything)).toEqual({
      output: {
        message: {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm', signature: 'c2ln+/=' } } },
            { reasoningContent: { redactedContent: 'enp6' } },
            {
              citationsContent: {
                content: [{ text: 'Hi "北"' }],
                citations: [{ title: 'A', sourceContent: [{ text: 'a' }], location: { web: { url: 'https://a/' } } }],
              },
            },
            { toolUse: { toolUseId: 'call_1', name: 'weather', input: { a: 1 } } },
            { image: { format: 'png', source: { bytes: 'AAAA' } } },
          ],
        },
      },
      stopReason: 'tool_use',
      usage: { inputTokens: 9, outputTokens: 16, totalTokens: 31, cacheReadInputTokens: 1, cacheWriteInputTokens: 5 },
      metrics: { latencyMs: 0 },
    });
  });

  test('keeps what Bedrock ran itself, and arguments that its limit cut', () => {
    const provider = { kind: 'provider', name: 'nova_grounding' } as const;
    const use = { toolUseId: 'x', name: 'nova_grounding', type: 'server_tool_use' };
    const body = collected([
      start,
      { type: 'block-start', index: 0, block: provider, passthrough: { start: { toolUse: use } } },
      { type: 'provider-delta', index: 0, passthrough: { delta: { toolUse: { input: '{"q":' } } } },
      { type: 'provider-delta', index: 0, passthrough: { delta: { toolUse: { input: '1}' } } } },
      { type: 'block-end', index: 0 },
      { type: 'block-start', index: 1, block: provider, passthrough: { start: { toolResult: { toolUseId: 'x' } } } },
      { type: 'provider-delta', index: 1, passthrough: { delta: { toolResult: [{ text: 'a' }] } } },
      { type: 'block-end', index: 1 },
      { type: 'block-start', index: 2, block: { kind: 'tool', id: 'y', name: 'f' } },
      { type: 'tool-delta', index: 2, json: '{"a' },
      { type: 'block-end', index: 2 },
      finish('length', 'max_tokens'),
    ]);
    expect(contentOf(body)).toEqual([
      { toolUse: { ...use, input: { q: 1 } } },
      { toolResult: { toolUseId: 'x', content: [{ text: 'a' }] } },
      { toolUse: { toolUseId: 'y', name: 'f', input: { INVALID_JSON: '{"a' } } },
    ]);
  });

  const whole1 = recordings('bedrock-converse').filter(
    (recording) => truthOf({ format: 'bedrock-converse', bytes: recording.bytes() }).complete,
  );
  testRecordings('a recorded stream says the same in one piece', recordings().length > 0 ? whole1 : [], async (recording) => {
    const bytes = recording.bytes();
    const frames = readAwsEventStream(whole(bytes), { maxFrameBytes: 1 << 20 });
    const body = collected(await collect(flattened(decode(frames, { id: 'a', model: 'm', passthrough: true }))));
    const blocks = contentOf(body);
    const truth = truthOf({ format: 'bedrock-converse', bytes });
    const cited = blocks.map(({ citationsContent }) => textOf(listOf(objectOf(citationsContent).content)[0]?.text));
    expect(blocks.map(({ text }, at) => textOf(text) || cited[at]).join('')).toBe(truth.text);
    expect(
      blocks.flatMap(({ toolUse }) => (toolUse && objectOf(toolUse).type !== 'server_tool_use' ? [objectOf(toolUse).input] : [])),
    ).toEqual(truth.tools.map((tool) => tool.arguments));
    expect(body.stopReason).toBe(truth.finish.raw);
  });
});
