import Anthropic from '@anthropic-ai/sdk';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { AwsClient } from 'aws4fetch';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Deployed, deploy, type Family } from './deployed.ts';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret-of-the-test' };
const signer = { ...credentials, userArn: 'arn:aws:iam::1:user/tester' };
const messages = [{ role: 'user' as const, content: 'Say hello' }];

let deployed: Deployed;
beforeAll(async () => {
  deployed = await deploy({ stack: { auth: 'iam' }, keys: [] });
});
afterAll(() => deployed.close());

const start = (family: Family) => deployed.start(family, { signers: [signer] });

/** As docs/deploy.md shows it. */
const aws = new AwsClient({ ...credentials, region: 'us-east-1', service: 'lambda' });
const signedFetch: typeof fetch = (url, init) => aws.fetch(url as string, init as RequestInit);

describe('with AWS signatures instead of keys', () => {
  test('OpenAI’s SDK works with a fetch that signs', async () => {
    const { url } = await start('openai');
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'unused', fetch: signedFetch, maxRetries: 0 });
    let text = '';
    for await (const chunk of await client.chat.completions.create({ model: 'openai/echo', stream: true, messages })) {
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe('Say hello');
    const unsigned = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'unused', maxRetries: 0 });
    await expect(unsigned.models.list()).rejects.toMatchObject({ status: 403 });
  });

  test('Anthropic’s SDK works with a fetch that signs', async () => {
    const { url } = await start('anthropic');
    const client = new Anthropic({ baseURL: url, apiKey: 'unused', fetch: signedFetch, maxRetries: 0 });
    const message = client.messages.stream({ model: 'anthropic/echo', max_tokens: 100, messages });
    expect(await message.finalText()).toBe('Say hello');
  });

  test('the AWS SDK signs for Bedrock, which the URL refuses', async () => {
    const { url } = await start('bedrock');
    const client = new BedrockRuntimeClient({
      endpoint: url,
      region: 'us-east-1',
      credentials,
      requestHandler: new NodeHttpHandler(),
      maxAttempts: 1,
    });
    const command = new ConverseCommand({ modelId: 'bedrock/echo', messages: [{ role: 'user', content: [{ text: 'Hello' }] }] });
    await expect(client.send(command)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    client.destroy();
  });

  test('Bedrock’s API works with a fetch that signs', async () => {
    const { url } = await start('bedrock');
    const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Say hello' }] }] });
    const answer = await signedFetch(`${url}/model/on-bedrock/converse`, { method: 'POST', body });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(await answer.json())).toContain('"stopReason":"end_turn"');
  });
});
