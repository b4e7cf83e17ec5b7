import { describe, expect, test } from 'vitest';
import { anthropicMessagesUpstream } from '../../lib/dialects/anthropic-messages/upstream.ts';
import { bedrockConverseUpstream } from '../../lib/dialects/bedrock-converse/upstream.ts';
import type { ProviderDialect } from '../../lib/dialects/dialect.ts';
import { geminiUpstream } from '../../lib/dialects/gemini/upstream.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { openaiChatUpstream } from '../../lib/dialects/openai-chat/upstream.ts';
import { openaiResponsesUpstream } from '../../lib/dialects/openai-responses/upstream.ts';
import { batchOf, inBatches } from '../../lib/stream/batch.ts';
import { oneByOne } from '../support/batches.ts';
import { oneByte, whole } from '../support/chunkings.ts';
import { collect } from '../support/collect.ts';
import { spokenKinds } from '../support/provider-streams/all.ts';
import { type SpokenName, wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { translate } from '../support/translate.ts';

const decoders: Record<SpokenName, ProviderDialect> = {
  chat: openaiChatUpstream(),
  messages: anthropicMessagesUpstream(),
  converse: bedrockConverseUpstream(),
  responses: openaiResponsesUpstream(),
  gemini: geminiUpstream(),
};

function* until(end: number): Generator<number> {
  for (let item = 0; item < end; item++) yield item;
  throw new Error('broken');
}

describe('batchOf', () => {
  test('returns all items in one array, and no array for no items', () => {
    expect([...batchOf([1, 2])]).toEqual([[1, 2]]);
    expect([...batchOf([])]).toEqual([]);
  });

  test('returns the items before a failure, then throws it', () => {
    const batches = batchOf(until(2));
    expect(batches.next()).toEqual({ value: [0, 1], done: false });
    expect(() => batches.next()).toThrow('broken');
    expect(() => batchOf(until(0)).next()).toThrow('broken');
  });

  test('maps each input to one batch, and skips inputs that give nothing', async () => {
    const doubled = inBatches(oneByOne([1, 2, 3]), (batch) => batch.filter((item) => item !== 2).map((item) => item * 2));
    expect(await collect(doubled)).toEqual([[2], [6]]);
  });
});

describe.each(spokenKinds)('the decoder of $name', (stream) => {
  const read = (parts: Buffer[], cut = whole) =>
    translate({ bytes: Buffer.concat(parts), wire: stream.wire, provider: decoders[stream.name], client: openaiChat }, cut);

  test('decodes all frames of one read to the same events as separate frames', async () => {
    const parts = wholeAnswer(stream, 'one', ' two', ' three');
    const { events } = await read(parts);
    expect(events).toEqual((await read(parts, oneByte)).events);
    expect(events.at(-1)).toMatchObject({ type: 'finish' });
  });

  test.each(['{"broken', '[]'])('delivers the events of the same read before a frame of %s', async (payload) => {
    const parts = [stream.envelope, stream.text('one'), stream.text(' two'), stream.frame(payload), stream.text(' three')];
    const { events } = await read(parts);
    expect(events).toEqual((await read(parts, oneByte)).events);
    expect(events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')).toBe('one two');
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { kind: 'upstream_protocol_error' } });
  });
});
