import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmulatedLambda, startLambda } from '../../lib/emulator/lambda/start.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-platform-'));
/** By status, functions that Lambda answers for: throttled, and unable to start. */
const functions: Record<number, EmulatedLambda> = {};

beforeAll(async () => {
  writeFileSync(join(folder, 'index.mjs'), 'throw new Error("It can not start.");\n');
  functions[429] = await startLambda({ folder, reservedConcurrency: 0 });
  functions[502] = await startLambda({ folder });
});
afterAll(async () => {
  await Promise.all(Object.values(functions).map((lambda) => lambda.close()));
  rmSync(folder, { recursive: true, force: true });
});

const messages = [{ role: 'user' as const, content: 'Hello' }];
const urlFor = (status: number) => functions[status]?.url ?? '';

/** Counts the requests of an SDK. */
function countingFetch() {
  let count = 0;
  const counted: typeof fetch = (...args) => {
    count++;
    return fetch(...args);
  };
  return { fetch: counted, count: () => count };
}

describe('an error in the JSON of Lambda itself', () => {
  const patience = { timeout: 60_000 };

  test.each([
    [429, OpenAI.RateLimitError],
    [502, OpenAI.InternalServerError],
  ])('%i is retried twice by OpenAI’s SDK and then raised by its status', patience, async (status, error) => {
    const counting = countingFetch();
    const client = new OpenAI({ baseURL: `${urlFor(status)}/v1`, apiKey: 'key', fetch: counting.fetch });
    const failure = await client.chat.completions.create({ model: 'any', messages }).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(error);
    expect(counting.count()).toBe(3);
  });

  test.each([
    [429, Anthropic.RateLimitError],
    [502, Anthropic.InternalServerError],
  ])('%i is retried twice by Anthropic’s SDK and then raised by its status', patience, async (status, error) => {
    const counting = countingFetch();
    const client = new Anthropic({ baseURL: urlFor(status), apiKey: 'key', fetch: counting.fetch });
    const failure = await client.messages.create({ model: 'any', max_tokens: 1, messages }).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(error);
    expect(counting.count()).toBe(3);
  });

  test.each([429, 502])('%i is retried by the AWS SDK, which then shows the status', patience, async (status) => {
    const client = new BedrockRuntimeClient({
      endpoint: urlFor(status),
      region: 'us-east-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'key' },
      requestHandler: new NodeHttpHandler(),
    });
    const command = new ConverseCommand({ modelId: 'any', messages: [{ role: 'user', content: [{ text: 'Hello' }] }] });
    const failure = await client.send(command).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ $metadata: { httpStatusCode: status, attempts: 3 } });
  });

  test('413 is raised at once', patience, async () => {
    const counting = countingFetch();
    const large = [{ role: 'user' as const, content: 'x'.repeat(7 * 1024 ** 2) }];
    const settings = { apiKey: 'key', fetch: counting.fetch };
    const openai = new OpenAI({ baseURL: `${urlFor(429)}/v1`, ...settings });
    await expect(openai.chat.completions.create({ model: 'any', messages: large })).rejects.toMatchObject({ status: 413 });
    const anthropic = new Anthropic({ baseURL: urlFor(429), ...settings });
    await expect(anthropic.messages.create({ model: 'any', max_tokens: 1, messages: large })).rejects.toMatchObject({
      status: 413,
    });
    expect(counting.count()).toBe(2);
  });
});
