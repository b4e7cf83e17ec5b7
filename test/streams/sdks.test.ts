import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { DefaultChatTransport, streamText } from 'ai';
import OpenAI from 'openai';
import OpenAI4 from 'openai-4';
import OpenAI6 from 'openai-6';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, type DurableGateways, durableGateways, keys, words } from '../support/durable-gateways.ts';

const text = words(30);
const model = 'demo/openai/echo';
const apiKey = keys[0] as string;
const ids = { 'x-sluice-event-ids': '1' };

let gateways: DurableGateways;
beforeAll(async () => {
  // So slow that there are heartbeats between the tokens.
  gateways = await durableGateways('memory', { paceMs: 25, heartbeatMs: 10 });
});
afterAll(() => gateways.close());

type Fetch = typeof fetch;
/** How a client of this package reads the text of a chat stream. `given` replaces its fetch. */
const openaiVersions: [name: string, read: (given?: Fetch) => Promise<string>][] = [
  ['openai', (given) => readChat(new OpenAI(options(given)))],
  ['openai-6', (given) => readChat(new OpenAI6(options(given)) as unknown as OpenAI)],
  ['openai-4', (given) => readChat(openai4(given))],
];

/** Its types are those of another fetch. */
function openai4(given?: Fetch): OpenAI {
  const { fetch: own, ...rest } = options(given);
  return new OpenAI4({ ...rest, ...(own && { fetch: own as never }) }) as unknown as OpenAI;
}

function options(given?: Fetch) {
  return { baseURL: `${gateways.a.url}/v1`, apiKey, defaultHeaders: ids, ...(given && { fetch: given }) };
}

async function readChat(client: OpenAI): Promise<string> {
  const stream = await client.chat.completions.create({ model, stream: true, messages: [{ role: 'user', content: text }] });
  let read = '';
  for await (const chunk of stream) read += chunk.choices[0]?.delta.content ?? '';
  return read;
}

async function readMessage(given?: Fetch): Promise<string> {
  const client = new Anthropic({ baseURL: gateways.a.url, apiKey, defaultHeaders: ids, ...(given && { fetch: given }) });
  return client.messages.stream({ model, max_tokens: 2000, messages: [{ role: 'user', content: text }] }).finalText();
}

describe.each([...openaiVersions, ['anthropic', readMessage] as const])('the SDK %s', (_, read) => {
  test('reads a stream with event ids and heartbeats (A24, A25)', async () => {
    expect(await read()).toBe(text);
  });

  test('reads a stream that another gateway resumes', async () => {
    const resumed = await read(async (url, init) => {
      const leaving = new AbortController();
      const original = await fetch(url, { ...init, signal: leaving.signal });
      leaving.abort();
      return fetch(`${gateways.b.url}/v1/streams/${original.headers.get('x-sluice-stream')}`, { headers: alice });
    });
    expect(resumed).toBe(text);
  });
});

describe('an SDK with its default retries', () => {
  const failing = { model: 'demo/openai/status-503', messages: [{ role: 'user' as const, content: 'Hi' }] };

  test.each([
    ['openai, stream', () => new OpenAI(options()).chat.completions.create({ ...failing, stream: true })],
    ['openai, whole', () => new OpenAI(options()).chat.completions.create(failing)],
    ['openai-4', () => openai4().chat.completions.create({ ...failing, stream: true })],
    [
      'openai with idempotency keys',
      () => {
        const client = new OpenAI(options()) as OpenAI & { idempotencyHeader?: string };
        client.idempotencyHeader = 'Idempotency-Key';
        return client.chat.completions.create({ ...failing, stream: true });
      },
    ],
    ['anthropic', () => new Anthropic({ baseURL: gateways.a.url, apiKey }).messages.create({ ...failing, max_tokens: 10 })],
  ] as const)('%s: only the gateway retries a provider that is overloaded (A26)', async (_, call) => {
    const before = gateways.calls();
    await expect(call()).rejects.toThrow(expect.objectContaining({ status: expect.toBeOneOf([503, 529]) }));
    // One attempt, and one retry of the gateway.
    expect(gateways.calls() - before).toBe(2);
  });
});

describe('the AI SDK’s chat', () => {
  /** An app's server. It remembers the stream of each chat while there is something to read. */
  let app: Server;
  const active = new Map<string, string>();
  beforeAll(async () => {
    app = createServer(async (request, response) => {
      const url = request.url ?? '';
      const resumed = /^\/chat\/(\w+)\/stream$/.exec(url)?.[1];
      const id = resumed && active.get(resumed);
      const answer = id && (await fetch(`${gateways.b.url}/v1/streams/${id}`, { headers: alice }));
      if (resumed && !answer) return void response.writeHead(204).end();
      const given: Fetch = async (target, init) => {
        if (answer) return answer;
        const original = await fetch(target, init);
        active.set('one', original.headers.get('x-sluice-stream') ?? '');
        return original;
      };
      const provider = createOpenAICompatible({ name: 'sluice', baseURL: `${gateways.a.url}/v1`, apiKey, fetch: given });
      streamText({ model: provider(model), prompt: text }).pipeUIMessageStreamToResponse(response);
    });
    app.listen(0, '127.0.0.1');
    await once(app, 'listening');
  });
  afterAll(() => {
    app.closeAllConnections();
    app.close();
  });

  async function textOf(stream: ReadableStream<{ type: string; delta?: unknown }>, most = Number.POSITIVE_INFINITY) {
    let read = '';
    for await (const { type, delta } of stream) {
      if (type === 'text-delta') read += delta;
      if (read.length >= most) break;
    }
    return read;
  }

  test('reconnects to a running stream, and to none where nothing runs (A23)', async () => {
    const transport = new DefaultChatTransport({ api: `http://127.0.0.1:${(app.address() as AddressInfo).port}/chat` });
    expect(await transport.reconnectToStream({ chatId: 'one' })).toBeNull();
    const messages = [{ id: 'm', role: 'user' as const, parts: [{ type: 'text' as const, text }] }];
    const leaving = new AbortController();
    const sending = {
      trigger: 'submit-message',
      chatId: 'one',
      messageId: undefined,
      messages,
      abortSignal: leaving.signal,
    } as const;
    const begun = await textOf(await transport.sendMessages(sending), 20);
    leaving.abort();
    expect(text.startsWith(begun)).toBe(true);
    const again = await transport.reconnectToStream({ chatId: 'one' });
    expect(again && (await textOf(again))).toBe(text);
    active.delete('one');
    expect(await transport.reconnectToStream({ chatId: 'one' })).toBeNull();
  });
});
