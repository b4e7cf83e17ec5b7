import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Served, serve } from '../support/serve.ts';
import { run, type Started, start } from './started.ts';

describe('the Hono server with a gateway inside', () => {
  const key = 'a-key-of-a-client';
  let provider: Served;
  let started: Started;
  beforeAll(async () => {
    provider = await serve({ paceMs: 20 });
    started = await start(process.execPath, ['examples/hono/server.ts'], {
      PORT: '0',
      SLUICE_KEYS: key,
      OPENAI_API_KEY: 'sk-of-the-app',
      OPENAI_BASE_URL: `${provider.url}/v1`,
      ASSISTANT_MODEL: 'openai/demo/openai/chat',
    });
  });
  afterAll(async () => {
    await started.stop();
    await provider.close();
  });

  const client = (apiKey: string) => new OpenAI({ baseURL: `${started.url}/llm/v1`, apiKey, maxRetries: 0 });
  const ask = (apiKey: string) =>
    client(apiKey).chat.completions.create({
      model: 'assistant',
      stream: true,
      messages: [{ role: 'user', content: 'Hello' }],
    });

  test('streams to an official SDK', async () => {
    let text = '';
    for await (const { choices } of await ask(key)) text += choices[0]?.delta.content ?? '';
    expect(text).toMatch(/^You said “Hello”.*real one\.$/);
  });

  test('keeps the routes of the app', async () => {
    expect(await (await fetch(started.url)).text()).toContain('its own routes');
  });

  test('rejects a client without a key', async () => {
    await expect(ask('another-key')).rejects.toMatchObject({ status: 401 });
  });

  test('ends the request to the provider when the client leaves', async () => {
    const before = provider.lines.length;
    const stream = await ask(key);
    for await (const _ of stream) break;
    stream.controller.abort();
    await expect.poll(() => provider.lines.slice(before).map((line) => JSON.parse(line).outcome)).toEqual(['client_closed']);
  });

  test('does not start without a client key', async () => {
    const { status, complained } = await run(process.execPath, ['examples/hono/server.ts'], { PORT: '0', SLUICE_KEYS: '' });
    expect(status).toBe(1);
    expect(complained).toContain('expected at least one client key, found none');
  });
});
