import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyDigest } from '../../lib/access/keys.ts';
import { type Served, serve } from '../support/serve.ts';

const narrow = 'sluice-test-key-of-dora';
let served: Served;
let locked: Served;
beforeAll(async () => {
  const models = { 'house-model': 'demo/openai/chat', 'meta/llama:8b': 'demo/bedrock/chat' };
  served = await serve({ config: { models } });
  locked = await serve({ config: { models }, keys: [{ id: 'dora', sha256: keyDigest(narrow), models: ['meta/llama:8b'] }] });
});
afterAll(() => Promise.all([served.close(), locked.close()]));

const openai = (to: Served, apiKey = 'any') => new OpenAI({ baseURL: `${to.url}/v1`, apiKey, maxRetries: 0 });
const anthropic = (to: Served, apiKey = 'any') => new Anthropic({ baseURL: to.url, apiKey, maxRetries: 0 });

describe('models', () => {
  test.each(['demo/openai/chatt', 'demo/anthropic/chatt', 'demo/bedrock/chatt'])(
    'with a typo are a 404 with the nearest name: %s',
    async (model) => {
      const answer = await served.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hello' }] });
      expect(answer.status).toBe(404);
      expect(await answer.text()).toMatch(/has no model `chatt`: .+\. Did you mean `demo\/openai\/chat`/);
    },
  );

  test('are listed for OpenAI’s client, aliases first', async () => {
    const ids = (await openai(served).models.list()).data.map(({ id }) => id);
    expect(ids.slice(0, 2)).toEqual(['house-model', 'meta/llama:8b']);
    expect(ids).toContain('demo/anthropic/chat');
  });

  test('are listed for Anthropic’s client, to the last page', async () => {
    const ids: string[] = [];
    for await (const { id, display_name: name, type } of anthropic(served).models.list({ limit: 1000 })) {
      expect([name, type]).toEqual([id, 'model']);
      ids.push(id);
    }
    expect(ids).toEqual((await openai(served).models.list()).data.map(({ id }) => id));
  });

  test.each(['house-model', 'meta/llama:8b', 'demo/openai/chat'])('%s is returned to both, also with slashes', async (id) => {
    expect(await openai(served).models.retrieve(id)).toMatchObject({ id, object: 'model', owned_by: 'sluice' });
    expect(await anthropic(served).models.retrieve(id)).toMatchObject({ id, type: 'model', display_name: id });
    expect((await fetch(`${served.url}/v1/models/${id}`)).status).toBe(200);
  });

  test('include Codex’s own list next to the data', async () => {
    expect(await (await fetch(`${served.url}/v1/models?client_version=1.0.0`)).json()).toMatchObject({ models: [] });
  });

  test('are filtered by capability for Prediction Guard’s clients', async () => {
    const body = await (await fetch(`${served.url}/models/chat-completion`)).json();
    expect(body.data[0]).toMatchObject({ id: 'house-model' });
  });

  test.each(['nope', '%E0%A4%A'])('%s is a 404 in the dialect of the client', async (id) => {
    await expect(openai(served).models.retrieve(id)).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    await expect(anthropic(served).models.retrieve(id)).rejects.toMatchObject({
      status: 404,
      error: { error: { type: 'not_found_error' } },
    });
    expect((await fetch(`${served.url}/v1/models/${id}`)).status).toBe(404);
  });

  test('are only those that the key may use', async () => {
    expect((await openai(locked, narrow).models.list()).data.map(({ id }) => id)).toEqual(['meta/llama:8b']);
    await expect(openai(locked, narrow).models.retrieve('house-model')).rejects.toMatchObject({ status: 404 });
    await expect(openai(locked, 'wrong').models.list()).rejects.toMatchObject({ status: 401 });
    await expect(anthropic(locked, 'wrong').models.list()).rejects.toMatchObject({ status: 401 });
  });
});

test('include those of an enabled provider once it has responded, without waiting for it', async () => {
  let requests = 0;
  const provider = createServer((request, response) => {
    requests++;
    expect(request.url).toBe('/models');
    expect(request.headers.authorization).toBe('Bearer sk-listing');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data: [{ id: 'large' }, { id: 'embed', type: 'embedding' }] }));
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const { port } = provider.address() as AddressInfo;
  const lab = { kind: 'openai-compatible', baseUrl: `http://127.0.0.1:${port}`, key: { env: 'LAB_KEY' } } as const;
  const server = await serve({
    config: { providers: { lab }, models: { fast: 'lab/large' } },
    environment: { LAB_KEY: 'sk-listing' },
  });
  try {
    const names = async () => {
      const { data } = (await (await fetch(`${server.url}/v1/models`)).json()) as { data: { id: string }[] };
      return data.map(({ id }) => id);
    };
    expect((await names())[0]).toBe('fast');
    await expect.poll(names).toContain('lab/large');
    const found = await names();
    expect(found.slice(0, 2)).toEqual(['fast', 'lab/large']);
    expect(found).not.toContain('lab/embed');
    expect(requests).toBe(1);
  } finally {
    await server.close();
    provider.close();
  }
});
