import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { openaiResponses } from '../../../lib/dialects/openai-responses/client.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import { readSse } from '../../../lib/wire/sse.ts';
import { whole } from '../../support/chunkings.ts';
import { recordings, testRecordings } from '../../support/recordings.ts';
import { exceptions } from '../../support/truth/exceptions.ts';
import { truthOf } from '../../support/truth/truth-of.ts';
import { bytesFor, eventsOf, options } from './wire.ts';

/** The official client, which gets this response to any request. */
function clientOf(answer: () => Response): OpenAI {
  return new OpenAI({ apiKey: 'key', baseURL: 'http://127.0.0.1:9', maxRetries: 0, fetch: async () => answer() });
}

const headers = { 'content-type': openaiResponses.contentType };
const ask = { model: 'm', input: 'hi' };
const streaming = (events: readonly StreamEvent[]) => clientOf(() => new Response(Buffer.from(bytesFor(events)), { headers }));

const start: StreamEvent = { type: 'start', id: 'resp_1', model: 'm' };
const text: StreamEvent[] = [
  { type: 'block-start', index: 0, block: { kind: 'text' } },
  { type: 'text-delta', index: 0, text: 'Hel' },
];
const everything: StreamEvent[] = [
  start,
  { type: 'block-start', index: 0, block: { kind: 'reasoning' } },
  { type: 'reasoning-delta', index: 0, text: 'Hm' },
  { type: 'signature-delta', index: 0, signature: 'c2ln' },
  { type: 'block-end', index: 0 },
  { type: 'block-start', index: 1, block: { kind: 'redacted-reasoning', data: 'zz' } },
  { type: 'block-end', index: 1 },
  { type: 'block-start', index: 2, block: { kind: 'text' } },
  { type: 'text-delta', index: 2, text: 'Hello' },
  { type: 'citation-delta', index: 2, citation: { url: 'https://example.com', title: 'Example' } },
  { type: 'block-end', index: 2 },
  { type: 'block-start', index: 3, block: { kind: 'text', refusal: true } },
  { type: 'text-delta', index: 3, text: 'No.' },
  { type: 'block-end', index: 3 },
  { type: 'block-start', index: 4, block: { kind: 'tool', id: 'call_1', name: 'f' } },
  { type: 'tool-delta', index: 4, json: '{"a":' },
  { type: 'tool-delta', index: 4, json: '1}' },
  { type: 'block-end', index: 4 },
  { type: 'block-start', index: 5, block: { kind: 'image', mediaType: 'image/png', data: 'aW1n' } },
  { type: 'block-end', index: 5 },
  { type: 'finish', reason: 'tool-call', rawReason: 'tool_use', usage: { input: 3, output: 2 } },
];

/** Its own events of a patch are unknown to the client, from whomever they come. */
const patch = 'vercel-ai__apply-patch';
const sound = recordings('openai-responses').filter(({ name }) => !exceptions[name] && !name.includes('__error'));

describe('the official client', () => {
  for (const passthrough of [true, false]) {
    const depth = passthrough ? 'from its own dialect' : 'from the vocabulary alone';
    const readable = sound.filter(({ name }) => !passthrough || !name.endsWith(patch));
    testRecordings(`folds what we write, ${depth}`, readable, async (recording) => {
      const bytes = recording.bytes();
      const truth = truthOf({ format: 'openai-responses', bytes });
      const events = await eventsOf(readSse(whole(bytes), { maxFrameBytes: 1 << 20 }), passthrough);
      const response = await streaming(events).responses.stream(ask).finalResponse();
      const calls = response.output.filter((item) => item.type === 'function_call');
      expect(response.output_text).toBe(truth.text);
      expect(calls.map(({ call_id, name }) => ({ id: call_id, name }))).toEqual(
        truth.tools.map(({ id, name }) => ({ id, name })),
      );
      expect(calls.map((call) => JSON.parse(call.arguments))).toEqual(truth.tools.map((tool) => tool.arguments));
      expect(response.usage?.output_tokens).toBe(truth.usage.output);
    });
  }

  test('collects every kind of block', async () => {
    const seen: string[] = [];
    const stream = streaming(everything)
      .responses.stream(ask)
      .on('response.output_text.delta', ({ delta }) => seen.push(delta))
      .on('response.function_call_arguments.delta', ({ delta }) => seen.push(delta));
    const response = await stream.finalResponse();
    expect(seen).toEqual(['Hello', '{"a":', '1}']);
    expect(response).toMatchObject({
      id: 'resp_1',
      status: 'completed',
      output_text: 'Hello',
      store: false,
      output: [
        { type: 'reasoning', id: 'rs_1_0', summary: [{ type: 'summary_text', text: 'Hm' }] },
        { type: 'reasoning', id: 'rs_1_1', summary: [] },
        {
          type: 'message',
          id: 'msg_1_2',
          content: [{ text: 'Hello', annotations: [{ url: 'https://example.com', title: 'Example' }] }],
        },
        { type: 'message', id: 'msg_1_3', content: [{ type: 'refusal', refusal: 'No.' }] },
        { type: 'function_call', id: 'fc_1_4', call_id: 'call_1', name: 'f', arguments: '{"a":1}', status: 'completed' },
        { type: 'image_generation_call', id: 'ig_1_5', result: 'aW1n' },
      ],
      usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
    });
  });

  test('iterates over all events', async () => {
    const types: string[] = [];
    for await (const event of await streaming(everything).responses.create({ ...ask, stream: true })) types.push(event.type);
    expect(types[0]).toBe('response.created');
    expect(types.at(-1)).toBe('response.completed');
  });

  test.each<[string, StreamEvent[]]>([
    ['in the middle of an answer', [start, ...text]],
    ['before the provider said anything', []],
  ])('raises a failure %s, with our message', async (_, before) => {
    const error = new SluiceError('upstream_cut', 'The provider cut the stream.');
    const client = streaming([...before, { type: 'error', error }]);
    await expect(client.responses.stream(ask).finalResponse()).rejects.toThrow('The provider cut the stream.');
    const iterating = async () => {
      for await (const _event of await client.responses.create({ ...ask, stream: true }));
    };
    await expect(iterating()).rejects.toThrow('The provider cut the stream.');
  });

  test('reports an answer that reached its limit as incomplete', async () => {
    const finish: StreamEvent = { type: 'finish', reason: 'length', rawReason: 'length', usage: {} };
    const client = streaming([start, ...text, { type: 'block-end', index: 0 }, finish]);
    const response = await client.responses.stream(ask).finalResponse();
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output_text: 'Hel',
    });
  });

  test('reads a stream that started early and has heartbeats', async () => {
    const encoder = openaiResponses.encoder(options);
    const end: StreamEvent[] = [
      { type: 'block-end', index: 0 },
      { type: 'finish', reason: 'stop', rawReason: 'stop', usage: {} },
    ];
    const frames = [
      ...encoder.open(),
      ...encoder.heartbeat(),
      ...encoder.write(start),
      ...text.flatMap((event) => [...encoder.write(event)]),
      ...encoder.heartbeat(),
      ...end.flatMap((event) => [...encoder.write(event)]),
    ];
    const client = clientOf(() => new Response(frames.map(openaiResponses.write).join(''), { headers }));
    expect(await client.responses.stream(ask).finalResponse()).toMatchObject({ id: 'resp_ours', model: 'm', output_text: 'Hel' });
  });

  test('reads a whole answer', async () => {
    const collector = openaiResponses.collector(options);
    for (const event of everything) collector.write(event);
    const response = await clientOf(() => Response.json(collector.body())).responses.create(ask);
    expect(response).toMatchObject({ id: 'resp_1', status: 'completed', output_text: 'Hello' });
  });

  test.each([
    ['invalid_request', 400],
    ['invalid_api_key', 401],
    ['rate_limit_exceeded', 429],
  ] as const)('raises %s before the first byte, with its status', async (kind, status) => {
    const { body, ...answer } = openaiResponses.error(new SluiceError(kind, 'Said so.', { param: 'input' }), 'req_1');
    const client = clientOf(() => Response.json(body, { status: answer.status, headers: { ...answer.headers } }));
    await expect(client.responses.create(ask)).rejects.toMatchObject({ status, code: kind, param: 'input' });
  });
});
