import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';
import { type BedrockSettings, bedrockProvider } from '../../lib/providers/bedrock.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import type { ModelRequest } from '../../lib/stream/request.ts';
import { flattened } from '../support/batches.ts';
import { buildFor } from '../support/build-for.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ paceMs: 0 });
});
afterAll(() => emulator.close());

const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const profile = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const clientBody = { model: 'm', max_tokens: 300, stream: true, messages: [{ role: 'user', content: 'Hello there' }] };
const messages = anthropicMessages.parse(clientBody);
const chat = openaiChat.parse(clientBody);

const provider = (more: Partial<BedrockSettings> = {}) =>
  bedrockProvider({
    name: 'bedrock',
    region: 'us-east-1',
    endpoint: emulator.bedrockUrl,
    credentials: emulator.credentials,
    ...more,
  });

/** Asks as the gateway does, and tells what was sent and what came. */
async function ask(
  request: ModelRequest,
  model: string,
  headers: Record<string, string> = {},
  settings: Partial<BedrockSettings> = {},
) {
  const bedrock = provider(settings);
  const api = bedrock.apiFor?.(request.dialect, model) ?? bedrock;
  const { body } = buildFor(api.dialect, request, model);
  const frames = await api.open({ model, body, headers, signal: new AbortController().signal, onConnected: () => {} });
  const passthrough = api.dialect.name === request.dialect;
  const events: StreamEvent[] = [];
  const decoded = api.dialect.decode(frames, { id: 'a', model, passthrough });
  for await (const event of flattened(decoded)) events.push(event);
  const call = emulator.log.at(-1);
  return {
    path: decodeURIComponent(call?.path ?? '').replace(/^\/model\//, ''),
    body: (call?.body ?? {}) as JsonObject,
    headers: call?.headers ?? {},
    text: events.map((event) => (event.type === 'text-delta' ? event.text : '')).join(''),
    finish: events.at(-1),
  };
}

describe('the API for a Bedrock model', () => {
  test.each<[string, ModelRequest, string, string]>([
    ['Claude for a caller of Messages', messages, claude, 'invoke-with-response-stream'],
    ['Claude by its inference profile', messages, profile, 'invoke-with-response-stream'],
    ['Claude for another caller', chat, claude, 'converse-stream'],
    ['Claude 2 for whom ever', chat, 'anthropic.claude-v2:1', 'invoke-with-response-stream'],
    ['Claude 2 for a caller of Messages', messages, 'anthropic.claude-v2', 'invoke-with-response-stream'],
    ['Titan', chat, 'amazon.titan-text-express-v1', 'invoke-with-response-stream'],
    ['Llama', chat, 'meta.llama3-8b-instruct-v1:0', 'converse-stream'],
    ['Nova', chat, 'us.amazon.nova-lite-v1:0', 'converse-stream'],
  ])('%s', async (_, request, model, operation) => {
    const { path, text, finish } = await ask(request, model);
    expect(path).toBe(`${model}/${operation}`);
    expect(text).toContain('Hello there');
    expect(finish).toMatchObject({
      type: 'finish',
      reason: 'stop',
      usage: { input: expect.any(Number), output: expect.any(Number) },
    });
  });

  test('a Converse client always gets Converse', () => {
    for (const model of [claude, 'anthropic.claude-v2', 'amazon.titan-text-express-v1']) {
      expect(provider().apiFor?.('bedrock-converse', model).dialect.name).toBe('bedrock-converse');
    }
  });

  test('the configuration can choose the API', async () => {
    const llama = 'meta.llama3-8b-instruct-v1:0';
    expect((await ask(chat, llama, {}, { api: 'invoke' })).path).toBe(`${llama}/invoke-with-response-stream`);
    expect((await ask(messages, claude, {}, { api: 'converse' })).path).toBe(`${claude}/converse-stream`);
    expect((await ask(chat, 'chat', {}, { api: 'invoke' })).path).toBe('chat/converse-stream');
  });
});

describe('an invoked Claude model', () => {
  test('gets the client’s body, and keeps what only Messages supports', async () => {
    const { body, finish } = await ask(anthropicMessages.parse({ ...clientBody, metadata: { user_id: 'u' } }), claude);
    expect(body).toEqual({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 300,
      messages: clientBody.messages,
      metadata: { user_id: 'u' },
    });
    expect(finish).toHaveProperty(['passthrough', 'message_stop', 'amazon-bedrock-invocationMetrics']);
  });

  test('gets Bedrock’s betas in the body, and none of Anthropic’s headers', async () => {
    const betas = 'claude-code-20250219, interleaved-thinking-2025-05-14,oauth-2025-04-20';
    const { body, headers } = await ask(messages, claude, { 'anthropic-beta': betas, 'anthropic-version': '2023-06-01' });
    expect(body.anthropic_beta).toEqual(['interleaved-thinking-2025-05-14']);
    expect(Object.keys(headers).filter((name) => name.startsWith('anthropic'))).toEqual([]);
    const own = anthropicMessages.parse({ ...clientBody, anthropic_beta: ['brand-new-2026-11-01'] });
    expect((await ask(own, claude)).body.anthropic_beta).toEqual(['brand-new-2026-11-01']);
  });

  test('gets a signed request, and reports refusals by exception name', async () => {
    const { headers } = await ask(messages, claude);
    expect(headers.authorization).toContain('AWS4-HMAC-SHA256 Credential=');
    const refused = ask(anthropicMessages.parse({ ...clientBody, temperature: 1, top_p: 0.5 }), claude);
    await expect(refused).rejects.toMatchObject({
      kind: 'invalid_request',
      message: expect.stringContaining('cannot both be specified'),
      upstream: { body: { __type: 'ValidationException' } },
    });
  });
});
