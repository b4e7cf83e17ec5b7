import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../../lib/dialects/anthropic-messages/client.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import { readSse } from '../../../lib/wire/sse.ts';
import { whole } from '../../support/chunkings.ts';
import { recordings, testRecordings } from '../../support/recordings.ts';
import { truthOf } from '../../support/truth/truth-of.ts';
import { bytesFor, eventsOf } from './wire.ts';

/** The official client, which gets this response to any request. */
function clientOf(answer: () => Response): Anthropic {
  return new Anthropic({ apiKey: 'key', baseURL: 'http://127.0.0.1:9', maxRetries: 0, fetch: async () => answer() });
}

const headers = { 'content-type': anthropicMessages.contentType };
const ask = { model: 'm', max_tokens: 10, messages: [{ role: 'user' as const, content: 'hi' }] };
const streamed = (events: readonly StreamEvent[], before = '') =>
  clientOf(() => new Response(Buffer.concat([Buffer.from(before), bytesFor(events)]), { headers })).messages.stream(ask);

const sound = recordings('anthropic-messages').filter(({ name }) => !name.includes('spliced'));

describe('the official client', () => {
  for (const passthrough of [true, false]) {
    const depth = passthrough ? 'from its own dialect' : 'from the vocabulary alone';
    testRecordings(`reads what we write, ${depth}`, sound, async (recording) => {
      const bytes = recording.bytes();
      const truth = truthOf({ format: 'anthropic-messages', bytes });
      const events = await eventsOf(readSse(whole(bytes), { maxFrameBytes: 1 << 20 }), passthrough);
      const message = await streamed(events, 'event: ping\ndata: {"type":"ping"}\n\n').finalMessage();
      const all = <Type extends string>(type: Type) => message.content.filter((block) => block.type === type);
      const tools = all('tool_use') as Anthropic.ToolUseBlock[];

      expect((all('text') as Anthropic.TextBlock[]).map(({ text }) => text).join('')).toBe(truth.text);
      expect((all('thinking') as Anthropic.ThinkingBlock[]).map(({ thinking }) => thinking).join('')).toBe(truth.reasoning);
      expect((all('thinking') as Anthropic.ThinkingBlock[]).map(({ signature }) => signature).filter(Boolean)).toEqual(
        truth.signatures,
      );
      expect((all('redacted_thinking') as Anthropic.RedactedThinkingBlock[]).map(({ data }) => data)).toEqual(truth.redacted);
      expect(tools.map(({ id, name }) => ({ id, name }))).toEqual(truth.tools.map(({ id, name }) => ({ id, name })));
      // Arguments that were cut stay text in the truth; the client repairs what it can of them.
      truth.tools.forEach(({ arguments: input }, index) => {
        if (typeof input === 'object') expect(tools[index]?.input).toEqual(input);
      });
      expect(message.usage.output_tokens).toBe(truth.usage.output);
      if (passthrough) expect(message.stop_reason).toBe(truth.finish.raw);
    });
  }

  test('raises a mid-stream failure with our message', async () => {
    const error = new SluiceError('server_overloaded', 'The provider is busy.');
    const events: StreamEvent[] = [
      { type: 'start', id: 'msg_1', model: 'm' },
      { type: 'block-start', index: 0, block: { kind: 'text' } },
      { type: 'text-delta', index: 0, text: 'Hel' },
      { type: 'error', error },
    ];
    const seen: string[] = [];
    const stream = streamed(events).on('text', (text) => seen.push(text));
    await expect(stream.finalMessage()).rejects.toThrow(/overloaded_error.*The provider is busy/);
    expect(seen).toEqual(['Hel']);
  });

  test.each([
    ['invalid_request', 400],
    ['invalid_api_key', 401],
    ['rate_limit_exceeded', 429],
    ['server_overloaded', 529],
  ] as const)('raises %s before the first byte, with its status and our request id', async (kind, status) => {
    const { body, ...answer } = anthropicMessages.error(new SluiceError(kind, 'Said so.'), 'req_1');
    const client = clientOf(() =>
      Response.json(body, { status: answer.status, headers: { ...answer.headers, 'request-id': 'req_1' } }),
    );
    await expect(client.messages.create(ask)).rejects.toMatchObject({ status, requestID: 'req_1', error: body });
  });

  test('reads a whole answer', async () => {
    const collected = anthropicMessages.collector({
      request: anthropicMessages.parse(ask),
      requestId: 'req_1',
      id: 'msg_ours',
      model: 'm',
      created: 0,
    });
    collected.write({ type: 'start', id: '', model: '' });
    collected.write({ type: 'block-start', index: 0, block: { kind: 'text' } });
    collected.write({ type: 'text-delta', index: 0, text: 'Hello' });
    collected.write({ type: 'block-end', index: 0 });
    collected.write({ type: 'finish', reason: 'stop', rawReason: 'stop', usage: { input: 3, output: 1 } });
    const message = await clientOf(() => Response.json(collected.body())).messages.create(ask);
    expect(message).toMatchObject({ id: 'msg_ours', content: [{ type: 'text', text: 'Hello' }], usage: { input_tokens: 3 } });
  });
});
