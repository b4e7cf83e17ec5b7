import { describe, expect, test } from 'vitest';
import { collector } from '../../../lib/dialects/anthropic-messages/collect.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import {
  blockDelta,
  blockStart,
  blockStop,
  eventsOf,
  framesOf,
  messageDelta,
  messageStart,
  messageStop,
  options,
  text,
} from './wire.ts';

function collected(events: readonly StreamEvent[]): JsonObject {
  const whole = collector(options);
  for (const event of events) whole.write(event);
  return whole.body();
}

const json = (index: number, partial_json: string) => blockDelta(index, { type: 'input_json_delta', partial_json });

async function fromWire(...payloads: JsonObject[]): Promise<JsonObject> {
  return collected(await eventsOf(framesOf(payloads), true));
}

describe('collector', () => {
  test('collects a stream of another dialect into a whole message', () => {
    expect(
      collected([
        { type: 'start', id: 'chatcmpl-1', model: 'gpt' },
        { type: 'block-start', index: 0, block: { kind: 'reasoning' } },
        { type: 'reasoning-delta', index: 0, text: 'H' },
        { type: 'reasoning-delta', index: 0, text: 'm' },
        { type: 'signature-delta', index: 0, signature: 's' },
        { type: 'block-end', index: 0 },
        { type: 'block-start', index: 1, block: { kind: 'redacted-reasoning', data: 'zz' } },
        { type: 'block-end', index: 1 },
        { type: 'block-start', index: 2, block: { kind: 'image', mediaType: 'image/png', data: 'AA' } },
        { type: 'block-end', index: 2 },
        { type: 'block-start', index: 3, block: { kind: 'text' } },
        { type: 'text-delta', index: 3, text: 'Hel' },
        { type: 'citation-delta', index: 3, citation: { url: 'https://a' } },
        { type: 'text-delta', index: 3, text: 'lo' },
        { type: 'block-end', index: 3 },
        { type: 'block-start', index: 4, block: { kind: 'tool', id: 'call_1', name: 'f' } },
        { type: 'tool-delta', index: 4, json: '{"a":' },
        { type: 'tool-delta', index: 4, json: 'null}' },
        { type: 'block-end', index: 4 },
        { type: 'finish', reason: 'tool-call', rawReason: 'tool_calls', usage: { input: 10, cacheRead: 4, output: 5 } },
      ]),
    ).toEqual({
      id: 'chatcmpl-1',
      type: 'message',
      role: 'assistant',
      model: 'gpt',
      content: [
        { type: 'thinking', thinking: 'Hm', signature: 's' },
        { type: 'redacted_thinking', data: 'zz' },
        { type: 'text', text: 'Hello' },
        { type: 'tool_use', id: 'call_1', name: 'f', input: { a: null } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 6, cache_read_input_tokens: 4, output_tokens: 5 },
    });
  });

  test('keeps fields that only this dialect has', async () => {
    const citation = { type: 'char_location', cited_text: 'b' };
    expect(
      await fromWire(
        messageStart({ input_tokens: 9, output_tokens: 1, service_tier: 'standard' }),
        blockStart(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {}, caller: { type: 'direct' } }),
        json(0, '{"q":'),
        json(0, '1}'),
        blockStop(0),
        blockStart(1, { type: 'compaction', content: null }),
        blockDelta(1, { type: 'compaction_delta', content: 'short' }),
        blockStop(1),
        blockStart(2, { type: 'text', text: '', citations: [] }),
        blockDelta(2, { type: 'citations_delta', citation }),
        blockDelta(2, { type: 'text_delta', text: 'b' }),
        blockStop(2),
        {
          type: 'message_delta',
          delta: { stop_reason: 'stop_sequence', stop_sequence: 'END', container: { id: 'c' } },
          usage: { output_tokens: 16, server_tool_use: { web_search_requests: 1 } },
          context_management: { applied_edits: [] },
        },
        messageStop,
      ),
    ).toEqual({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude',
      content: [
        { type: 'server_tool_use', id: 's', name: 'web_search', input: { q: 1 }, caller: { type: 'direct' } },
        { type: 'compaction', content: 'short' },
        { type: 'text', text: 'b', citations: [citation] },
      ],
      stop_reason: 'stop_sequence',
      stop_sequence: 'END',
      container: { id: 'c' },
      usage: { input_tokens: 9, output_tokens: 16, service_tier: 'standard', server_tool_use: { web_search_requests: 1 } },
      context_management: { applied_edits: [] },
    });
  });

  test('keeps cut arguments where no tool can mistake them for its own', async () => {
    const tool = blockStart(0, { type: 'tool_use', id: 'a', name: 'f', input: {} });
    const cut = await fromWire(messageStart(), tool, json(0, '{"a": "b'), messageDelta('max_tokens'), messageStop);
    expect(cut).toMatchObject({ content: [{ input: { INVALID_JSON: '{"a": "b' } }], stop_reason: 'max_tokens' });
  });

  test('returns a message without content for an empty answer', async () => {
    expect(await fromWire(messageStart(), messageDelta('end_turn'), messageStop)).toMatchObject({ content: [] });
    expect(await fromWire(messageStart(), ...text(0, 'a'), messageDelta('end_turn'))).toMatchObject({ content: [{ text: 'a' }] });
  });
});
