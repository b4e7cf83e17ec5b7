import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { clientOf } from '../support/clients.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { converseStream } from '../support/provider-streams/converse.ts';
import { geminiStream } from '../support/provider-streams/gemini.ts';
import { messagesStream } from '../support/provider-streams/messages.ts';
import { type ProviderStream, wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { plainEvents } from '../support/truth/plain-sse.ts';
import { listOf, objectOf, parsed } from '../support/truth/truth.ts';
import { bodyOf, type Part, play, sayAll } from './play.ts';
import { clients, read } from './read.ts';

const chat = clientOf('openai-chat');
const messages = clientOf('anthropic-messages');
const json = (providerStream: ProviderStream, ...payloads: (JsonObject & { type?: string })[]) =>
  Buffer.concat(payloads.map((payload) => providerStream.frame(JSON.stringify(payload), payload.type)));
const chunk = (delta: JsonObject, finish_reason: string | null = null, more: JsonObject = {}) => ({
  id: 'chatcmpl-theirs',
  model: 'theirs',
  created: 1,
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});

describe('there is one finish, and nothing after it (R17)', () => {
  const streams: [name: string, bytes: Buffer][] = [
    ['a finish that comes twice', json(chatStream, chunk({ content: 'a' }), chunk({}, 'stop'), chunk({}, 'stop'))],
    ['content in the chunk of the finish', json(chatStream, chunk({ content: 'a' }, 'stop'))],
    ['a role in every chunk', json(chatStream, chunk({ role: 'assistant', content: 'a' }), chunk({ role: 'assistant' }, 'stop'))],
    ['content after the finish', json(chatStream, chunk({ content: 'a' }), chunk({}, 'stop'), chunk({ content: 'b' }))],
  ];
  test.each(streams)('%s', async (_, frames) => {
    for (const client of clients) {
      const { violations, truth } = await read(chatStream, Buffer.concat([frames, chatStream.stop.terminator]), client);
      expect(violations).toEqual([]);
      expect(truth).toMatchObject({ text: 'a', complete: true });
    }
  });
});

describe('usage (R18)', () => {
  const parts = [{ providerStream: chatStream, says: wholeAnswer(chatStream, 'a') }];
  test('is the event before [DONE], without choices, on request', async () => {
    const { bytes, reading } = await play({ client: chat, parts, body: { stream_options: { include_usage: true } } });
    expect(reading.violations).toEqual([]);
    const payloads = plainEvents(bytes).map(({ data }) => objectOf(parsed(data)));
    expect(payloads.at(-2)).toMatchObject({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 5 } });
    for (const name of ['id', 'created', 'model']) expect(new Set(payloads.slice(0, -1).map((each) => each[name])).size).toBe(1);
  });

  test('is absent without a request, even if the provider sends it', async () => {
    const { text, requests } = await play({ client: chat, parts });
    expect(text).not.toContain('usage');
    expect(bodyOf(requests[0]?.[0]).stream_options).toEqual({ include_usage: true });
  });
});

describe('adding up usage (R19)', () => {
  const start = { input_tokens: 9, cache_read_input_tokens: 1 };
  const stop = { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 16 } };
  const anthropic = [
    { type: 'message_start', message: { id: 'm', model: 'm', usage: start } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'a' } },
    { type: 'message_delta', ...stop },
    { type: 'message_stop' },
  ];
  const openai = chunk({ content: 'a' }, 'stop', {
    usage: { prompt_tokens: 9888, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 6752 } },
  });
  const bedrock = Buffer.concat([
    converseStream.envelope,
    converseStream.text('a'),
    converseStream.stop.finish,
    converseStream.frame(
      JSON.stringify({
        usage: { inputTokens: 10, outputTokens: 4, cacheReadInputTokens: 3, cacheWriteInputTokens: 2, totalTokens: 19 },
      }),
      'metadata',
    ),
  ]);
  const cases: [name: string, providerStream: ProviderStream, bytes: Buffer, inChat: JsonObject, inMessages: JsonObject][] = [
    [
      'of Anthropic',
      messagesStream,
      json(messagesStream, ...anthropic),
      { prompt_tokens: 10, completion_tokens: 16, prompt_tokens_details: { cached_tokens: 1 } },
      { input_tokens: 9, cache_read_input_tokens: 1, output_tokens: 16 },
    ],
    [
      'of OpenAI',
      chatStream,
      json(chatStream, openai),
      { prompt_tokens: 9888, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 6752 } },
      { input_tokens: 3136, cache_read_input_tokens: 6752, output_tokens: 7 },
    ],
    [
      'of Bedrock',
      converseStream,
      bedrock,
      { prompt_tokens: 15, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 3 } },
      { input_tokens: 10, cache_read_input_tokens: 3, cache_creation_input_tokens: 2, output_tokens: 4 },
    ],
  ];
  test.each(cases)('%s is the same with and without a stream', async (_, providerStream, bytes, inChat, inMessages) => {
    const parts = [{ providerStream, says: [bytes, providerStream.stop.terminator] }];
    const body = { stream_options: { include_usage: true } };
    const stream = plainEvents((await play({ client: chat, parts, body })).bytes).map(({ data }) => objectOf(parsed(data)));
    expect(stream.findLast(({ usage }) => usage)?.usage).toMatchObject(inChat);
    expect((await play({ client: chat, parts, stream: false })).body.usage).toMatchObject(inChat);
    const events = plainEvents((await play({ client: messages, parts })).bytes).map(({ data }) => objectOf(parsed(data)));
    expect(events.find(({ type }) => type === 'message_delta')?.usage).toMatchObject(inMessages);
    expect((await play({ client: messages, parts, stream: false })).body.usage).toMatchObject(inMessages);
  });
});

test('the closing events do not wait for usage that never arrives (R20)', async () => {
  const { finish, terminator } = chatStream.stop;
  for (const end of [terminator, Buffer.alloc(0)]) {
    const says = [chatStream.envelope, chatStream.text('a'), finish, end];
    const { bytes, reading, line } = await play({ client: messages, parts: [{ providerStream: chatStream, says }] });
    expect(reading).toMatchObject({ violations: [], terminal: 'finish' });
    const types = plainEvents(bytes).map(({ event }) => event);
    expect(types.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop']);
    expect(line.usage_source).toBe('none');
  }
});

test('blocks never overlap, have dense indexes and their own content, and the official client reads them (R21)', async () => {
  const call = (index: number, id: string | undefined, name: string | undefined, json: string) =>
    chunk({ tool_calls: [{ index, ...(id && { id }), function: { ...(name && { name }), arguments: json } }] });
  const bytes = json(
    chatStream,
    chunk({ content: 'one ' }),
    chunk({ reasoning_content: 'hm' }),
    chunk({ content: 'two' }),
    call(0, 'a', 'f', '{"x"'),
    call(1, 'b', 'g', '{"y"'),
    call(0, undefined, undefined, ':1}'),
    call(1, undefined, undefined, ':2}'),
    chunk({ content: 'three' }),
    chunk({}, 'tool_calls'),
  );
  const { bytes: written, violations } = await read(
    chatStream,
    Buffer.concat([bytes, chatStream.stop.terminator]),
    anthropicMessages,
  );
  expect(violations).toEqual([]);
  const client = new Anthropic({
    apiKey: 'key',
    fetch: async () => new Response(written.toString(), { headers: { 'content-type': 'text/event-stream' } }),
  });
  const stream = client.messages.stream({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] });
  expect((await stream.finalMessage()).content).toMatchObject([
    { type: 'text', text: 'one ' },
    { type: 'thinking', thinking: 'hm' },
    { type: 'text', text: 'two' },
    { type: 'tool_use', id: 'a', input: { x: 1 } },
    { type: 'tool_use', id: 'b', input: { y: 2 } },
    { type: 'text', text: 'three' },
  ]);
});

test('blocks of Bedrock are opened where Bedrock opened none (R21)', async () => {
  for (const opened of [[], [converseStream.frame('{"contentBlockIndex":0,"start":{}}', 'contentBlockStart')]]) {
    const { finish, usage } = converseStream.stop;
    const bytes = Buffer.concat([converseStream.envelope, ...opened, converseStream.text('a'), finish, usage]);
    const { violations, truth } = await read(converseStream, bytes, anthropicMessages);
    expect(violations).toEqual([]);
    expect(truth).toMatchObject({ text: 'a', complete: true });
  }
});

describe('a signature of thoughts (R22)', () => {
  const signature = `${'S'.repeat(300)}+/==`;
  const anthropic = json(
    messagesStream,
    { type: 'message_start', message: { id: 'm', model: 'm', usage: {} } },
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature } },
    { type: 'content_block_start', index: 1, content_block: { type: 'text', text: 'a' } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
    { type: 'message_stop' },
  );
  const bedrock = (reasoningContent: JsonObject) =>
    converseStream.frame(JSON.stringify({ contentBlockIndex: 0, delta: { reasoningContent } }));
  /** An address that does not tell the model: what only some take back is sent to it. */
  const profile = { ...converseStream, model: 'arn:aws:bedrock:eu-west-1:1:application-inference-profile/x' };
  const parts = [{ functionCall: { name: 'f', args: {} }, thoughtSignature: signature }];
  const providers: [name: string, providerStream: ProviderStream, frames: Buffer, secret: string][] = [
    ['Anthropic', messagesStream, anthropic, signature],
    ['Bedrock', profile, Buffer.concat([bedrock({ text: 'hm' }), bedrock({ signature }), converseStream.stop.finish]), signature],
    [
      'Bedrock, which hid them',
      profile,
      Buffer.concat([bedrock({ redactedContent: 'c2VjcmV0' }), converseStream.stop.finish]),
      'c2VjcmV0',
    ],
    ['Gemini', geminiStream, json(geminiStream, { candidates: [{ content: { parts }, finishReason: 'STOP' }] }), signature],
  ];
  test.each(providers)('of %s is returned byte for byte in the next turn', async (_, providerStream, frames, secret) => {
    const first = await play({ client: messages, stream: false, parts: [{ providerStream, says: [frames] }] });
    expect(first.status).toBe(200);
    const calls = listOf(first.body.content).filter(({ type }) => type === 'tool_use');
    const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'ok' }));
    const body = {
      thinking: { type: 'enabled', budget_tokens: 1024 },
      max_tokens: 4096,
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: first.body.content ?? [] },
        { role: 'user', content: results.length > 0 ? results : 'go on' },
      ],
    };
    const says = wholeAnswer(providerStream, 'ok');
    const { requests } = await play({ client: messages, stream: false, body, parts: [{ providerStream, says }] });
    expect(requests[0]?.[0]).toContain(JSON.stringify(secret));
  });

  test('is next to reasoning that is always text in chat completions', async () => {
    const { bytes } = await read(messagesStream, anthropic, openaiChat);
    const deltas = plainEvents(bytes).flatMap(({ data }) =>
      listOf(objectOf(parsed(data)).choices).map((choice) => objectOf(choice.delta)),
    );
    const reasoning = deltas.flatMap(({ reasoning_content }) => (reasoning_content === undefined ? [] : [reasoning_content]));
    expect(reasoning).toEqual(['hm']);
    expect(bytes.toString()).toContain(JSON.stringify(signature));
  });
});

test('the finish reason is the same with and without a stream (R34)', async () => {
  const stops: [providerStream: ProviderStream, frames: Buffer][] = [
    [chatStream, json(chatStream, chunk({ content: 'a' }, 'eos'))],
    [chatStream, json(chatStream, chunk({ content: 'a' }, 'model_length'))],
    [geminiStream, json(geminiStream, { candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason: 'RECITATION' }] })],
    [
      converseStream,
      Buffer.concat([converseStream.text('a'), converseStream.frame('{"stopReason":"guardrail_intervened"}', 'messageStop')]),
    ],
  ];
  for (const [providerStream, frames] of stops) {
    const parts = [
      {
        providerStream,
        says: ({ socket }: Parameters<Exclude<Part['says'], readonly unknown[]>>[0]) =>
          sayAll(socket, providerStream, providerStream.envelope, frames),
      },
    ];
    const { bytes } = await play({ client: chat, parts });
    const streamed = /"finish_reason":("\w+")/.exec(bytes.toString())?.[1];
    const { body } = await play({ client: chat, parts, stream: false });
    expect(JSON.stringify(listOf(body.choices)[0]?.finish_reason)).toBe(streamed);
    expect(streamed).toMatch(/"(stop|length|content_filter|tool_calls)"/);
  }
});
