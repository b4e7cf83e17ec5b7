import Anthropic from '@anthropic-ai/sdk';
import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientKey, type Deployed, deploy } from './deployed.ts';

const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab1';
const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const prompt = 'Say wörld 😀';

let deployed: Deployed;
beforeAll(async () => {
  deployed = await deploy({ models: { [profile]: 'bedrock/echo', [model]: 'bedrock/echo' } });
});
afterAll(() => deployed.close());

async function collected<Item>(items: AsyncIterable<Item> | Item[]): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('official clients with deployed functions', () => {
  test('OpenAI', async () => {
    const { url } = await deployed.start('openai');
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: clientKey, maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: prompt }];
    let text = '';
    for await (const chunk of await client.chat.completions.create({ model: 'openai/echo', stream: true, messages })) {
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe(prompt);
    const failing = await client.chat.completions.create({ model: 'openai/cut', stream: true, messages });
    await expect(collected(failing)).rejects.toThrow('closed the connection');
    expect((await client.models.list()).data.map(({ id }) => id)).toContain('on-bedrock');
  });

  test('Anthropic', async () => {
    const { url } = await deployed.start('anthropic');
    const client = new Anthropic({ baseURL: url, apiKey: clientKey, maxRetries: 0 });
    const ask = { model: 'anthropic/echo', max_tokens: 200, messages: [{ role: 'user' as const, content: prompt }] };
    const stream = client.messages.stream(ask);
    expect(await stream.finalText()).toBe(prompt);
    expect((await client.messages.create(ask)).stop_reason).toBe('end_turn');
    await expect(client.messages.stream({ ...ask, model: 'anthropic/cut' }).finalText()).rejects.toThrow('closed the connection');
  });

  // A function URL supports only HTTP/1.1, which the SDK needs as a setting.
  test.each([model, profile])('the AWS SDK, signing with our key for %s', async (modelId) => {
    const { url, lines } = await deployed.start('bedrock');
    const clientFor = (secretAccessKey: string) =>
      new BedrockRuntimeClient({
        endpoint: url,
        region: 'us-east-1',
        credentials: { accessKeyId: clientKey, secretAccessKey },
        requestHandler: new NodeHttpHandler(),
        maxAttempts: 1,
      });
    const client = clientFor(clientKey);
    const ask = { modelId, messages: [{ role: 'user' as const, content: [{ text: prompt }] }] };
    const { stream } = await client.send(new ConverseStreamCommand(ask));
    let text = '';
    for await (const { contentBlockDelta } of stream ?? []) text += contentBlockDelta?.delta?.text ?? '';
    expect(text).toBe(prompt);
    const body = JSON.stringify({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 100,
      messages: [{ role: 'user', content: prompt }],
    });
    const { body: chunks } = await client.send(new InvokeModelWithResponseStreamCommand({ modelId, body }));
    expect((await collected(chunks ?? [])).length).toBeGreaterThan(3);
    await expect(clientFor('another-key').send(new ConverseStreamCommand(ask))).rejects.toThrow('signature');
    expect(lines.join()).toContain('"key_id":"tests"');
    client.destroy();
  });
});
