import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAddress, publicId } from '../../lib/streams/stream-id.ts';
import {
  alice,
  bob,
  chat,
  type DurableGateways,
  durableGateways,
  eventsIn,
  readPart,
  words,
} from '../support/durable-gateways.ts';

const path = '/v1/chat/completions';

describe.each(['memory', 'dynamodb'] as const)('canceling a stream in %s', (store) => {
  let gateways: DurableGateways;
  beforeAll(async () => {
    gateways = await durableGateways(store, { paceMs: 20 });
  });
  afterAll(() => gateways.close());

  const on = (gateway: 'a' | 'b', method: string, id: string | null, rest = '', headers: Record<string, string> = alice) =>
    fetch(`${gateways[gateway].url}/v1/streams/${id}${rest}`, { method, headers });

  test('on the other gateway closes the upstream request, and the client gets an error (A9)', async () => {
    const aborts = gateways.aborts();
    const response = await gateways.a.post(path, chat(words(2000)), alice);
    const id = response.headers.get('x-sluice-stream');
    const cancelledAt = performance.now();
    const cancelled = await on('b', 'DELETE', id);
    expect([cancelled.status, await cancelled.json()]).toEqual([200, { id, object: 'stream', status: 'cancelling' }]);
    const text = await response.text();
    // It is promised within a second; a busy machine gets some more.
    expect(performance.now() - cancelledAt).toBeLessThan(3_000);
    expect(text).toContain('"code":"stream_cancelled"');
    expect(eventsIn(text).at(-1)).toBe('data: [DONE]\n\n');
    await expect.poll(() => gateways.aborts() - aborts).toBe(1);

    const again = await on('b', 'DELETE', id);
    expect(await again.json()).toMatchObject({ status: 'cancelled' });
    expect(eventsIn(await (await on('b', 'GET', id)).text())).toEqual(eventsIn(text));
  });

  test('works for an answer whose client has disconnected', async () => {
    const aborts = gateways.aborts();
    const controller = new AbortController();
    const response = await gateways.a.post(path, chat(words(2000)), alice, controller.signal);
    await readPart(response, 500, controller);
    const id = response.headers.get('x-sluice-stream');
    expect(gateways.aborts() - aborts).toBe(0);
    expect((await on('b', 'POST', id, '/cancel')).status).toBe(200);
    await expect.poll(() => gateways.aborts() - aborts, { timeout: 5_000 }).toBe(1);
    expect(await (await on('b', 'GET', id)).text()).toContain('"code":"stream_cancelled"');
  });

  test('works for a whole answer, and for every request that waits for it', async () => {
    const key = `whole-${store}`;
    const headers = { ...alice, 'idempotency-key': key };
    const body = chat(words(2000), { stream: false });
    const calls = gateways.calls();
    const waiting = [gateways.a.post(path, body, headers)];
    await expect.poll(() => gateways.calls() - calls).toBe(1);
    waiting.push(gateways.b.post(path, body, headers));
    // A whole answer tells its id only when it is there. The address follows from the key.
    const head = await gateways.log.head(newAddress('key-0', key).id, Date.now());
    expect((await on('b', 'DELETE', head ? publicId(head) : '')).status).toBe(200);
    for (const response of await Promise.all(waiting)) {
      expect(response.status).toBe(410);
      expect(await response.json()).toMatchObject({ error: { code: 'stream_cancelled' } });
    }
  });

  test('is rejected for another key and for an unknown stream', async () => {
    const response = await gateways.a.post(path, chat('Hi'), alice);
    const id = response.headers.get('x-sluice-stream');
    expect((await on('b', 'DELETE', id, '', bob)).status).toBe(404);
    expect((await on('b', 'DELETE', `str_${'x'.repeat(32)}`)).status).toBe(404);
    expect(await response.text()).toContain('[DONE]');
  });

  test('deletes everything with purge (A10)', async () => {
    const response = await gateways.a.post(path, chat('Hi'), alice);
    await response.text();
    const id = response.headers.get('x-sluice-stream');
    expect(await (await on('b', 'DELETE', id, '?purge=true')).json()).toMatchObject({ status: 'deleted' });
    expect((await on('a', 'GET', id)).status).toBe(404);
    expect((await on('a', 'DELETE', id, '?purge=true')).status).toBe(404);
  });
});
