import { describe, expect, test } from 'vitest';
import type { EncodeOptions } from '../../../lib/dialects/dialect.ts';
import { openaiChat, openaiChatIn } from '../../../lib/dialects/openai-chat/client.ts';
import { decode } from '../../../lib/dialects/openai-chat/decode.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Frame } from '../../../lib/wire/frame.ts';
import { flattened, oneByOne } from '../../support/batches.ts';
import { check } from '../../support/checker/check.ts';
import { collect } from '../../support/collect.ts';
import { cited, finish, image, reasoning, redacted, refusal, start, stream, text, tool } from './events.ts';

const body = { model: 'asked', messages: [{ role: 'user', content: 'Hi' }], stream: true };

function options(more: JsonObject = {}): EncodeOptions {
  const request = openaiChat.parse({ ...body, ...more });
  return { request, requestId: 'req_1', id: 'chatcmpl-o', model: 'asked', created: 7 };
}

const withUsage = { stream_options: { include_usage: true } };
const predictionGuard = openaiChatIn({ error: 'text in a chunk', usage: 'finish chunk' });

function frames(events: readonly StreamEvent[], more?: JsonObject, dialect = openaiChat): Frame[] {
  const encoder = dialect.encoder(options(more));
  return events.flatMap((event) => [...encoder.write(event)]);
}

function bytesOf(frames: readonly Frame[]): Uint8Array {
  return Buffer.from(frames.map((frame) => openaiChat.write(frame)).join(''));
}

const head = '{"id":"chatcmpl-p","object":"chat.completion.chunk","created":7,"model":"served"';
/** What the lines say beside their constant beginning; every stream is held to the byte contract. */
function lines(events: readonly StreamEvent[], more?: JsonObject): string[] {
  const written = frames(events, more);
  expect(check('openai-chat', bytesOf(written), { showUsage: Boolean(more?.stream_options) }).violations).toEqual([]);
  return written.map(({ data }) =>
    data.replace(`${head},"choices":[{"index":0,"delta":`, '').replace(',"finish_reason":null}]}', ''),
  );
}

const role = '{"role":"assistant"}';
const end = (word: string) => `{},"finish_reason":"${word}"}]}`;

describe('openai-chat encode', () => {
  test('writes text as the role, the pieces, the finish alone, [DONE]', () => {
    expect(frames(stream(text('Hi', ' "there"'), finish())).map(openaiChat.write)).toEqual([
      `data: ${head},"choices":[{"index":0,"delta":{"role":"assistant"},"finish_reason":null}]}\n\n`,
      `data: ${head},"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}\n\n`,
      `data: ${head},"choices":[{"index":0,"delta":{"content":" \\"there\\""},"finish_reason":null}]}\n\n`,
      `data: ${head},"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n`,
      'data: [DONE]\n\n',
    ]);
  });

  test('writes tool calls with a whole name first and no arguments, one per chunk, with dense indexes', () => {
    expect(lines(stream(text('a'), tool('t1', 'f', '{"x":', '1}'), tool('t2', 'g', '{}'), finish('tool-call')))).toEqual([
      role,
      '{"content":"a"}',
      '{"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"f","arguments":""}}]}',
      '{"tool_calls":[{"index":0,"function":{"arguments":"{\\"x\\":"}}]}',
      '{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}',
      '{"tool_calls":[{"index":1,"id":"t2","type":"function","function":{"name":"g","arguments":""}}]}',
      '{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}',
      end('tool_calls'),
      '[DONE]',
    ]);
  });

  test('writes reasoning, its signature, and opaque reasoning', () => {
    expect(lines(stream(reasoning('hm', 's1'), redacted('zz'), text('a'), finish()))).toEqual([
      role,
      '{"reasoning_content":"hm"}',
      '{"reasoning_details":[{"type":"reasoning.text","index":0,"signature":"s1"}]}',
      '{"reasoning_details":[{"type":"reasoning.encrypted","index":1,"data":"zz"}]}',
      '{"content":"a"}',
      end('stop'),
      '[DONE]',
    ]);
  });

  test('writes citations with a URL, and images in OpenRouter’s form', () => {
    expect(lines(stream(cited('a', 'https://a', 'A'), cited('b'), image, finish()))).toEqual([
      role,
      '{"content":"a"}',
      '{"annotations":[{"index":0,"type":"url_citation","url_citation":{"start_index":0,"end_index":0,"url":"https://a","title":"A"}}]}',
      '{"content":"b"}',
      '{"images":[{"index":0,"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}',
      end('stop'),
      '[DONE]',
    ]);
  });

  test.each([
    ['stop', [text('a'), finish('stop')]],
    ['length', [text('a'), finish('length')]],
    ['content_filter', [text('a'), finish('content-filter')]],
    ['content_filter', [text('a'), finish('refusal')]],
    ['stop', [refusal('No.'), finish('refusal')]],
    ['pause_turn', [text('a'), finish('other', {}, 'pause_turn')]],
    ['stop', [text('a'), finish('other', {}, '')]],
    ['stop', [text('a'), finish('other', {}, 'tool_calls')]],
  ])('finishes with %s', (word, pieces) => {
    expect(lines(stream(...pieces)).at(-2)).toBe(end(word));
  });

  test('writes usage in its own chunk, only if the client requested it', () => {
    const usage = { input: 10, output: 4, cacheRead: 6, reasoning: 3 };
    const events = stream(text('a'), finish('stop', usage));
    expect(lines(events, withUsage).slice(-2)).toEqual([
      `${head},"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14,"prompt_tokens_details":{"cached_tokens":6},"completion_tokens_details":{"reasoning_tokens":3}}}`,
      '[DONE]',
    ]);
    expect(lines(events).join()).not.toContain('usage');
    expect(lines(stream(finish('stop', {})), withUsage).at(-2)).toContain(
      '"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}',
    );
  });

  test('escapes [DONE] inside text, and clients read the same text', () => {
    const [, line] = lines(stream(text('a [DONE] b'), finish()));
    expect(line).toBe('{"content":"a \\u005bDONE] b"}');
    expect(JSON.parse(line ?? '')).toEqual({ content: 'a [DONE] b' });
  });

  test('splits long text and arguments at code points, below 16 KiB a line', () => {
    for (const long of ['😀'.repeat(9000), '\u0001'.repeat(9000), '[DONE]'.repeat(5000), '"\\'.repeat(9000)]) {
      const written = frames(stream(text(long), tool('a', 'f', JSON.stringify(long)), finish('tool-call')));
      const reading = check('openai-chat', bytesOf(written), { expectError: false });
      expect(reading.violations).toEqual([]);
      expect(reading.truth).toMatchObject({ text: long, tools: [{ arguments: long }] });
      expect(Math.max(...written.map(({ data }) => Buffer.byteLength(data)))).toBeLessThan(16_000);
    }
  });

  test('writes a failure as an event named error without choices, then [DONE]', () => {
    const error = new SluiceError('upstream_cut', 'The provider cut the stream.');
    const written = frames([start, { type: 'block-start', index: 0, block: { kind: 'text' } }, { type: 'error', error }]);
    expect(written.slice(1)).toEqual([
      {
        event: 'error',
        data: '{"error":{"message":"The provider cut the stream. (request req_1)","type":"server_error","param":null,"code":"upstream_cut"}}',
      },
      { data: '[DONE]' },
    ]);
    expect(check('openai-chat', bytesOf(written), { expectError: true }).violations).toEqual([]);
  });

  test('starts early with empty deltas under our id, then the role with the first content', () => {
    const encoder = openaiChat.encoder(options());
    const empty =
      '{"id":"chatcmpl-o","object":"chat.completion.chunk","created":7,"model":"asked","choices":[{"index":0,"delta":{},"finish_reason":null}]}';
    const [first, ...rest] = stream(text('a'), finish());
    const written = [
      ...encoder.open(),
      ...encoder.heartbeat(),
      ...(first ? encoder.write(first) : []),
      ...rest.flatMap((event) => [...encoder.write(event)]),
    ];
    expect(written.slice(0, 2)).toEqual([{ data: empty }, { data: empty }]);
    expect(written.slice(2).map(({ data }) => data.includes('"role"'))).toEqual([true, false, false, false]);
    expect(check('openai-chat', bytesOf(written), { expectError: false }).violations).toEqual([]);
  });

  test('writes a heartbeat after the start as an empty delta of the same stream', () => {
    const encoder = openaiChat.encoder(options());
    const written = [...encoder.write(start), ...encoder.heartbeat()];
    expect(written[1]?.data).toBe(`${head},"choices":[{"index":0,"delta":{},"finish_reason":null}]}`);
  });

  test('writes function_call for a client that sent functions', () => {
    const events = stream(tool('a', 'f', '{}'), finish('tool-call'));
    expect(lines(events, { functions: [{ name: 'f' }] })).toEqual([
      role,
      '{"function_call":{"name":"f","arguments":""}}',
      '{"function_call":{"arguments":"{}"}}',
      end('function_call'),
      '[DONE]',
    ]);
  });

  test('writes errors as text in a whole chunk, and usage in the finish chunk, in Prediction Guard’s form', () => {
    const error = new SluiceError('upstream_cut', 'Cut.');
    expect(
      frames([start, { type: 'error', error }], {}, predictionGuard)
        .map(({ data }) => data)
        .slice(1),
    ).toEqual([
      `${head},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],"error":"Cut. (request req_1)"}`,
      '[DONE]',
    ]);
    expect(
      frames(stream(text('a'), finish()), withUsage, predictionGuard)
        .map(({ data }) => data)
        .slice(-2),
    ).toEqual([
      `${head},"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}`,
      '[DONE]',
    ]);
  });

  test('decodes what it wrote to the same events', async () => {
    const events = stream(
      reasoning('hm', 's1'),
      redacted('zz'),
      text('Hi', ' [DONE]'),
      tool('t1', 'f', '{"x":', '1}'),
      tool('t2', 'g', '{}'),
      finish('tool-call', { input: 3, output: 5, reasoning: 1 }, 'tool_calls'),
    );
    expect(await reread(events)).toEqual(events);
    const refused = stream(refusal('No.'), finish('refusal', { input: 1, output: 1 }, 'stop'));
    expect(await reread(refused)).toEqual(refused);
  });
});

function reread(events: readonly StreamEvent[]): Promise<StreamEvent[]> {
  const written = oneByOne(frames(events, withUsage));
  return collect(flattened(decode(written, { id: 'chatcmpl-o', model: 'asked', passthrough: false })));
}
