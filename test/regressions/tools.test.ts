import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { openaiResponses } from '../../lib/dialects/openai-responses/client.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { clientOf } from '../support/clients.ts';
import { chunkOf, endOfChunks } from '../support/http-bytes.ts';
import { hurriedClock } from '../support/hurried-clock.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { converseStream } from '../support/provider-streams/converse.ts';
import { geminiStream } from '../support/provider-streams/gemini.ts';
import { messagesStream } from '../support/provider-streams/messages.ts';
import { type ProviderStream, wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { responsesStream } from '../support/provider-streams/responses.ts';
import { plainEvents } from '../support/truth/plain-sse.ts';
import { listOf, objectOf, parsed } from '../support/truth/truth.ts';
import { begin, play } from './play.ts';
import { clients, read } from './read.ts';

const json = (providerStream: ProviderStream, ...payloads: (JsonObject & { type?: string })[]) =>
  Buffer.concat(payloads.map((payload) => providerStream.frame(JSON.stringify(payload), payload.type)));

/** The tool calls in the chunks of a chat stream, as they are written. */
function callsIn(bytes: Uint8Array): JsonObject[] {
  return plainEvents(bytes).flatMap(({ data }) =>
    listOf(objectOf(parsed(data)).choices).flatMap((choice) => listOf(objectOf(choice.delta).tool_calls)),
  );
}

const block = (index: number, content_block: JsonObject) => ({ type: 'content_block_start', index, content_block });
const delta = (index: number, of: JsonObject) => ({ type: 'content_block_delta', index, delta: of });
const use = (id: string) => ({ type: 'tool_use', id, name: `tool_${id}`, input: {} });
const input = (partial_json: string) => ({ type: 'input_json_delta', partial_json });
const stopped = [
  { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 3 } },
  { type: 'message_stop' },
];
const [start = Buffer.alloc(0)] = messagesStream.envelope
  .toString()
  .split(/(?<=\n\n)/)
  .map((event) => Buffer.from(event));

describe('the index of a tool call (R11)', () => {
  test('counts calls only, from 0, however their pieces interleave', async () => {
    const bytes = json(
      messagesStream,
      block(0, { type: 'thinking', thinking: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'hm' }),
      block(1, { type: 'text', text: '' }),
      delta(1, { type: 'text_delta', text: 'Look:' }),
      block(2, use('a')),
      block(3, use('b')),
      delta(2, input('{"x":')),
      delta(3, input('{"y":')),
      delta(2, input('1}')),
      delta(3, input('2}')),
      ...stopped,
    );
    const { bytes: written, violations, truth } = await read(messagesStream, Buffer.concat([start, bytes]), openaiChat);
    expect(violations).toEqual([]);
    expect(truth.tools).toEqual([
      { id: 'a', name: 'tool_a', arguments: { x: 1 } },
      { id: 'b', name: 'tool_b', arguments: { y: 2 } },
    ]);
    expect([...new Set(callsIn(written).map(({ index }) => index))]).toEqual([0, 1]);
  });

  test('is 0 for a single call', async () => {
    const bytes = Buffer.concat([start, json(messagesStream, block(0, use('a')), ...stopped)]);
    expect(callsIn((await read(messagesStream, bytes, openaiChat)).bytes)[0]).toMatchObject({ index: 0, id: 'a' });
  });

  const part = (name: string) => ({ functionCall: { name, args: {} } });
  const chunk = (...parts: JsonObject[]) => ({ candidates: [{ content: { parts } }] });
  test.each([
    ['one chunk', json(geminiStream, chunk(part('f'), part('g')))],
    ['two chunks', json(geminiStream, chunk(part('f')), chunk(part('g')))],
  ])("counts Gemini's two calls in %s, each with a unique id", async (_, calls) => {
    const bytes = Buffer.concat([geminiStream.envelope, calls, geminiStream.stop.finish]);
    const { truth, bytes: written } = await read(geminiStream, bytes, openaiChat);
    expect(truth.tools.map(({ name }) => name)).toEqual(['f', 'g']);
    expect(new Set(truth.tools.map(({ id }) => id)).size).toBe(2);
    expect([...new Set(callsIn(written).map(({ index }) => index))]).toEqual([0, 1]);
    const { bytes: items } = await read(geminiStream, bytes, openaiResponses);
    const added = plainEvents(items).filter(({ event }) => event === 'response.output_item.added');
    expect(added.map(({ data }) => objectOf(parsed(data)).output_index)).toEqual([0, 1]);
  });
});

test('a call is opened once, with its whole name, and then has only its index and its arguments (R12)', async () => {
  for (const providerStream of [chatStream, responsesStream, messagesStream, converseStream]) {
    const { finish, usage, terminator } = providerStream.stop;
    const bytes = Buffer.concat([providerStream.envelope, providerStream.tool('f', '{"a"', ':1}'), finish, usage, terminator]);
    const { bytes: written } = await read(providerStream, bytes, openaiChat);
    const [first, ...rest] = callsIn(written);
    expect(first).toEqual({ index: 0, id: expect.any(String), type: 'function', function: { name: 'f', arguments: '' } });
    for (const call of rest) expect(call).toEqual({ index: 0, function: { arguments: expect.any(String) } });

    const client = new OpenAI({
      apiKey: 'key',
      fetch: async () => new Response(written.toString(), { headers: { 'content-type': 'text/event-stream' } }),
    });
    const stream = client.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
    const message = await stream.finalMessage();
    expect(message.tool_calls?.map((call) => call.type === 'function' && JSON.parse(call.function.arguments))).toEqual([
      { a: 1 },
    ]);
  }
});

describe('a call without arguments (R13)', () => {
  test('has an empty object as arguments, for every client', async () => {
    const opened = converseStream.frame(
      JSON.stringify({ contentBlockIndex: 0, start: { toolUse: { toolUseId: 't', name: 'now' } } }),
      'contentBlockStart',
    );
    const bytes = Buffer.concat([converseStream.envelope, opened, converseStream.stop.finish]);
    for (const client of clients) {
      const { truth, violations } = await read(converseStream, bytes, client);
      expect(violations).toEqual([]);
      expect(truth.tools).toMatchObject([{ name: 'now', arguments: {} }]);
    }
  });

  test.each(['', ' ', '{}'])('is an empty object in the next turn too, if the client kept %j', async (kept) => {
    const call = { id: 'c', type: 'function', function: { name: 'now', arguments: kept } };
    const body = {
      messages: [
        { role: 'user', content: 'When?' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'c', content: 'Now.' },
      ],
      tools: [{ type: 'function', function: { name: 'now' } }],
    };
    for (const [providerStream, sent] of [
      [messagesStream, /"name":"now","input":\{\}/],
      [converseStream, /"name":"now","input":\{\}/],
      [chatStream, /"name":"now","arguments":"\{\}"/],
    ] as const) {
      const parts = [{ providerStream, says: wholeAnswer(providerStream, 'ok') }];
      const { status, requests } = await play({ client: clientOf('openai-chat'), parts, body });
      expect(status).toBe(200);
      expect(requests[0]?.[0]).toMatch(sent);
    }
  });
});

describe('arguments (R14)', () => {
  test('are delivered as they arrive: the provider sends each piece after the client has the one before', async () => {
    const steps = 20;
    for (const dialect of ['openai-chat', 'openai-responses', 'anthropic-messages', 'bedrock-converse'] as const) {
      const { reading } = await play({
        client: clientOf(dialect),
        parts: [
          {
            providerStream: messagesStream,
            async says({ socket, shown }) {
              begin(socket, messagesStream, messagesStream.envelope, messagesStream.tool('f', '['));
              for (let step = 1; step < steps; step++) {
                await shown(step);
                socket.write(chunkOf(json(messagesStream, delta(1, input(`${step},`)))));
              }
              await shown(steps);
              socket.end(Buffer.concat([chunkOf(json(messagesStream, delta(1, input('0]')), ...stopped)), endOfChunks]));
            },
          },
        ],
      });
      expect(reading).toMatchObject({ violations: [], terminal: 'finish' });
      expect(reading.truth.tools[0]?.arguments).toHaveLength(steps);
    }
  });

  test('that take the model minutes don’t leave the connection silent', async () => {
    for (const dialect of ['openai-chat', 'openai-responses', 'anthropic-messages'] as const) {
      const client = clientOf(dialect);
      const { reading, text } = await play({
        client,
        clock: hurriedClock(100),
        route: { timeouts: { idle: '1h', total: '1h', firstContent: '1h', connect: '1h' } },
        parts: [
          {
            providerStream: messagesStream,
            async says({ socket, shown }) {
              begin(socket, messagesStream, messagesStream.envelope, messagesStream.tool('f', '{"a":'));
              await shown(3);
              socket.end(Buffer.concat([chunkOf(json(messagesStream, delta(1, input('1}')), ...stopped)), endOfChunks]));
            },
          },
        ],
      });
      expect(text).toMatch(client.heartbeat ?? /never/);
      expect(reading).toMatchObject({ violations: [], terminal: 'finish' });
    }
  });

  test('are requested in pieces if the client wants that', async () => {
    const beta = 'fine-grained-tool-streaming-2025-05-14';
    const client = clientOf('anthropic-messages');
    const headers = { 'anthropic-beta': beta, 'anthropic-version': '2023-06-01' };
    const parts = [{ providerStream: messagesStream, says: wholeAnswer(messagesStream, 'ok') }];
    expect((await play({ client, parts, headers })).requests[0]?.[0]).toContain(`anthropic-beta: ${beta}`);
  });
});

describe('arguments that arrive only when they are complete (R15)', () => {
  const added = {
    type: 'response.output_item.added',
    output_index: 0,
    item: { type: 'function_call', id: 'fc', call_id: 'c', name: 'f', arguments: '' },
  };
  const said = { type: 'response.function_call_arguments.delta', item_id: 'fc', output_index: 0, delta: '{"a":1}' };
  const done = { type: 'response.function_call_arguments.done', item_id: 'fc', output_index: 0, arguments: '{"a":1}' };
  const item = { ...added, type: 'response.output_item.done', item: { ...added.item, arguments: '{"a":1}' } };
  test.each([
    ['are said once', [added, done, item]],
    ['are said once where only the item has them', [added, item]],
    ['are not doubled where deltas said them too', [added, said, done, item]],
  ])('%s', async (_, events) => {
    const [created = ''] = responsesStream.envelope.toString().split(/(?<=\n\n)/);
    const bytes = Buffer.concat([Buffer.from(created), json(responsesStream, ...events), responsesStream.stop.finish]);
    for (const client of clients) {
      const { truth, violations } = await read(responsesStream, bytes, client);
      expect(violations).toEqual([]);
      expect(truth.tools).toMatchObject([{ name: 'f', arguments: { a: 1 } }]);
    }
  });
});

describe('the finish reason (R16)', () => {
  const chunk = (of: JsonObject, finish_reason: string | null = null) => ({ choices: [{ index: 0, delta: of, finish_reason }] });
  const call = chunk({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '{}' } }] });
  const candidate = (finishReason: string, ...parts: JsonObject[]) => ({ candidates: [{ content: { parts }, finishReason }] });
  const cases: [name: string, providerStream: ProviderStream, frames: Buffer, reason: string][] = [
    ['stop after a call', chatStream, json(chatStream, call, chunk({}, 'stop')), 'tool_calls'],
    [
      'STOP after a call, in a chunk of its own',
      geminiStream,
      json(
        geminiStream,
        { candidates: [{ content: { parts: [{ functionCall: { name: 'f', args: {} } }] } }] },
        candidate('STOP'),
      ),
      'tool_calls',
    ],
    ['MAX_TOKENS', geminiStream, json(geminiStream, candidate('MAX_TOKENS', { text: 'a' })), 'length'],
    ['SAFETY', geminiStream, json(geminiStream, candidate('SAFETY', { text: 'a' })), 'content_filter'],
  ];
  test.each(cases)('%s', async (_, providerStream, frames, reason) => {
    const bytes = Buffer.concat([providerStream.envelope, frames, providerStream.stop.terminator]);
    const { bytes: written, violations } = await read(providerStream, bytes, openaiChat);
    expect(violations).toEqual([]);
    expect(written.toString().match(/"finish_reason":"(\w+)"/g)).toEqual([`"finish_reason":"${reason}"`]);
  });

  const bedrock: [word: string, reason: string][] = [
    ['guardrail_intervened', 'content_filter'],
    ['model_context_window_exceeded', 'length'],
    ['a_new_word', 'a_new_word'],
  ];
  test.each(['malformed_model_output', 'malformed_tool_use', 'a_new_word'])(
    "Bedrock's %s never reaches a Converse client as a stop reason",
    async (stopReason) => {
      const stop = converseStream.frame(JSON.stringify({ stopReason }), 'messageStop');
      const says = [converseStream.envelope, converseStream.text('a'), stop];
      const parts = [{ providerStream: converseStream, says }];
      const streamed = await play({ client: clientOf('bedrock-converse'), parts });
      expect(streamed.reading).toMatchObject({ violations: [], terminal: 'error' });
      const whole = await play({ client: clientOf('bedrock-converse'), parts, stream: false });
      expect(whole.status).toBeGreaterThanOrEqual(400);
      for (const { line } of [streamed, whole]) expect(line.outcome).toMatch(/^upstream_/);
    },
  );

  test.each(bedrock)("Bedrock's %s is never a plain stop", async (stopReason, reason) => {
    const stop = converseStream.frame(JSON.stringify({ stopReason }), 'messageStop');
    const bytes = Buffer.concat([converseStream.envelope, converseStream.text('a'), stop]);
    const { bytes: written } = await read(converseStream, bytes, openaiChat);
    expect(written.toString()).toContain(`"finish_reason":"${reason}"`);
  });
});
