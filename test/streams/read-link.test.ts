import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkTerms, linkToken } from '../../lib/streams/read-link.ts';
import { newAddress } from '../../lib/streams/stream-id.ts';
import type { StreamHead } from '../../lib/streams/stream-log.ts';
import { alice, bob, chat, type DurableGateways, durableGateways, eventsIn, idsIn, words } from '../support/durable-gateways.ts';

const head: StreamHead = {
  ...newAddress('key'),
  keyId: 'key',
  digest: 'd',
  linkSecret: 'a-secret-of-the-stream',
  owner: 'me',
  leaseUntil: 0,
  state: 'open',
  cancelRequested: false,
  tailedUntil: 0,
  expiresAt: 0,
};

describe('the token of a link', () => {
  const terms = { expiresAt: 1_000, mayCancel: false };
  const token = linkToken(head, terms);

  test('is valid until it expires', () => {
    expect(linkTerms(head, token, 999_999)).toEqual(terms);
    expect(linkTerms(head, token, 1_000_000)).toBeUndefined();
  });

  test.each([
    ['another generation', { generation: 'another1' }],
    ['another id', { id: 'another' }],
    ['another secret', { linkSecret: 'another' }],
  ])('is not valid for a stream with %s', (_, members) => {
    expect(linkTerms({ ...head, ...members }, token, 0)).toBeUndefined();
  });

  test('is never valid for a stream without a secret', () => {
    const without = { ...head, linkSecret: '' };
    expect(linkTerms(without, linkToken(without, terms), 0)).toBeUndefined();
  });

  test.each([
    ['with later expiry', (text: string) => text.replace('1000', '2000')],
    ['with more rights', (text: string) => text.replace('.r.', '.rc.')],
    ['with another signature', (text: string) => `${text.slice(0, -2)}xx`],
    ['without a signature', (text: string) => text.replace(/[^.]*$/, '')],
    ['with something behind it', (text: string) => `${text}x`],
    ['that is empty', () => ''],
  ])('%s is not valid', (_, change) => {
    expect(linkTerms(head, change(token), 0)).toBeUndefined();
  });
});

describe.each([
  ['openai', '/v1/chat/completions', chat(words(40)), {}],
  ['anthropic', '/v1/messages', { ...chat(words(40)), max_tokens: 2000 }, { 'anthropic-version': '2023-06-01' }],
  [
    'bedrock',
    '/model/demo%2Fopenai%2Fecho/converse-stream',
    { messages: [{ role: 'user', content: [{ text: words(40) }] }] },
    {},
  ],
])('a link to a stream of the function for %s', (_, path, body, headers) => {
  let gateways: DurableGateways;
  let id: string | null;
  let original: string;
  const page = 'https://app.example';
  beforeAll(async () => {
    gateways = await durableGateways('dynamodb', { paceMs: 5, config: { cors: [page] } });
    const response = await gateways.a.post(path, body, { ...alice, ...headers });
    id = response.headers.get('x-sluice-stream');
    original = await response.text();
  });
  afterAll(() => gateways.close());

  const make = (sent: unknown = '', key = alice) => gateways.a.post(`/v1/streams/${id}/link`, sent, { ...key, ...headers });
  const linkTo = async (sent: unknown = '') => {
    const { url } = (await (await make(sent)).json()) as { url: string };
    return url.replace(gateways.a.url, gateways.b.url);
  };

  test('reads the stream on the other gateway without a key, from any position', async () => {
    const made = await make();
    const link = await made.json();
    expect(link).toMatchObject({ id, object: 'stream.link', cancel: false });
    expect(made.headers.get('cache-control')).toBe('no-store');
    const seconds = (link as { expires_at: number }).expires_at - Date.now() / 1000;
    expect(Math.abs(seconds - 900)).toBeLessThan(60);
    const url = (link as { url: string }).url.replace(gateways.a.url, gateways.b.url);
    const whole = await fetch(url, { headers: { origin: page } });
    expect(whole.headers.get('access-control-allow-origin')).toBe(page);
    const text = await whole.text();
    expect(eventsIn(text).join('')).toBe(original);
    const rest = await (await fetch(`${url}&after=3`)).text();
    const after = eventsIn(rest).join('');
    expect([original.endsWith(after), after.length > 0, after.length < original.length]).toEqual([true, true, true]);
    if (path.startsWith('/v1')) expect(idsIn(await (await fetch(url, { headers: { 'last-event-id': '3' } })).text())[0]).toBe(4);
    const log = await fetch(url.replace('?', '/log?'));
    expect([log.status, log.headers.get('stream-closed')]).toEqual([200, 'true']);
  });

  test('is logged with the key of the stream, without the token', async () => {
    const url = await linkTo();
    const response = await fetch(url);
    await response.text();
    const [line] = await gateways.b.logged(response);
    expect(line).toMatchObject({ key_id: 'key-0', stream_link: true, stream_role: 'resumed' });
    const all = [...gateways.a.lines, ...gateways.b.lines].join('\n');
    expect(all).not.toContain(new URL(url).searchParams.get('link'));
  });

  test('is not found if anything about it is wrong, like an unknown stream', async () => {
    const url = await linkTo();
    const unknown = `str_${'x'.repeat(32)}`;
    const wrong = [
      fetch(url.replace('link=', 'link=1')),
      fetch(url.replace(String(id), unknown)),
      fetch(url.replace(/link=.*/, 'link=')),
      fetch(url, { method: 'DELETE' }),
      fetch(url.replace('?', '/cancel?'), { method: 'POST' }),
      // A key does not rescue a wrong link.
      fetch(`${url}x`, { headers: { ...alice } }),
    ];
    const bodies = await Promise.all(
      wrong.map(async (request) => {
        const response = await request;
        return [response.status, (await response.text()).replace(/req_\w+/g, '')];
      }),
    );
    const missing = await fetch(`${gateways.b.url}/v1/streams/${unknown}`, { headers: alice });
    const expected = [404, (await missing.text()).replace(/req_\w+/g, '')];
    expect(bodies).toEqual(wrong.map(() => expected));
    expect((await make('', bob)).status).toBe(404);
    // A link makes no further link.
    expect((await fetch(url.replace('?', '/link?'), { method: 'POST' })).status).toBeGreaterThanOrEqual(401);
  });

  test.each([
    [{ expires_in: 0 }, 'expires_in'],
    [{ expires_in: 3601 }, 'expires_in'],
    [{ expires_in: '60' }, 'expires_in'],
    [{ cancel: 'yes' }, 'cancel'],
  ])('is refused for %j by name', async (sent, name) => {
    const response = await make(sent);
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(`\`${name}\``)]);
  });

  test('cancels a running stream if it may, but never deletes one', async () => {
    const running = await gateways.a.post(path, JSON.parse(JSON.stringify(body).replace(words(40), words(2000))), {
      ...alice,
      ...headers,
    });
    const made = await gateways.a.post(
      `/v1/streams/${running.headers.get('x-sluice-stream')}/link`,
      { cancel: true, expires_in: 60 },
      { ...alice, ...headers },
    );
    const url = ((await made.json()) as { url: string }).url.replace(gateways.a.url, gateways.b.url);
    expect((await fetch(`${url}&purge=true`, { method: 'DELETE' })).status).toBe(404);
    const cancelled = await fetch(url, { method: 'DELETE' });
    expect([cancelled.status, await cancelled.json()]).toEqual([200, expect.objectContaining({ status: 'cancelling' })]);
    expect(await running.text()).toMatch(/stream_cancelled|cancelled/);
  });

  test('ends with its stream', async () => {
    const url = await linkTo();
    await fetch(`${gateways.a.url}/v1/streams/${id}?purge=true`, { method: 'DELETE', headers: alice });
    expect((await fetch(url)).status).toBe(404);
  });
});
