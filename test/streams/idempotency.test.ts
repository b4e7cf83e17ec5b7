import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, bob, chat, type DurableGateways, durableGateways, eventsIn, words } from '../support/durable-gateways.ts';

const path = '/v1/chat/completions';
let serial = 0;
const freshKey = () => `key-${++serial}`;

describe.each(['memory', 'dynamodb'] as const)('an idempotency key in %s', (store) => {
  let gateways: DurableGateways;
  beforeAll(async () => {
    gateways = await durableGateways(store, { paceMs: 3 });
  });
  afterAll(() => gateways.close());

  const post = (on: 'a' | 'b', body: unknown, key: string, headers: Record<string, string> = alice) =>
    gateways[on].post(path, body, { ...headers, 'idempotency-key': key });

  test('turns 20 concurrent requests on two gateways into one upstream request, with equal answers (A5)', async () => {
    const before = gateways.calls();
    const key = freshKey();
    const body = chat(words(20));
    const responses = await Promise.all(Array.from({ length: 20 }, (_, at) => post(at % 2 ? 'a' : 'b', body, key)));
    const texts = await Promise.all(responses.map((response) => response.text()));
    expect(gateways.calls() - before).toBe(1);
    expect(new Set(texts).size).toBe(1);
    expect(eventsIn(texts[0] ?? '').at(-1)).toBe('data: [DONE]\n\n');
    expect(new Set(responses.map(({ headers }) => headers.get('x-sluice-stream'))).size).toBe(1);
    expect(responses.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(19);
  });

  test('replays the finished answer, byte for byte, without another upstream request (A6)', async () => {
    const key = freshKey();
    const original = await (await post('a', chat('Once'), key)).text();
    const before = gateways.calls();
    const again = await post('b', chat('Once'), key);
    expect(await again.text()).toBe(original);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(gateways.calls()).toBe(before);
  });

  test('rejects another body with the same key with a 422 (A7)', async () => {
    const key = freshKey();
    await (await post('a', chat('One'), key)).text();
    const other = await post('b', chat('Two'), key);
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ error: { code: 'idempotency_key_reused', param: 'Idempotency-Key' } });
    const whole = await post('b', chat('One', { stream: false }), key);
    expect(whole.status).toBe(422);
    await whole.text();
  });

  test('is the same key quoted and bare, and separate for each key holder (A8)', async () => {
    const key = freshKey();
    const one = await (await post('a', chat('Same'), key)).text();
    expect(await (await post('b', chat('Same'), `"${key}"`)).text()).toBe(one);
    const other = await post('b', chat('Another body'), key, bob);
    expect([other.status, other.headers.get('idempotent-replayed')]).toEqual([200, null]);
    await other.text();
    const long = await post('a', chat('Same'), 'k'.repeat(256));
    expect(long.status).toBe(400);
    expect(await long.json()).toMatchObject({ error: { param: 'Idempotency-Key' } });
  });

  test('turns whole answers into one upstream request too', async () => {
    const before = gateways.calls();
    const key = freshKey();
    const body = chat(words(10), { stream: false });
    const responses = await Promise.all(['a', 'b', 'a', 'b'].map((on) => post(on as 'a' | 'b', body, key)));
    const texts = await Promise.all(responses.map((response) => response.text()));
    expect(gateways.calls() - before).toBe(1);
    expect(new Set(texts).size).toBe(1);
    expect(JSON.parse(texts[0] ?? '')).toMatchObject({ choices: [{ message: { content: words(10) } }] });
    for (const { headers } of responses) expect(headers.get('content-type')).toBe('application/json');
  });

  test('is free again after a failure before the first byte, and every waiting client gets that failure', async () => {
    const before = gateways.calls();
    const key = freshKey();
    const body = { ...chat('x'), model: 'demo/openai/status-400' };
    const first = await post('a', body, key);
    expect(first.status).toBe(400);
    await first.text();
    const second = await post('b', body, key);
    expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([400, null]);
    await second.text();
    expect(gateways.calls() - before).toBe(2);
  });

  test('replays a failure after the first content with the same bytes', async () => {
    const key = freshKey();
    const body = { ...chat('x'), model: 'demo/openai/cut@3' };
    const original = await (await post('a', body, key)).text();
    const before = gateways.calls();
    expect(original).toContain('"code":"upstream_cut"');
    expect(await (await post('b', body, key)).text()).toBe(original);
    expect(gateways.calls()).toBe(before);
  });

  test('is optional: without one, every request is a new upstream request', async () => {
    const before = gateways.calls();
    for (let at = 0; at < 2; at++) await (await gateways.a.post(path, chat('Same'), alice)).text();
    expect(gateways.calls() - before).toBe(2);
  });
});
