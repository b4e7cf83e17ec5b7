import { BedrockRuntimeClient, InvokeModelCommand, InvokeModelWithResponseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';
import type { JsonObject } from '../../lib/stream/json.ts';

let emulator: Emulator;
let client: BedrockRuntimeClient;
beforeAll(async () => {
  emulator = await startEmulator({ paceMs: 0 });
  client = new BedrockRuntimeClient({
    endpoint: emulator.bedrockUrl,
    region: 'us-east-1',
    credentials: emulator.credentials,
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await emulator.close();
});

const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const messages = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 200, messages: [{ role: 'user', content: 'Hello' }] };
const completion = { prompt: '\n\nHuman: Hello\n\nAssistant:', max_tokens_to_sample: 200 };

async function streamed(modelId: string, body: JsonObject): Promise<JsonObject[]> {
  const command = new InvokeModelWithResponseStreamCommand({ modelId, body: JSON.stringify(body) });
  const { body: stream } = await client.send(command);
  const chunks: JsonObject[] = [];
  for await (const { chunk } of stream ?? []) chunks.push(JSON.parse(new TextDecoder().decode(chunk?.bytes)));
  return chunks;
}

async function whole(modelId: string, body: JsonObject): Promise<JsonObject> {
  const { body: bytes } = await client.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }));
  return JSON.parse(new TextDecoder().decode(bytes));
}

describe('InvokeModel of the emulated Bedrock with the AWS SDK', () => {
  test('streams Claude’s answer as Messages events, without pings, with counts in the last', async () => {
    const chunks = await streamed(claude, messages);
    const types = chunks.map(({ type }) => type);
    expect(types).not.toContain('ping');
    expect([types[0], types.at(-1)]).toEqual(['message_start', 'message_stop']);
    expect(chunks.at(-1)).toHaveProperty(['amazon-bedrock-invocationMetrics', 'outputTokenCount'], expect.any(Number));
    expect(await whole(claude, messages)).toMatchObject({ type: 'message', stop_reason: 'end_turn' });
  });

  test.each<[string, JsonObject, string, JsonObject]>([
    ['anthropic.claude-v2', completion, 'completion', { stop_reason: 'stop_sequence', stop: '\n\nHuman:' }],
    ['amazon.titan-text-express-v1', { inputText: 'Hello' }, 'outputText', { completionReason: 'FINISH' }],
    ['meta.llama3-8b-instruct-v1:0', { prompt: 'Hello' }, 'generation', { stop_reason: 'stop' }],
  ])('streams the text of %s in its own chunks', async (model, body, member, stop) => {
    const chunks = await streamed(model, body);
    expect(chunks.map((chunk) => chunk[member]).join('')).toContain('Hello');
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.at(-1)).toMatchObject({ ...stop, 'amazon-bedrock-invocationMetrics': { inputTokenCount: expect.any(Number) } });
  });

  test.each<[string, JsonObject, string]>([
    [claude, { ...messages, model: 'm' }, 'Extra inputs'],
    [claude, { ...messages, anthropic_version: '2023-06-01' }, 'anthropic_version'],
    ['anthropic.claude-v2', { ...completion, prompt: 'Hello' }, 'must start with'],
    ['anthropic.claude-v2', { ...completion, prompt: '\n\nHuman: Hello' }, 'must end with'],
    ['meta.llama3-8b-instruct-v1:0', { prompt: 'Hello', stop: ['x'] }, 'extraneous key'],
    ['cohere.command-text-v14', { prompt: 'Hello' }, 'model identifier'],
  ])('%s rejects %j', async (model, body, message) => {
    await expect(streamed(model, body)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});
