import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anthropicApp } from '../../functions/anthropic/app.ts';
import { createSluice } from '../../lib/app/sluice.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { type Demo, demoProviders } from '../../lib/emulator/demo-providers.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await demoProviders({ paceMs: 0 });
});
afterAll(() => demo.close());

async function post(path: string, body: object, headers: Record<string, string> = {}) {
  const sluice = createSluice({
    config: checkConfig({}, 'c'),
    file: 'c',
    providers: demo.providers,
    keys: undefined,
    log: () => {},
  });
  const response = await anthropicApp(sluice).fetch(
    new Request(`http://127.0.0.1${path}`, { method: 'POST', body: JSON.stringify(body), headers }),
  );
  return {
    status: response.status,
    body: (await response.json()) as { input_tokens?: number; error?: { type: string; message: string } },
  };
}

const messages = [{ role: 'user', content: 'How many words are there in this question of mine?' }];

describe('count_tokens', () => {
  test('returns the provider’s count, system prompt included', async () => {
    const short = await post('/v1/messages/count_tokens', { model: 'demo/anthropic/chat', messages });
    const long = await post('/v1/messages/count_tokens', {
      model: 'demo/anthropic/chat',
      messages,
      system: 'You are a terse assistant.',
    });
    expect(short.status).toBe(200);
    expect(short.body.input_tokens).toBeGreaterThan(5);
    expect(long.body.input_tokens).toBeGreaterThan(short.body.input_tokens ?? 0);
  });

  test('supports Bedrock, and returns its refusal', async () => {
    const thinking = { type: 'enabled', budget_tokens: 2048 };
    const claude = await post('/v1/messages/count_tokens', {
      model: 'demo/bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      messages,
      thinking,
    });
    expect(claude.status).toBe(200);
    expect(claude.body.input_tokens).toBeGreaterThan(5);
    const nova = await post('/v1/messages/count_tokens', { model: 'demo/bedrock/amazon.nova-lite-v1:0', messages });
    expect(nova).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error' } } });
    expect(nova.body.error?.message).toContain("doesn't support counting tokens");
  });

  test('returns a 404 if the provider can’t count, and the provider`s own refusal', async () => {
    const uncounted = await post('/v1/messages/count_tokens', { model: 'demo/openai/chat', messages });
    expect(uncounted).toMatchObject({ status: 404, body: { error: { type: 'not_found_error' } } });
    expect(uncounted.body.error?.message).toContain("Sluice doesn't estimate");
    expect((await post('/v1/messages/count_tokens', { model: 'demo/anthropic/typo', messages })).status).toBe(404);
  });
});

test('rejects sampling parameters in the API version without them', async () => {
  const body = { model: 'demo/anthropic/fast', max_tokens: 5, temperature: 0.5, messages };
  expect((await post('/v1/messages', body, { 'anthropic-version': '2023-06-01' })).status).toBe(200);
  const refused = await post('/v1/messages', body, { 'anthropic-version': '2026-10-21' });
  expect(refused).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error' } } });
  expect(refused.body.error?.message).toContain('temperature');
});
