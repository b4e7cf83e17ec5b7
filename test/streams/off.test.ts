import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryLog } from '../../lib/streams/memory-log.ts';
import { alice, chat, keys, readPart, words } from '../support/durable-gateways.ts';
import { type Served, serve } from '../support/serve.ts';

const path = '/v1/chat/completions';

/** The files that a module loads before anything is called: all but what is imported for types or by `import()`. */
function loaded(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file) || !existsSync(file)) return found;
  found.add(file);
  const source = readFileSync(file, 'utf8');
  for (const [, clause = '', from = ''] of source.matchAll(/^(?:import|export)\s+([^'";]*?)\s*from\s+'(\.[^']+)';/gms)) {
    const names = clause
      .replace(/[{}]/g, '')
      .split(',')
      .map((name) => name.trim());
    const isType = clause.startsWith('type ') || names.filter(Boolean).every((name) => name.startsWith('type '));
    if (!isType) loaded(normalize(join(dirname(file), from)), found);
  }
  return found;
}

describe('with durable streams off', () => {
  let gateway: Served;
  beforeAll(async () => {
    gateway = await serve({ keys });
  });
  afterAll(() => gateway.close());

  test.each(['openai', 'anthropic', 'bedrock'])('the function for %s loads none of their code', (family) => {
    const files = [...loaded(`functions/${family}/handler.ts`)];
    expect(files).toContain('lib/http/completion-handler.ts');
    expect(files.filter((file) => file.startsWith('lib/streams/'))).toEqual([]);
  });

  test('a response has none of their headers, and an idempotency key has no effect', async () => {
    for (let round = 0; round < 2; round++) {
      const response = await gateway.post(path, chat(`Hi ${round}`), { ...alice, 'idempotency-key': 'same' });
      expect(response.status).toBe(200);
      const names = [...response.headers.keys()];
      expect(names.filter((name) => /^x-sluice-(stream|durability)|^idempotent/.test(name))).toEqual([]);
      expect(await response.text()).not.toMatch(/^id:/m);
    }
    expect(gateway.emulator.log.filter(({ path: called }) => called.endsWith('/chat/completions'))).toHaveLength(2);
  });

  test.each([
    ['GET', '/v1/streams/str_x'],
    ['DELETE', '/v1/streams/str_x'],
    ['GET', '/v1/responses/resp_x'],
    ['GET', '/v1/responses/resp_x/input_items'],
  ])('%s %s is rejected with the name of the setting', async (method, url) => {
    const response = await fetch(gateway.url + url, { method, headers: alice });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('streams: { store: \\"dynamodb\\" }');
  });

  test('a request that continues a response is rejected, and one that asks to store it is served without storing', async () => {
    const body = { model: 'demo/openai/echo', input: 'Hi' };
    const stored = await gateway.post('/v1/responses', { ...body, store: true }, alice);
    expect(await stored.json()).toMatchObject({ status: 'completed', store: false });
    const continued = await gateway.post('/v1/responses', { ...body, previous_response_id: 'resp_x' }, alice);
    expect(continued.status).toBe(400);
    expect(await continued.json()).toMatchObject({ error: { param: 'previous_response_id' } });
  });
});

describe('an answer whose client has disconnected', () => {
  test.each([
    ['finish', 0],
    ['cancel', 1],
  ] as const)('with whenAbandoned: %s aborts its upstream request: %i', async (whenAbandoned, aborted) => {
    const gateway = await serve({ config: { streams: { whenAbandoned } }, keys, streamLog: memoryLog(), paceMs: 5 });
    const controller = new AbortController();
    const response = await gateway.post(path, chat(words(40)), alice, controller.signal);
    await readPart(response, 400, controller);
    await expect.poll(() => gateway.emulator.log[0]?.endedAt, { timeout: 10_000 }).toBeDefined();
    expect(gateway.emulator.log.filter(({ closedByClient }) => closedByClient)).toHaveLength(aborted);
    await gateway.close(1_000);
  });
});
