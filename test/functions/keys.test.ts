import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyDigest } from '../../lib/access/keys.ts';
import { type Served, serve } from '../support/serve.ts';
import { chat, messages, predictionGuard, surfaces } from './dialects.ts';

const key = 'sluice-test-key-of-anna';
const other = 'sluice-test-key-of-berta';
const narrow = 'sluice-test-key-of-clara';
const wrong = 'sluice-test-key-of-nobody';

let served: Served;
beforeAll(async () => {
  served = await serve({
    keys: [key, other, { id: 'clara', sha256: keyDigest(narrow), models: ['hers'] }],
    config: { models: { hers: 'demo/openai/chat' } },
  });
});
afterAll(() => served.close());

/** Each way to send a key, and what the client gets for it. */
const carried: [how: string, headers: Record<string, string>, status: number, told?: RegExp][] = [
  ['Bearer', { authorization: `Bearer ${key}` }, 200],
  ['bearer in small letters', { authorization: `bearer ${key}` }, 200],
  ['x-api-key', { 'x-api-key': key }, 200],
  ['api-key', { 'api-key': key }, 200],
  ['the same key twice', { authorization: `Bearer ${key}`, 'x-api-key': key }, 200],
  ['no key', {}, 401, /No API key provided/],
  ['an empty one', { 'x-api-key': '' }, 401, /No API key provided/],
  ['Basic', { authorization: `Basic ${key}` }, 401, /`Authorization: Basic` is not supported/],
  ['Bearer without a key', { authorization: 'Bearer' }, 401, /has no key behind it/],
  ['a key without Bearer', { authorization: key }, 401, /has no `Bearer` before its value/],
  ['an unknown scheme', { authorization: `Digest ${key}` }, 401, /has an unknown scheme/],
  ['a wrong key', { authorization: `Bearer ${wrong}` }, 401, /Unknown API key/],
  ['the beginning of a key', { 'x-api-key': key.slice(0, -1) }, 401, /Unknown API key/],
  [
    'two different keys, each of them good',
    { authorization: `Bearer ${key}`, 'x-api-key': other },
    401,
    /two different API keys/,
  ],
  ['a good key and a wrong one', { 'api-key': key, 'x-api-key': wrong }, 401, /two different API keys/],
];

describe.each(surfaces)('on $name (X10)', (surface) => {
  test.each(carried)('%s gets the same decision, in the dialect of the route', async (_how, headers, status, told) => {
    const answer = await served.post(surface.path, { ...surface.body('demo/openai/chat'), stream: false }, headers);
    expect(answer.status).toBe(status);
    const body = await answer.json();
    if (told) expect(surface.told(body).message).toMatch(told);
    const [line, ...more] = await served.logged(answer);
    expect(more).toEqual([]);
    expect(line).toMatchObject(
      status === 200 ? { outcome: 'ok', key_id: 'key-0' } : { outcome: 'invalid_api_key', fault_source: 'rejected' },
    );
  });

  test('a key for other models is a 403', async () => {
    const headers = { authorization: `Bearer ${narrow}` };
    const refused = await served.post(surface.path, surface.body('demo/openai/chat'), headers);
    expect(refused.status).toBe(403);
    expect(surface.told(await refused.json()).message).toContain('may not use the model `demo/openai/chat`');
    expect((await served.post(surface.path, surface.body('hers'), headers)).status).toBe(200);
  });
});

test('a refusal has exactly the form of its dialect', async () => {
  const bodyOf = async (surface: typeof chat) => {
    const answer = await served.post(surface.path, surface.body('hers'));
    return JSON.parse((await answer.text()).replaceAll(answer.headers.get('x-request-id') ?? '', 'req_1'));
  };
  const message =
    'No API key provided. Send a key of this gateway as `Authorization: Bearer …`, `x-api-key` or `api-key`. The operator creates one with `npm run keys -- create my-app`.';
  expect(await bodyOf(chat)).toEqual({
    error: { message: `${message} (request req_1)`, type: 'invalid_request_error', param: null, code: 'invalid_api_key' },
  });
  expect(await bodyOf(predictionGuard)).toEqual({ error: `${message} (request req_1)` });
  expect(await bodyOf(messages)).toEqual({
    type: 'error',
    error: { type: 'authentication_error', message },
    request_id: 'req_1',
  });
});

test('a refusal doesn’t reveal whether the model exists or the body is valid', async () => {
  expect((await served.post(chat.path, '{')).status).toBe(401);
  expect((await served.post(chat.path, chat.body('nope'))).status).toBe(401);
});

test('the probe of Prediction Guard’s constructor returns 200 for a good key and 401 for a bad one', async () => {
  const probe = async (headers: Record<string, string>) => (await fetch(`${served.url}/completions`, { headers })).status;
  expect(await probe({ authorization: `Bearer ${key}` })).toBe(200);
  expect(await probe({ authorization: `Bearer ${wrong}` })).toBe(401);
});

test('no key is in any log line (X20)', () => {
  expect(served.lines.length).toBeGreaterThan(30);
  for (const secret of [key, other, narrow, wrong]) expect(served.lines.join('\n')).not.toContain(secret);
});

describe('a server without keys', () => {
  let open: Served;
  beforeAll(async () => {
    open = await serve();
  });
  afterAll(() => open.close());

  test('accepts any key or none from the same machine', async () => {
    expect((await open.post(chat.path, chat.body('demo/openai/chat'))).status).toBe(200);
    expect((await open.post(chat.path, chat.body('demo/openai/chat'), { authorization: 'Bearer whatever' })).status).toBe(200);
    expect((await open.post(chat.path, chat.body('demo/openai/chat'), { origin: 'http://localhost:3000' })).status).toBe(200);
  });

  test.each(surfaces)('rejects a page of another site on $name', async (surface) => {
    const answer = await open.post(surface.path, surface.body('demo/openai/chat'), { origin: 'https://evil.example' });
    expect(answer.status).toBe(403);
    expect(await open.logged(answer)).toMatchObject([{ outcome: 'origin_not_allowed' }]);
  });
});
