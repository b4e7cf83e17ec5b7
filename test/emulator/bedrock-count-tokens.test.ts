import { BedrockRuntimeClient, CountTokensCommand, type CountTokensInput } from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';

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

const claude = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const question = 'How many words are in this question?';
const converse = { messages: [{ role: 'user' as const, content: [{ text: question }] }] };
const body = (more: object) => new TextEncoder().encode(JSON.stringify(more));
const messages = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 1, messages: [{ role: 'user', content: question }] };

async function count(modelId: string, input: CountTokensInput): Promise<number | undefined> {
  return (await client.send(new CountTokensCommand({ modelId, input }))).inputTokens;
}

describe('token counting of the emulated Bedrock with the AWS SDK', () => {
  test('counts a conversation and an invoke body alike', async () => {
    const counted = await count(claude, { converse });
    expect(counted).toBeGreaterThan(7);
    expect(await count(claude, { invokeModel: { body: body(messages) } })).toBe(counted);
    expect(await count(claude, { converse: { ...converse, system: [{ text: 'Be terse.' }] } })).toBeGreaterThan(counted ?? 0);
  });

  test.each<[string, string, CountTokensInput, string]>([
    ['an inference profile', `us.${claude}`, { converse }, "doesn't support counting tokens"],
    ['another maker`s model', 'amazon.nova-lite-v1:0', { converse }, "doesn't support counting tokens"],
    ['what is not a body of the model', claude, { invokeModel: { body: body({ prompt: question }) } }, 'anthropic_version'],
    ['a conversation that Converse would refuse', claude, { converse: { messages: [] } }, 'must start with a user message'],
    ['nothing', claude, {} as CountTokensInput, 'validation error'],
  ])('rejects %s', async (_what, model, input, message) => {
    await expect(count(model, input)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});
