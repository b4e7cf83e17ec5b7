import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { clientOf, clients as everyClient } from '../support/clients.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { converseStream } from '../support/provider-streams/converse.ts';
import { geminiStream } from '../support/provider-streams/gemini.ts';
import { messagesStream } from '../support/provider-streams/messages.ts';
import { type ProviderStream, wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { responsesStream } from '../support/provider-streams/responses.ts';
import { openaiChatTruth } from '../support/truth/openai-chat.ts';
import { objectOf } from '../support/truth/truth.ts';
import { begin, bodyOf, type Part, play } from './play.ts';
import { clients, read } from './read.ts';

const chat = clientOf('openai-chat');
const completions = clientOf('openai-completions');
const json = (providerStream: ProviderStream, ...payloads: (JsonObject & { type?: string })[]) =>
  Buffer.concat(payloads.map((payload) => providerStream.frame(JSON.stringify(payload), payload.type)));
const good: Part = { providerStream: chatStream, says: wholeAnswer(chatStream, 'From the second.') };

describe('other endings of a response (R27)', () => {
  const end = (type: string, more: JsonObject) => ({
    type: `response.${type}`,
    response: { id: 'r', model: 'm', status: type, output: [], usage: { input_tokens: 7, output_tokens: 3 }, ...more },
  });
  test('incomplete is an end, with its reason and its usage', async () => {
    const incomplete = json(responsesStream, end('incomplete', { incomplete_details: { reason: 'max_output_tokens' } }));
    const bytes = Buffer.concat([responsesStream.envelope, responsesStream.text('a'), incomplete]);
    for (const client of clients) {
      const { violations, truth } = await read(responsesStream, bytes, client);
      expect(violations).toEqual([]);
      expect(truth).toMatchObject({ text: 'a', complete: true, finish: { reason: 'length' }, usage: { output: 3 } });
    }
  });

  test('failed is an error', async () => {
    const failed = json(responsesStream, end('failed', { error: { code: 'server_error', message: 'It broke.' } }));
    const bytes = Buffer.concat([responsesStream.envelope, responsesStream.text('a'), failed]);
    for (const client of clients) {
      const { violations, truth } = await read(responsesStream, bytes, client);
      expect(violations).toEqual([]);
      expect(truth).toMatchObject({ text: 'a', complete: false, error: { message: expect.stringContaining('It broke.') } });
    }
  });
});

test("a schema for the answer is never a tool among the client's tools: it uses the provider's own field or is rejected (R28)", async () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
  const body = {
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
    tools: [{ type: 'function', function: { name: 'own', parameters: { type: 'object' } } }],
  };
  for (const providerStream of [messagesStream, converseStream, geminiStream, responsesStream]) {
    const {
      status,
      requests,
      body: refusal,
    } = await play({ client: chat, body, parts: [{ providerStream, says: wholeAnswer(providerStream, '{}') }] });
    if (status === 400) {
      expect(objectOf(refusal.error)).toMatchObject({ code: 'unsupported_parameter', param: 'response_format' });
      continue;
    }
    const sent = JSON.stringify(bodyOf(requests[0]?.[0]));
    expect(sent).toMatch(/\\?"a\\?":/);
    expect(sent.match(/"name":"own"/g)).toHaveLength(1);
    expect(sent).not.toMatch(/json_tool|"tool_?choice"/i);
  }
});

test('an answer that a guardrail stopped is reported to every client, and in the log (R29)', async () => {
  const stop = converseStream.frame('{"stopReason":"guardrail_intervened"}', 'messageStop');
  const says = [converseStream.envelope, converseStream.text('Sorry.'), stop];
  for (const client of everyClient) {
    const { reading, line } = await play({ client, parts: [{ providerStream: converseStream, says }] });
    expect(reading.violations).toEqual([]);
    expect(reading.truth.finish.reason).toMatch(/content-filter|refusal/);
    expect(line).toMatchObject({ outcome: 'ok', finish_reason: 'content-filter' });
  }
});

describe('one event that is not JSON (R30)', () => {
  const bad = chatStream.frame('{"choices": [');
  test('leads to the fallback before content', async () => {
    const says = [chatStream.envelope, bad, ...wholeAnswer(chatStream, 'From the first.')];
    for (const client of everyClient) {
      const { reading } = await play({ client, parts: [{ providerStream: chatStream, says }, good] });
      expect(reading).toMatchObject({ violations: [], truth: { text: 'From the second.' } });
    }
  });

  test('is never skipped after content, and nothing after it is delivered', async () => {
    const { finish, terminator } = chatStream.stop;
    const says = [chatStream.envelope, chatStream.text('one '), bad, chatStream.text('three'), finish, terminator];
    for (const client of everyClient) {
      const { reading } = await play({ client, parts: [{ providerStream: chatStream, says }, good] });
      expect(reading).toMatchObject({ violations: [], terminal: 'error', truth: { text: 'one ' } });
    }
  });
});

describe('several choices, and an answer in several parts (R31)', () => {
  const choice = (index: number, content: string, finish_reason: string | null = null) => ({
    id: 'x',
    model: 'm',
    created: 1,
    choices: [{ index, delta: { content }, finish_reason }],
  });
  test('each choice keeps its index', async () => {
    const says = [
      json(chatStream, choice(0, 'zero'), choice(1, 'one'), choice(1, '', 'stop'), choice(0, '', 'stop')),
      chatStream.stop.terminator,
    ];
    const { bytes, reading } = await play({ client: chat, body: { n: 2 }, parts: [{ providerStream: chatStream, says }] });
    expect(reading.violations).toEqual([]);
    expect([openaiChatTruth(bytes).text, openaiChatTruth(bytes, { wanted: 1 }).text]).toEqual(['zero', 'one']);
  });

  describe.each(['chat', 'completions'])('that a %s client requested', (which) => {
    const client = which === 'chat' ? chat : completions;
    const first = (more: JsonObject) =>
      json(chatStream, { id: 'x', model: 'm', created: 1, choices: [{ index: 0, delta: { content: 'a' }, text: 'a', ...more }] });
    const finished = first({ finish_reason: 'stop' });
    const { terminator } = chatStream.stop;

    test.each([
      ['cut before the second choice begins', [finished], 'upstream_cut'],
      ['ended before the second choice begins', [finished, terminator], 'upstream_missing_finish'],
    ])('are incomplete if the answer is %s', async (_, says, code) => {
      for (const stream of [true, false]) {
        const { reading, body, line } = await play({
          client,
          stream,
          body: { n: 2 },
          parts: [{ providerStream: { ...chatStream, kind: 'openai' }, says }],
        });
        expect(line.outcome).toBe(code);
        if (stream) expect(reading).toMatchObject({ violations: [], terminal: 'error' });
        else expect(body).toMatchObject({ error: { code } });
      }
    });
  });

  test('a provider with a single choice is not asked for two', async () => {
    const parts = [{ providerStream: messagesStream, says: wholeAnswer(messagesStream, 'a') }];
    const { status, body, requests } = await play({ client: chat, body: { n: 2 }, parts });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'unsupported_parameter', param: 'n' } });
    expect(requests[0]).toHaveLength(0);
  });

  test("all of Gemini's parts are delivered", async () => {
    const parts = [{ text: 'one ' }, { text: 'two ' }, { functionCall: { name: 'f', args: {} } }];
    const bytes = json(geminiStream, { candidates: [{ content: { parts }, finishReason: 'STOP' }] });
    for (const client of clients) {
      const { truth } = await read(geminiStream, bytes, client);
      expect(truth).toMatchObject({ text: 'one two ', tools: [{ name: 'f' }] });
    }
  });
});

test('the results of one provider event are written as separate events (R32)', async () => {
  const all = { id: 'x', model: 'm', created: 1, choices: [{ index: 0, delta: { content: 'a' }, finish_reason: 'stop' }] };
  const frame = json(chatStream, { ...all, usage: { prompt_tokens: 1, completion_tokens: 1 } });
  for (const client of clients) {
    const { violations, truth } = await read(chatStream, Buffer.concat([frame, chatStream.stop.terminator]), client);
    expect(violations).toEqual([]);
    expect(truth).toMatchObject({ text: 'a', complete: true });
  }
});

describe('half a tool call is never taken for a whole one (R33)', () => {
  const cut = Buffer.concat([messagesStream.envelope, messagesStream.tool('rm', '{"path":"/data/a')]);
  const sse = { 'content-type': 'text/event-stream' };

  test('by the official clients', async () => {
    const inChat = (await read(messagesStream, cut, openaiChat)).bytes.toString();
    const openai = new OpenAI({ apiKey: 'key', maxRetries: 0, fetch: async () => new Response(inChat, { headers: sse }) });
    const stream = openai.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
    const done: unknown[] = [];
    stream.on('tool_calls.function.arguments.done', (call) => done.push(call));
    await expect(stream.finalChatCompletion()).rejects.toThrow();
    expect(done).toEqual([]);

    const inMessages = (await read(messagesStream, cut, anthropicMessages)).bytes.toString();
    const anthropic = new Anthropic({
      apiKey: 'key',
      maxRetries: 0,
      fetch: async () => new Response(inMessages, { headers: sse }),
    });
    const message = anthropic.messages.stream({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] });
    const blocks: unknown[] = [];
    message.on('contentBlock', (block) => block.type === 'tool_use' && blocks.push(block));
    await expect(message.finalMessage()).rejects.toThrow();
    expect(blocks).toEqual([]);
  });

  test('without a stream', async () => {
    for (const client of everyClient) {
      const { status, text } = await play({
        client,
        stream: false,
        parts: [
          {
            providerStream: messagesStream,
            async says({ socket }) {
              begin(socket, messagesStream, cut);
              socket.end();
            },
          },
        ],
      });
      expect(status).toBe(client.status('upstream_cut'));
      expect(text).not.toContain('/data/a');
    }
  });
});
