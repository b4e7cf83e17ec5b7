import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { surfaces } from '../functions/dialects.ts';
import { type Served, serve } from '../support/serve.ts';

const page = 'https://app.example';
const key = 'key-of-a-page-that-asks';
/** Origins that look like the allowed one, and opaque ones. */
const foreign = [
  'null',
  'https://evil.example',
  'https://app.example.evil.example',
  'https://evilapp.example',
  'http://app.example',
  'https://app.example:8443',
  'https://APP.example',
  'https://app.example/',
  'https://app.example, https://evil.example',
  '*',
];

/** What the browsers' rules are about, of an answer's headers. */
const rules = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'));

let served: Served;
beforeAll(async () => {
  served = await serve({ keys: [key], config: { cors: [page, 'http://localhost:3000'] } });
});
afterAll(() => served.close());

const paths = [...surfaces.map(({ path }) => path), '/v1/responses', '/model/demo/converse-stream', '/v1/messages/count_tokens'];

const preflight = (path: string, origin: string, headers: Record<string, string> = {}) =>
  fetch(served.url + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-stainless-lang',
      ...headers,
    },
  });

describe('a preflight', () => {
  test.each(paths)('of an allowed origin succeeds on %s without a key', async (path) => {
    const answer = await preflight(path, page);
    expect(answer.status).toBe(204);
    expect(await answer.text()).toBe('');
    expect(rules(answer)).toEqual({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': 'authorization, content-type, x-stainless-lang',
      'access-control-max-age': '7200',
      vary: 'origin, access-control-request-headers',
    });
  });

  test.each(foreign)('of %j gets no CORS headers', async (origin) => {
    expect(rules(await preflight('/v1/chat/completions', origin))).toEqual({ vary: 'origin, access-control-request-headers' });
  });

  test('gets only valid header names back', async () => {
    const answer = await preflight('/v1/messages', page, {
      'access-control-request-headers': 'x-api-key, a b, "c", <d>, *,, e_f',
    });
    expect(answer.headers.get('access-control-allow-headers')).toBe('x-api-key, e_f');
  });

  test('is different from a plain OPTIONS request', async () => {
    const answer = await fetch(`${served.url}/v1/chat/completions`, { method: 'OPTIONS', headers: { origin: page } });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('access-control-allow-origin')).toBe(page);
  });
});

describe('CORS headers on an answer', () => {
  const authorization = `Bearer ${key}`;

  test.each(surfaces)('let a page of an allowed origin read $name, streamed, whole or rejected', async (surface) => {
    const requests: [body: unknown, headers: Record<string, string>, status: number][] = [
      [surface.body('demo/openai/chat'), { authorization }, 200],
      [{ ...surface.body('demo/openai/chat'), stream: false }, { authorization }, 200],
      [surface.body('demo/openai/status-500'), { authorization }, 502],
      [surface.body('nobody'), { authorization }, 404],
      ['{', { authorization }, 400],
      [surface.body('demo/openai/chat'), {}, 401],
    ];
    for (const [body, headers, status] of requests) {
      const answer = await served.post(surface.path, body, { origin: page, ...headers });
      await answer.text();
      expect(answer.status).toBe(status);
      const corsHeaders = rules(answer);
      expect(corsHeaders).toMatchObject({ 'access-control-allow-origin': page, vary: 'origin' });
      expect(corsHeaders).not.toHaveProperty('access-control-allow-credentials');
      const readable = corsHeaders['access-control-expose-headers']?.split(', ') ?? [];
      const ours = [...answer.headers.keys()].filter((name) => /^(x-|request-id|retry-after|anthropic-)/.test(name));
      expect(ours.filter((name) => !readable.includes(name) && name !== 'x-accel-buffering')).toEqual([]);
    }
  });

  test('are on unknown paths too', async () => {
    const answer = await fetch(`${served.url}/v1/nowhere`, { headers: { origin: page } });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('access-control-allow-origin')).toBe(page);
  });

  test.each(foreign)('are missing for a page of %j, even with a good key', async (origin) => {
    const [surface] = surfaces;
    const answer = await served.post(surface?.path ?? '', surface?.body('demo/openai/chat'), { origin, authorization });
    await answer.text();
    expect(answer.status).toBe(200);
    expect(rules(answer)).toEqual({ vary: 'origin' });
  });
});

describe('a server without allowed origins', () => {
  test('sends no CORS headers, and rejects a preflight', async () => {
    const plain = await serve({ keys: [key] });
    const [surface] = surfaces;
    const headers = { origin: page, authorization: `Bearer ${key}` };
    const answer = await plain.post(surface?.path ?? '', surface?.body('demo/openai/chat'), headers);
    await answer.text();
    expect(rules(answer)).toEqual({});
    const preflight = { method: 'OPTIONS', headers: { origin: page, 'access-control-request-method': 'POST' } };
    expect((await fetch(`${plain.url}/v1/chat/completions`, preflight)).status).toBe(405);
    await plain.close();
  });
});

describe('a server without keys', () => {
  test('accepts pages of allowed origins only', async () => {
    const open = await serve({ config: { cors: [page] } });
    const [surface] = surfaces;
    const from = async (origin: string) => {
      const answer = await open.post(surface?.path ?? '', surface?.body('demo/openai/chat'), { origin });
      await answer.text();
      return [answer.status, answer.headers.get('access-control-allow-origin')];
    };
    expect(await from(page)).toEqual([200, page]);
    expect(await from('https://evil.example')).toEqual([403, null]);
    expect(await from('null')).toEqual([403, null]);
    await open.close();
  });
});
