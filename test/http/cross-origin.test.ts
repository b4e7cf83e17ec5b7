import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLocalPage } from '../../lib/access/loopback.ts';
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

describe('a rejected preflight', () => {
  const warnings = ({ lines }: Served) =>
    lines.filter((line) => JSON.parse(line).msg === 'cors').map((line) => JSON.parse(line).error);

  test.each([
    ['a list of origins', { keys: [key], config: { cors: [page] } }],
    ['no list of origins', { keys: [key] }],
    ['no keys', {}],
  ])('is logged with its origin and the setting, on a server with %s', async (_, options) => {
    const started = await serve(options);
    const from = (origin: string) =>
      fetch(`${started.url}/v1/chat/completions`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
    await from('https://evil.example');
    await from('https://\u009b31m<evil>');
    expect(warnings(started)).toEqual([
      "a page of https://evil.example may not call this server. Add the origin to `cors` in the configuration: cors: ['https://evil.example']",
      expect.stringContaining('https://?31m?evil? may not call'),
    ]);
    await started.close();
  });
});

describe('a page of this machine', () => {
  const local = ['http://localhost:5173', 'http://127.0.0.1:3000', 'http://localhost', 'http://[::1]:8080'];
  const [surface] = surfaces;
  const body = surface?.body('demo/openai/chat');

  test.each(local)('may call a server without keys and read the response, from %s', async (origin) => {
    const open = await serve();
    const headers = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
    const preflight = await fetch(`${open.url}/v1/chat/completions`, { method: 'OPTIONS', headers });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type');
    const answer = await open.post(surface?.path ?? '', body, { origin });
    await answer.text();
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    expect(open.lines.filter((line) => line.includes('"cors"'))).toEqual([]);
    await open.close();
  });

  test('may not call a server with keys unless it is configured', async () => {
    const keyed = await serve({ keys: [key] });
    const answer = await keyed.post(surface?.path ?? '', body, {
      origin: 'http://localhost:5173',
      authorization: `Bearer ${key}`,
    });
    await answer.text();
    expect(rules(answer)).toEqual({});
    await keyed.close();
  });

  test('may not call under a foreign host name', () => {
    const from = (origin: string, host: string) => isLocalPage(new Request('http://x/', { headers: { origin, host } }));
    expect(from('http://localhost:5173', '127.0.0.1:8787')).toBe(true);
    expect(from('http://localhost:5173', 'rebound.example:8787')).toBe(false);
    expect(from('http://localhost.evil.example', '127.0.0.1:8787')).toBe(false);
    expect(from('file://localhost', '127.0.0.1:8787')).toBe(false);
    expect(from('localhost:5173', '127.0.0.1:8787')).toBe(false);
    expect(from('null', '127.0.0.1:8787')).toBe(false);
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
