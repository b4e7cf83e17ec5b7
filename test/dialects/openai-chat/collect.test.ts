import { describe, expect, test } from 'vitest';
import { openaiChat } from '../../../lib/dialects/openai-chat/client.ts';
import { decode } from '../../../lib/dialects/openai-chat/decode.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { flattened, oneByOne } from '../../support/batches.ts';
import { collect } from '../../support/collect.ts';
import { cited, finish, image, reasoning, redacted, refusal, stream, text, tool } from './events.ts';

function bodyOf(events: readonly StreamEvent[], more: JsonObject = {}): JsonObject {
  const request = openaiChat.parse({ model: 'asked', messages: 'Hi', ...more });
  const collector = openaiChat.collector({ request, requestId: 'req_1', id: 'chatcmpl-o', model: 'asked', created: 7 });
  for (const event of events) collector.write(event);
  return collector.body();
}

describe('openai-chat collect', () => {
  test('collects text and usage', () => {
    expect(bodyOf(stream(text('Hi', ' there'), finish()))).toEqual({
      id: 'chatcmpl-p',
      object: 'chat.completion',
      created: 7,
      model: 'served',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi there' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
    });
  });

  test('collects images in OpenRouter’s form', () => {
    const images = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }];
    expect(bodyOf(stream(image, finish()))).toMatchObject({ choices: [{ message: { content: '', images } }] });
  });

  test('collects everything a message can hold', () => {
    const events = stream(
      reasoning('hm', 's1'),
      redacted('zz'),
      cited('a', 'https://a'),
      tool('t1', 'f', '{"x":', '1}'),
      finish('tool-call', {}),
    );
    expect(bodyOf(events)).toMatchObject({
      choices: [
        {
          message: {
            content: 'a',
            reasoning_content: 'hm',
            reasoning_details: [
              { type: 'reasoning.text', index: 0, signature: 's1' },
              { type: 'reasoning.encrypted', index: 1, data: 'zz' },
            ],
            annotations: [{ type: 'url_citation', url_citation: { url: 'https://a', title: 'https://a' } }],
            tool_calls: [{ id: 't1', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    });
  });

  test('writes null content next to tool calls or a refusal, and empty content in an empty answer', () => {
    const messageOf = (events: StreamEvent[], more?: JsonObject) => (bodyOf(events, more).choices as JsonObject[])[0]?.message;
    expect(messageOf(stream(tool('a', 'f', '{}'), finish('tool-call')))).toMatchObject({ content: null });
    expect(messageOf(stream(refusal('No.'), finish('refusal')))).toEqual({ role: 'assistant', content: null, refusal: 'No.' });
    expect(messageOf(stream(finish()))).toEqual({ role: 'assistant', content: '' });
    expect(messageOf(stream(tool('a', 'f', '{}'), finish('tool-call')), { functions: [{ name: 'f' }] })).toEqual({
      role: 'assistant',
      content: null,
      function_call: { name: 'f', arguments: '{}' },
    });
  });

  test('keeps logprobs, other choices, audio and unknown members of a same-dialect answer', async () => {
    const chunk = (index: number, delta: JsonObject, more: JsonObject = {}) => ({
      data: JSON.stringify({
        id: 'c',
        model: 'm',
        system_fingerprint: 'fp',
        obfuscation: 'x',
        choices: [{ index, delta, ...more }],
      }),
    });
    function* frames() {
      yield chunk(0, { role: 'assistant', audio: { id: 'a', data: 'AA' } });
      yield chunk(0, { content: 'a', audio: { data: 'BB' } }, { logprobs: { content: [{ token: 'a' }], refusal: null } });
      yield chunk(1, { content: 'z' });
      yield chunk(0, { content: 'b' }, { logprobs: { content: [{ token: 'b' }], refusal: null } });
      yield chunk(1, {}, { finish_reason: 'length' });
      yield chunk(0, {}, { finish_reason: 'stop', stop_reason: 7 });
      yield {
        data: JSON.stringify({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, cost: 4 } }),
      };
      yield { data: '[DONE]' };
    }
    const events = await collect(flattened(decode(oneByOne(frames()), { id: 'o', model: 'o', passthrough: true })));
    const kept = structuredClone(events);
    expect(bodyOf(events)).toEqual({
      id: 'c',
      object: 'chat.completion',
      created: 7,
      model: 'm',
      system_fingerprint: 'fp',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'ab', audio: { id: 'a', data: 'AABB' } },
          logprobs: { content: [{ token: 'a' }, { token: 'b' }], refusal: null },
          stop_reason: 7,
          finish_reason: 'stop',
        },
        { index: 1, message: { role: 'assistant', content: 'z' }, finish_reason: 'length' },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, cost: 4 },
    });
    expect(events).toEqual(kept);
  });
});
