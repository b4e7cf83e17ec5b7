import Anthropic from '@anthropic-ai/sdk';
import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyDigest } from '../../lib/access/keys.ts';
import { type Served, serve } from '../support/serve.ts';

const model = 'demo/openai/chat';
const turns = [{ role: 'user' as const, content: 'Hello' }];
/** A key for each client, of which each lets one request a minute through. */
const keyOf = (client: string) => `key-of-the-client-${client}`;
const clients = ['openai', 'anthropic', 'bedrock'];

let served: Served;
beforeAll(async () => {
  served = await serve({
    keys: clients.map((id) => ({ id, sha256: keyDigest(keyOf(id)), models: ['*'], limits: { requestsPerMinute: 1 } })),
  });
});
afterAll(() => served.close());

/** What the client throws: at the second call, or at the third where a minute ends in between. */
async function refusal(ask: () => Promise<unknown>): Promise<unknown> {
  for (let count = 0; count < 3; count++) {
    try {
      await ask();
    } catch (thrown) {
      return thrown;
    }
  }
  throw new Error('nothing was refused');
}

test('OpenAI’s client throws its own rate limit error, and reads what remains', async () => {
  const client = new OpenAI({ apiKey: keyOf('openai'), baseURL: `${served.url}/v1`, maxRetries: 0 });
  const ask = () => client.chat.completions.create({ model, messages: turns });
  const thrown = await refusal(ask);
  if (!(thrown instanceof OpenAI.RateLimitError)) throw thrown;
  expect(thrown).toMatchObject({ status: 429, code: 'key_rate_limit_exceeded', type: 'rate_limit_error' });
  expect(thrown.headers.get('x-ratelimit-remaining-requests')).toBe('0');
});

test('Anthropic’s client throws its own rate limit error, and reads what remains', async () => {
  const client = new Anthropic({ apiKey: keyOf('anthropic'), baseURL: served.url, maxRetries: 0 });
  const ask = () => client.messages.create({ model, max_tokens: 10, messages: turns });
  const thrown = await refusal(ask);
  if (!(thrown instanceof Anthropic.RateLimitError)) throw thrown;
  expect(thrown.headers.get('anthropic-ratelimit-requests-remaining')).toBe('0');
  expect(Date.parse(thrown.headers.get('anthropic-ratelimit-requests-reset') ?? '')).toBeGreaterThan(0);
});

test('the AWS SDK throws a ThrottlingException', async () => {
  const client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: served.url,
    credentials: { accessKeyId: keyOf('bedrock'), secretAccessKey: keyOf('bedrock') },
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
  const ask = () =>
    client.send(new ConverseStreamCommand({ modelId: model, messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }));
  expect(await refusal(ask)).toMatchObject({ name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
  client.destroy();
});
