import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
  type ConverseStreamOutput,
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { keyDigest } from '../../lib/access/keys.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { check } from '../support/checker/check.ts';
import { type Served, serve } from '../support/serve.ts';
import { providers } from './dialects.ts';
import { openAnswer } from './read-answer.ts';

const key = 'a-client-key-of-this-test';
const other = 'another-key-of-this-test';
let served: Served;
beforeAll(async () => {
  served = await serve({ keys: [key, { id: 'limited', sha256: keyDigest(other), models: ['demo/openai/chat'] }] });
});
afterAll(() => served.close());
afterEach(() => vi.unstubAllEnvs());

const clients: BedrockRuntimeClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

/** A client as a user makes it: with nothing but its environment. */
function clientOf(config: BedrockRuntimeClientConfig = {}, secret = key, id = key): BedrockRuntimeClient {
  vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', served.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', id);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret);
  const client = new BedrockRuntimeClient(config);
  clients.push(client);
  return client;
}

const ask = (modelId: string, more: Partial<ConverseStreamCommandInput> = {}): ConverseStreamCommandInput => ({
  modelId,
  messages: [{ role: 'user', content: [{ text: 'Hello there' }] }],
  ...more,
});

async function read(client: BedrockRuntimeClient, input: ConverseStreamCommandInput) {
  const { stream } = await client.send(new ConverseStreamCommand(input));
  const events: ConverseStreamOutput[] = [];
  for await (const event of stream ?? []) events.push(event);
  return {
    events,
    text: events.map(({ contentBlockDelta }) => contentBlockDelta?.delta?.text ?? '').join(''),
    reasoning: events.map(({ contentBlockDelta }) => contentBlockDelta?.delta?.reasoningContent?.text ?? '').join(''),
    input: events.map(({ contentBlockDelta }) => contentBlockDelta?.delta?.toolUse?.input ?? '').join(''),
    stopReason: events.find(({ messageStop }) => messageStop)?.messageStop?.stopReason,
    usage: events.at(-1)?.metadata?.usage,
  };
}

const tools = [
  { toolSpec: { name: 'weather', inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } } } } } },
];

test('the latency of a provider without one is measured', async () => {
  const input = ask('demo/openai/slow', { inferenceConfig: { maxTokens: 2 } });
  const { metrics } = await clientOf().send(new ConverseCommand(input));
  const { events } = await read(clientOf(), input);
  expect(metrics?.latencyMs).toBeGreaterThan(200);
  expect(events.at(-1)?.metadata?.metrics?.latencyMs).toBeGreaterThan(200);
});

describe('CountTokens', () => {
  const messages = [{ role: 'user' as const, content: [{ text: 'Hello there' }] }];
  const claude = 'demo/bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0';

  test.each(['demo/anthropic/chat', claude])('counts a Converse body for %s', async (modelId) => {
    const input = { converse: { messages, system: [{ text: 'Be terse.' }] } };
    const { inputTokens = 0 } = await clientOf().send(new CountTokensCommand({ modelId, input }));
    const { inputTokens: fewer } = await clientOf().send(new CountTokensCommand({ modelId, input: { converse: { messages } } }));
    expect(inputTokens).toBeGreaterThan(fewer ?? Number.POSITIVE_INFINITY);
  });

  test('counts a Claude body of InvokeModel', async () => {
    const body = { anthropic_version: 'bedrock-2023-05-31', messages: [{ role: 'user', content: 'Hello there' }] };
    const input = { invokeModel: { body: Buffer.from(JSON.stringify(body)) } };
    const { inputTokens } = await clientOf().send(new CountTokensCommand({ modelId: 'demo/anthropic/chat', input }));
    expect(inputTokens).toBeGreaterThan(0);
  });

  test('names the field of an input that it cannot read', async () => {
    const input = { invokeModel: { body: Buffer.from('no JSON') } };
    const failed = clientOf().send(new CountTokensCommand({ modelId: 'demo/anthropic/chat', input }));
    await expect(failed).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('input.invokeModel.body'),
    });
  });
});

describe.each<[string, BedrockRuntimeClientConfig]>([
  ['over HTTP/2, as it comes', {}],
  ['over HTTP/1.1', { requestHandler: new NodeHttpHandler() }],
])('the AWS SDK for JavaScript %s, with only its environment set', (_, config) => {
  test.each(providers)('streams an answer of %s that equals the whole one', async (provider) => {
    const client = clientOf(config);
    const { text, stopReason, usage } = await read(client, ask(`${provider}/chat`));
    expect(text).toContain('Hello there');
    expect(stopReason).toBe('end_turn');
    expect(usage?.inputTokens).toBeGreaterThan(0);
    expect(usage?.totalTokens).toBe((usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0));
    const { output, $metadata, ...whole } = await client.send(new ConverseCommand(ask(`${provider}/chat`)));
    expect(output?.message).toEqual({ role: 'assistant', content: [{ text }] });
    expect(whole).toMatchObject({ stopReason: 'end_turn', usage });
    expect($metadata.requestId).toMatch(/^req_/);
  });

  test.each(providers)('reasons and calls tools with %s, and continues from a result', async (provider) => {
    const client = clientOf(config);
    expect((await read(client, ask(`${provider}/reasoning`))).reasoning).not.toBe('');
    const params = ask(`${provider}/tools`, { toolConfig: { tools, toolChoice: { any: {} } } });
    const { events, input, stopReason } = await read(client, params);
    const toolUse = events.find(({ contentBlockStart }) => contentBlockStart)?.contentBlockStart?.start?.toolUse;
    expect([toolUse?.name, stopReason]).toEqual(['weather', 'tool_use']);
    const { output } = await client.send(new ConverseCommand(params));
    expect(output?.message?.content?.at(-1)?.toolUse).toMatchObject({ name: 'weather', input: JSON.parse(input) });
    const { text } = await read(client, {
      ...ask(`${provider}/chat`, { toolConfig: { tools } }),
      messages: [
        ...(params.messages ?? []),
        {
          role: 'assistant',
          content: [{ toolUse: { toolUseId: toolUse?.toolUseId, name: 'weather', input: JSON.parse(input) } }],
        },
        { role: 'user', content: [{ toolResult: { toolUseId: toolUse?.toolUseId, content: [{ json: { degrees: 21 } }] } }] },
      ],
    });
    expect(text).toContain('degrees');
  });

  test.each([
    ['demo/openai/error@3', 'ModelStreamErrorException'],
    ['demo/anthropic/error@3', 'ServiceUnavailableException'],
    ['demo/bedrock/cut@3', 'ModelStreamErrorException'],
    ['demo/openai/eof@3', 'ModelStreamErrorException'],
    ['demo/bedrock/garbage@3', 'ModelStreamErrorException'],
  ])('raises the mid-stream failure of %s', async (modelId, name) => {
    await expect(read(clientOf(config), ask(modelId))).rejects.toMatchObject({ name, message: expect.stringMatching(/\S/) });
  });

  test.each([
    ['demo/openai/status-400', 'ValidationException', 400],
    ['demo/openai/status-401', 'ModelErrorException', 424],
    ['demo/openai/status-429', 'ThrottlingException', 429],
    ['demo/openai/status-503', 'ModelErrorException', 424],
    ['demo/openai/empty', 'ModelErrorException', 424],
    ['nowhere/at-all', 'ResourceNotFoundException', 404],
  ])('raises the refusal of %s', async (modelId, name, httpStatusCode) => {
    // Only a rate limit is worth a retry by the client.
    const attempts = name === 'ThrottlingException' ? 2 : 1;
    const failing = read(clientOf({ ...config, maxAttempts: 2 }), ask(modelId));
    await expect(failing).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode, attempts, requestId: expect.stringMatching(/^req_/) },
    });
  });
});

describe('the AWS SDK for JavaScript, with InvokeModel', () => {
  const messages = {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 300,
    messages: [{ role: 'user', content: 'Hello there' }],
  };
  const completion = { prompt: '\n\nHuman: Hello there\n\nAssistant:', max_tokens_to_sample: 300 };

  async function streamed(modelId: string, body: object): Promise<JsonObject[]> {
    const command = new InvokeModelWithResponseStreamCommand({ modelId, body: JSON.stringify(body) });
    const { body: stream } = await clientOf().send(command);
    const chunks: JsonObject[] = [];
    for await (const { chunk } of stream ?? []) chunks.push(JSON.parse(new TextDecoder().decode(chunk?.bytes)));
    return chunks;
  }

  async function whole(modelId: string, body: object): Promise<JsonObject> {
    const { body: bytes } = await clientOf().send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }));
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  const counts = { inputTokenCount: expect.any(Number), outputTokenCount: expect.any(Number) };
  const claude = 'demo/bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0';

  test.each([...providers.map((provider) => `${provider}/chat`), claude])('%s with a Messages body', async (model) => {
    const chunks = await streamed(model, messages);
    expect(chunks.map(({ delta }) => (delta as JsonObject | undefined)?.text ?? '').join('')).toContain('Hello there');
    expect(chunks.map(({ type }) => type)).not.toContain('ping');
    expect(chunks.at(-1)).toEqual({ type: 'message_stop', 'amazon-bedrock-invocationMetrics': expect.objectContaining(counts) });
    expect(await whole(model, messages)).toMatchObject({ type: 'message', stop_reason: 'end_turn' });
  });

  test.each([...providers.map((provider) => `${provider}/chat`), 'demo/bedrock/anthropic.claude-v2'])(
    '%s with a text completion',
    async (model) => {
      const chunks = await streamed(model, completion);
      expect(chunks.map((chunk) => chunk.completion).join('')).toContain('Hello there');
      expect(chunks.slice(0, -1).every(({ stop_reason }) => stop_reason === null)).toBe(true);
      expect(chunks.at(-1)).toEqual({
        type: 'completion',
        completion: '',
        stop_reason: 'stop_sequence',
        stop: '\n\nHuman:',
        'amazon-bedrock-invocationMetrics': expect.objectContaining(counts),
      });
      expect(await whole(model, completion)).toMatchObject({ type: 'completion', stop_reason: 'stop_sequence' });
    },
  );

  test('calls a tool, and keeps Claude’s signed thinking', async () => {
    const tool = { name: 'weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } };
    const called = await whole('demo/openai/tools', { ...messages, tools: [tool] });
    expect((called.content as JsonObject[]).at(-1)).toMatchObject({ type: 'tool_use', name: 'weather' });
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    const { content } = await whole(claude, { ...messages, max_tokens: 2000, thinking });
    const again = { ...messages, max_tokens: 2000, thinking };
    const turns = [...messages.messages, { role: 'assistant', content }, { role: 'user', content: 'And now?' }];
    expect(await whole(claude, { ...again, messages: turns })).toMatchObject({ stop_reason: 'end_turn' });
  });

  test('frames the prompt exactly, also with odd white space', async () => {
    const odd = '\n\nHuman: Hello there\n\n        \nAssistant: ';
    await streamed('demo/bedrock/anthropic.claude-v2', { ...completion, prompt: odd });
    expect(served.emulator.log.at(-1)?.body).toMatchObject({ prompt: completion.prompt });
  });

  test('raises an exception for a failure, in mid-stream and before it', async () => {
    await expect(streamed('demo/openai/cut@3', messages)).rejects.toMatchObject({ name: 'ModelStreamErrorException' });
    await expect(streamed('demo/openai/error@3', completion)).rejects.toMatchObject({ name: 'ModelStreamErrorException' });
    await expect(whole('nowhere/at-all', messages)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(whole('demo/openai/chat', { inputText: 'Hi' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('messages'),
    });
    await expect(whole('demo/openai/chat', { ...completion, temperature: 1.2 })).rejects.toMatchObject({
      message: 'temperature: 1.2 is greater than 1.',
    });
  });
});

describe('authentication', () => {
  const once = { maxAttempts: 1 };
  const refused = { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } };
  const chat = ask('demo/openai/chat');

  test('accepts our key as both halves, and rejects another half, an unknown key and a wrong time', async () => {
    await expect(read(clientOf(once), chat)).resolves.toMatchObject({ stopReason: 'end_turn' });
    await expect(read(clientOf(once, 'not-the-same-key'), chat)).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('signature does not match'),
    });
    await expect(read(clientOf(once, 'unknown-key', 'unknown-key'), chat)).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('Unknown API key'),
    });
    for (const minutes of [-6, 6]) {
      await expect(read(clientOf({ ...once, systemClockOffset: minutes * 60_000 }), chat)).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining('clock'),
      });
    }
  });

  test('accepts a bearer key', async () => {
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', key);
    await expect(read(clientOf(once), chat)).resolves.toMatchObject({ stopReason: 'end_turn' });
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'unknown-key');
    await expect(read(clientOf(once), chat)).rejects.toMatchObject(refused);
  });

  test('allows only the models of the key', async () => {
    await expect(read(clientOf(once, other, other), chat)).resolves.toMatchObject({ stopReason: 'end_turn' });
    await expect(read(clientOf(once, other, other), ask('demo/openai/echo'))).rejects.toMatchObject(refused);
  });

  test('rejects a signature of another body or path, or next to another key', async () => {
    const captured = await capture(clientOf(once), chat);
    const statusOf = async (path: string, body: string, more: Record<string, string> = {}) =>
      (await openAnswer(served.url + path, body, { ...captured.headers, ...more })).status;
    expect(await statusOf(captured.path, captured.body)).toBe(200);
    expect(await statusOf(captured.path, captured.body.replace('Hello', 'Hullo'))).toBe(403);
    expect(await statusOf(captured.path.replace('chat', 'echo'), captured.body)).toBe(403);
    expect(await statusOf(captured.path, captured.body, { 'x-api-key': other })).toBe(403);
  });
});

/** What the SDK would have sent over HTTP/1.1, signed. */
async function capture(client: BedrockRuntimeClient, input: ConverseStreamCommandInput) {
  const command = new ConverseStreamCommand(input);
  const taken = Promise.withResolvers<{ path: string; headers: Record<string, string>; body: string }>();
  command.middlewareStack.addRelativeTo(
    () => async (args: { request?: unknown }) => {
      const { path, headers, body } = args.request as { path: string; headers: Record<string, string>; body: Uint8Array };
      const { ':authority': _authority, ...others } = headers;
      taken.resolve({ path, headers: others, body: new TextDecoder().decode(body) });
      throw new Error('taken');
    },
    { relation: 'after', toMiddleware: 'httpSigningMiddleware', name: 'take' },
  );
  await client.send(command).catch(() => {});
  return taken.promise;
}

describe('the paths of the Bedrock runtime', () => {
  const authorization = { authorization: `Bearer ${key}` };
  const body = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] };

  test.each([
    '/model/demo%2Fopenai%2Fchat/converse-stream',
    '/model/demo/openai/chat/converse-stream',
    '//model/demo%2Fopenai%2Fchat/converse-stream/',
  ])('%s', async (path) => {
    const answer = await served.post(path, body, authorization);
    expect(answer.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(check('bedrock-converse', bytes, { expectError: false }).violations).toEqual([]);
  });

  test('name the field of an invalid request, and the path of an unknown route', async () => {
    const path = '/model/demo%2Fopenai%2Fchat/converse';
    const wrong = await served.post(path, { messages: [{ role: 'user', content: 'Hi' }] }, authorization);
    expect([wrong.status, wrong.headers.get('x-amzn-errortype')]).toEqual([400, 'ValidationException']);
    expect((await wrong.json()).message).toContain('messages[0].content');
    const unknown = await served.post('/model/demo%2Fopenai%2Fchat/count-things', body, authorization);
    expect([unknown.status, unknown.headers.get('x-amzn-errortype')]).toEqual([404, 'ResourceNotFoundException']);
  });

  test('list what was dropped, and reject what would change the answer', async () => {
    const path = '/model/demo%2Fopenai%2Fchat/converse';
    const more = { additionalModelRequestFields: { top_k: 5 }, performanceConfig: { latency: 'optimized' } };
    const dropped = await served.post(path, { ...body, ...more }, authorization);
    expect(dropped.headers.get('x-sluice-dropped')).toContain('performanceConfig');
    const guarded = { ...body, guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } };
    const refused = await served.post(path, guarded, authorization);
    expect([refused.status, (await refused.json()).message]).toEqual([400, expect.stringContaining('guardrailConfig')]);
  });
});
