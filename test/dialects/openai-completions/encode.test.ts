import { describe, expect, test } from 'vitest';
import { openaiCompletions, openaiCompletionsIn } from '../../../lib/dialects/openai-completions/client.ts';
import { openaiCompletionsUpstream } from '../../../lib/dialects/openai-completions/upstream.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Frame } from '../../../lib/wire/frame.ts';
import { flattened, oneByOne } from '../../support/batches.ts';
import { check } from '../../support/checker/check.ts';
import { collect } from '../../support/collect.ts';
import { cited, finish, image, reasoning, refusal, start, stream, text, tool } from '../openai-chat/events.ts';

const options = (more: JsonObject = {}) => {
  const request = openaiCompletions.parse({ model: 'asked', prompt: 'Hi', stream: true, ...more });
  return { request, requestId: 'req_1', id: 'cmpl-o', model: 'asked', created: 7 };
};
const withUsage = { stream_options: { include_usage: true } };
const head = '{"id":"chatcmpl-p","object":"text_completion","created":7,"model":"served"';

function frames(events: readonly StreamEvent[], more?: JsonObject, dialect = openaiCompletions): Frame[] {
  const encoder = dialect.encoder(options(more));
  return events.flatMap((event) => [...encoder.write(event)]);
}

/** What the lines say beside their constant beginning; every stream is held to the byte contract. */
function lines(events: readonly StreamEvent[], more?: JsonObject): string[] {
  const written = frames(events, more);
  const bytes = Buffer.from(written.map((frame) => openaiCompletions.write(frame)).join(''));
  expect(check('openai-completions', bytes, { showUsage: Boolean(more?.stream_options) }).violations).toEqual([]);
  return written.map(({ data }) => data.replace(`${head},"choices":[`, '').replace(/\]}$/, ''));
}

const choiceOf = (text: string) => `{"index":0,"text":${JSON.stringify(text)},"finish_reason":null}`;
const end = (word: string) => `{"index":0,"text":"","finish_reason":"${word}"}`;

describe('openai-completions encode', () => {
  test('writes text without a role, the finish alone, [DONE]', () => {
    expect(frames(stream(text('Hi', ' "there"'), finish())).map(openaiCompletions.write)).toEqual([
      `data: ${head},"choices":[{"index":0,"text":"Hi","finish_reason":null}]}\n\n`,
      `data: ${head},"choices":[{"index":0,"text":" \\"there\\"","finish_reason":null}]}\n\n`,
      `data: ${head},"choices":[{"index":0,"text":"","finish_reason":"stop"}]}\n\n`,
      'data: [DONE]\n\n',
    ]);
  });

  test('drops reasoning, tools, pictures and citations, and writes a refusal as text', () => {
    const events = stream(
      reasoning('hm', 's'),
      text('a'),
      cited('b', 'https://a'),
      image,
      tool('t', 'f', '{}'),
      refusal('No.'),
      finish(),
    );
    expect(lines(events)).toEqual([choiceOf('a'), choiceOf('b'), choiceOf('No.'), end('stop'), '[DONE]']);
  });

  test.each([
    ['stop', finish('stop')],
    ['length', finish('length')],
    ['content_filter', finish('content-filter')],
    ['content_filter', finish('refusal')],
    ['stop', finish('tool-call')],
    ['pause_turn', finish('other', {}, 'pause_turn')],
    ['stop', finish('other', {}, '')],
  ])('ends with %s', (word, ending) => {
    expect(lines(stream(text('a'), ending)).at(-2)).toBe(end(word));
  });

  test('writes usage only if the client requested it', () => {
    const events = stream(text('a'), finish());
    expect(lines(events).join()).not.toContain('usage');
    expect(lines(events, withUsage).at(-2)).toBe(`],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}`);
  });

  test('escapes [DONE] inside text, and splits long text at code points below 16 KiB a line', () => {
    expect(lines(stream(text('a [DONE] b'), finish()))[0]).toContain('"a \\u005bDONE] b"');
    for (const long of ['😀'.repeat(9000), '[DONE]'.repeat(5000)]) {
      const written = lines(stream(text(long), finish())).slice(0, -2);
      expect(written.map((line) => JSON.parse(line).text).join('')).toBe(long);
      expect(Math.max(...written.map((line) => Buffer.byteLength(line)))).toBeLessThan(16_000);
    }
  });

  test('writes a chunk without text for silence and for an early start', () => {
    const encoder = openaiCompletions.encoder(options());
    const silence =
      '{"id":"cmpl-o","object":"text_completion","created":7,"model":"asked","choices":[{"index":0,"text":"","finish_reason":null}]}';
    expect([...encoder.open(), ...encoder.heartbeat()]).toEqual([{ data: silence }, { data: silence }]);
    expect([...encoder.write(start)]).toEqual([]);
    expect([...encoder.heartbeat()][0]?.data).toBe(`${head},"choices":[${choiceOf('')}]}`);
  });

  test('writes a failure as one event without choices, and as text in a whole chunk for Prediction Guard’s clients', () => {
    const failed: StreamEvent[] = [start, { type: 'error', error: new SluiceError('upstream_cut', 'Cut.') }];
    expect(frames(failed).map(({ data }) => data)).toEqual([
      '{"error":{"message":"Cut. (request req_1)","type":"server_error","param":null,"code":"upstream_cut"}}',
      '[DONE]',
    ]);
    const guard = openaiCompletionsIn({ error: 'text in a chunk', usage: 'finish chunk' });
    expect(frames(failed, {}, guard)[0]?.data).toBe(
      `${head},"choices":[{"index":0,"text":"","finish_reason":"error"}],"error":"Cut. (request req_1)"}`,
    );
    expect(frames(stream(text('a'), finish()), withUsage, guard).at(-2)?.data).toContain('"finish_reason":"stop"}],"usage":{');
  });

  test('keeps fields that only this dialect has, in their places', async () => {
    const passthrough = [
      '{"id":"c","model":"d","system_fingerprint":"fp","choices":[{"index":0,"text":"a","logprobs":{"tokens":["a"],"token_logprobs":[-1],"top_logprobs":null,"text_offset":[0]},"finish_reason":null}]}',
      '{"choices":[{"index":1,"text":"b","logprobs":null,"finish_reason":null}]}',
      '{"choices":[{"index":0,"text":"c","stop_reason":13,"finish_reason":"stop"}]}',
      '{"choices":[{"index":1,"text":"","finish_reason":"length"}]}',
      '[DONE]',
    ];
    const wire = oneByOne(passthrough.map((data) => ({ data })));
    const decoded = openaiCompletionsUpstream().decode(wire, { id: 'o', model: 'o', passthrough: true });
    const events = await collect(flattened(decoded));
    expect(frames(events).map(({ data }) => data.replace(/^.*?"choices":/, ''))).toEqual([
      '[{"index":0,"text":"a","logprobs":{"tokens":["a"],"token_logprobs":[-1],"top_logprobs":null,"text_offset":[0]},"finish_reason":null}],"system_fingerprint":"fp"}',
      '[{"index":1,"text":"b","finish_reason":null}]}',
      '[{"index":0,"text":"c","stop_reason":13,"finish_reason":null}]}',
      '[{"index":1,"text":"","finish_reason":"length"}]}',
      '[{"index":0,"text":"","finish_reason":"stop"}]}',
      '[DONE]',
    ]);
    const collector = openaiCompletions.collector(options({ n: 2 }));
    for (const event of events) collector.write(event);
    expect(collector.body()).toMatchObject({
      object: 'text_completion',
      system_fingerprint: 'fp',
      choices: [
        { index: 0, text: 'ac', logprobs: { tokens: ['a'] }, stop_reason: 13, finish_reason: 'stop' },
        { index: 1, text: 'b', finish_reason: 'length' },
      ],
    });
  });

  test('writes a whole answer with text, finish and usage', () => {
    const collector = openaiCompletions.collector(options());
    for (const event of stream(reasoning('hm'), text('Hi', ' there'), finish('length'))) collector.write(event);
    expect(collector.body()).toEqual({
      id: 'chatcmpl-p',
      object: 'text_completion',
      created: 7,
      model: 'served',
      choices: [{ index: 0, text: 'Hi there', finish_reason: 'length' }],
      usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
    });
  });
});
