import { afterAll, beforeAll, expect, test } from 'vitest';
import { openaiApp } from '../../functions/openai/app.ts';
import { createSluice } from '../../lib/app/sluice.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { type Demo, demoProviders } from '../../lib/emulator/demo-providers.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await demoProviders({ paceMs: 0 });
});
afterAll(() => demo.close());

test('the headers and the log list every attempt in order, with its result', async () => {
  const lines: string[] = [];
  const config = checkConfig(
    { models: { steady: { targets: ['demo/openai/status-503', 'demo/bedrock/html', 'demo/anthropic/chat'], retries: 0 } } },
    'c',
  );
  const sluice = createSluice({ config, file: 'c', providers: demo.providers, keys: undefined, log: (line) => lines.push(line) });
  const body = JSON.stringify({ model: 'steady', messages: [{ role: 'user', content: 'Hi' }] });
  const response = await openaiApp(sluice).fetch(new Request('http://127.0.0.1/v1/chat/completions', { method: 'POST', body }));
  expect(response.status).toBe(200);
  expect(response.headers.get('x-sluice-attempts')).toBe(
    'demo/openai/status-503;error=server_overloaded, demo/bedrock/html;error=upstream_protocol_error, demo/anthropic/chat',
  );
  const [line] = lines.map((text) => JSON.parse(text));
  expect(line.attempts).toMatchObject([
    { provider: 'demo/openai', error: 'server_overloaded' },
    { provider: 'demo/bedrock', error: 'upstream_protocol_error' },
    { provider: 'demo/anthropic', model: 'chat' },
  ]);
});

test('with two parallel targets, the headers name the one that served, even if it started later', async () => {
  const models = { hurried: { targets: ['demo/openai/slow', 'demo/anthropic/silent'], hedgeAfter: '20ms' } };
  const config = checkConfig({ models }, 'c');
  const sluice = createSluice({ config, file: 'c', providers: demo.providers, keys: undefined, log: () => {} });
  const body = JSON.stringify({ model: 'hurried', stream: true, messages: [{ role: 'user', content: 'Hi' }] });
  const response = await openaiApp(sluice).fetch(new Request('http://127.0.0.1/v1/chat/completions', { method: 'POST', body }));
  await response.body?.cancel();
  expect(response.headers.get('x-sluice-provider')).toBe('demo/openai');
  expect(response.headers.get('x-sluice-attempts')).toBe('demo/openai/slow, demo/anthropic/silent;error=superseded');
});
