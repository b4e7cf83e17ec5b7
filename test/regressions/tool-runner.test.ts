import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Served, serve } from '../support/serve.ts';

const models = [
  'demo/anthropic/claude-sonnet-4-5',
  'demo/openai/gpt-5',
  'demo/bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'demo/gemini/gemini-3-pro-preview',
];
let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.close());

describe.each(models)('the tool runner of the Anthropic SDK at %s', (model) => {
  test.each([true, false])('runs a tool and reads the answer (stream: %s)', async (stream) => {
    const client = new Anthropic({ baseURL: served.url, apiKey: 'any', maxRetries: 0 });
    const cities: string[] = [];
    const weather = betaTool({
      name: 'get_weather',
      description: 'The weather in a city.',
      inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      run: async ({ city }) => {
        cities.push(city);
        return `Sunny in ${city}`;
      },
    });
    const messages = [{ role: 'user' as const, content: 'What is the weather in Paris?' }];
    const params = { model, max_tokens: 500, messages, tools: [weather] };
    const runner = stream
      ? client.beta.messages.toolRunner({ ...params, stream: true })
      : client.beta.messages.toolRunner({ ...params, stream: false });
    const answer = await runner.runUntilDone();
    expect(cities).toEqual(['Paris']);
    expect(JSON.stringify(answer.content)).toContain('Sunny in Paris');
  });
});

test.each(models.slice(1))('refuses a thread at %s, so that no turn is lost', async (model) => {
  const body = { model, max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }], thread: { type: 'create' } };
  const response = await served.post('/v1/messages', body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    type: 'error',
    error: { type: 'invalid_request_error', details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] } },
  });
});
