import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAddress, publicId } from '../../lib/streams/stream-id.ts';
import { alice, bob, chat, type DurableGateways, durableGateways, words } from '../support/durable-gateways.ts';

let gateways: DurableGateways;
beforeAll(async () => {
  gateways = await durableGateways('dynamodb', { paceMs: 2 });
});
afterAll(() => gateways.close());

const families: [name: string, path: string, body: (text: string) => object, headers: Record<string, string>][] = [
  ['openai', '/v1/chat/completions', (text) => chat(text), {}],
  ['anthropic', '/v1/messages', (text) => ({ ...chat(text), max_tokens: 2000 }), { 'anthropic-version': '2023-06-01' }],
  [
    'bedrock',
    '/model/demo%2Fopenai%2Fecho/converse-stream',
    (text) => ({ messages: [{ role: 'user', content: [{ text }] }] }),
    {},
  ],
];

describe.each(families)('the function for %s', (family, path, body, headers) => {
  const post = (text: string, more: Record<string, string> = {}) =>
    gateways.a.post(path, body(text), { ...alice, ...headers, ...more });
  const on = (
    id: string | null,
    { method = 'GET', rest = '', key = alice }: { method?: string; rest?: string; key?: object } = {},
  ) => fetch(`${gateways.b.url}/v1/streams/${id}${rest}`, { method, headers: { ...headers, ...key } });
  /** What a client sees, without the id of the request. */
  const seen = async (response: Response) => {
    const { 'x-request-id': _, 'request-id': __, date: ___, ...rest } = Object.fromEntries(response.headers);
    return [response.status, (await response.text()).replace(/req_\w+/g, ''), rest];
  };

  test('answers alike for unknown, foreign, expired and replaced ids, and for those of streams that were never stored', async () => {
    const stored = await post('Hi');
    await stored.text();
    const id = stored.headers.get('x-sluice-stream') ?? '';
    const past = { leaseUntil: Date.now() - 120_000, expiresAt: Date.now() - 60_000 };
    const expired = newAddress('key-0');
    await gateways.log.claim(
      { ...expired, ...past, keyId: 'key-0', digest: 'd', linkSecret: '', owner: 'me' },
      Date.now() - 120_000,
    );
    const answers = await Promise.all([
      on(`str_${'x'.repeat(32)}`),
      on(id, { key: bob }),
      on(`${id.slice(0, -8)}aaaaaaaa`),
      on(publicId(expired)),
      on('str_short'),
      on(encodeURIComponent('../../etc/passwd')),
      on(id.replace('str_', 'resp_')),
      on(id, { key: bob, method: 'DELETE' }),
      on(id, { key: bob, rest: '/log' }),
      on(id, { key: bob, rest: '?after=999' }),
      on(id, { key: bob, rest: '/cancel', method: 'POST' }),
      on(id, { key: bob, rest: '/link', method: 'POST' }),
    ]);
    const [unknown, ...others] = await Promise.all(answers.map(seen));
    expect(unknown?.[0]).toBe(404);
    for (const other of others) expect(other).toEqual(unknown);
  });

  test.each(['-1', 'abc', '1.5', '01', '1e3', '', '99999999999999999999'])('refuses the position %j by name', async (after) => {
    const stored = await post('Hi');
    await stored.text();
    const response = await on(stored.headers.get('x-sluice-stream'), { rest: `?after=${after}` });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('`after`')]);
  });

  test('has nothing beyond the end, and cancels and deletes as often as it is asked', async () => {
    const stored = await post('Hi');
    await stored.text();
    const id = stored.headers.get('x-sluice-stream');
    expect((await on(id, { rest: '?after=999999999999999' })).status).toBe(204);
    for (let again = 0; again < 2; again++) {
      const cancelled = await on(id, { method: 'DELETE' });
      expect([cancelled.status, await cancelled.json()]).toEqual([200, { id, object: 'stream', status: 'finished' }]);
    }
    expect((await on(id, { method: 'DELETE', rest: '?purge=true' })).status).toBe(200);
    expect((await on(id, { method: 'DELETE', rest: '?purge=true' })).status).toBe(404);
  });

  test('cancels a running stream twice', async () => {
    const running = await post(words(3000));
    const id = running.headers.get('x-sluice-stream');
    const both = await Promise.all([on(id, { method: 'DELETE' }), on(id, { method: 'POST', rest: '/cancel' })]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(Buffer.from(await running.arrayBuffer()).toString('latin1')).toMatch(/cancel/);
    await expect
      .poll(async () => ((await (await on(id, { method: 'DELETE' })).json()) as { status: string }).status)
      .toBe('cancelled');
  });

  test.each([
    ['of 256 characters', 'k'.repeat(256), 400],
    ['that is empty', '""', 400],
    ['with a blank', 'a b', 400],
    ['of 255 characters', family.padEnd(255, 'k'), 200],
  ])('checks a key %s', async (_, key, status) => {
    const response = await post('Hi', { 'idempotency-key': key });
    const text = await response.text();
    expect(response.status).toBe(status);
    if (status === 400) expect(text).toContain('Idempotency-Key');
  });

  test('refuses the same key with another body, and serves another holder of it', async () => {
    const key = { 'idempotency-key': `same-${family}` };
    await (await post('One', key)).text();
    const other = await post('Two', key);
    // Bedrock has no 422.
    expect([400, 422]).toContain(other.status);
    expect(await other.text()).toMatch(/Idempotency-Key/);
    const holder = await post('Two', { ...key, ...bob });
    expect([holder.status, holder.headers.get('idempotent-replayed')]).toEqual([200, null]);
    await holder.arrayBuffer();
  });
});
