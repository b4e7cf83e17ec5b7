import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { alice, chat, eventsIn, keys, words } from '../support/durable-gateways.ts';
import { type TestTable, testTable } from '../support/dynamodb-table.ts';
import { type Served, serve } from '../support/serve.ts';
import { type StoreProxy, storeProxy } from '../support/store-proxy.ts';

const path = '/v1/chat/completions';

let table: TestTable;
let proxy: StoreProxy;
const gateways: Partial<Record<'standard' | 'strict', Served>> = {};
beforeAll(async () => {
  table = await testTable();
  proxy = await storeProxy(table);
  for (const durability of ['standard', 'strict'] as const) {
    gateways[durability] = await serve({ config: { streams: { durability } }, keys, streamLog: proxy.log, paceMs: 4 });
  }
});
afterEach(() => proxy.reset());
afterAll(async () => {
  await Promise.all(Object.values(gateways).map((gateway) => gateway.close()));
  await proxy.close();
  await table.close();
});
const gateway = (durability: 'standard' | 'strict') => gateways[durability] as Served;
const contentOf = (text: string) => [...text.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join('');

describe('a store that is down when a request arrives', () => {
  test('rejects a request with an idempotency key, which may already have an answer', async () => {
    proxy.fate = () => 'throttled';
    const response = await gateway('standard').post(path, chat('Hi'), { ...alice, 'idempotency-key': 'down' });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'streams_unavailable' } });
  });

  test('serves a request without one, and reports that it is not stored', async () => {
    proxy.fate = () => 'down';
    const response = await gateway('standard').post(path, chat('Hello'), alice);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-sluice-durability')).toBe('none');
    expect(response.headers.get('x-sluice-stream')).toBeNull();
    expect(contentOf(await response.text())).toBe('Hello');
  });

  test('does not delay a request without one, if the store is so slow that it may be down', async () => {
    const hasty = await serve({ keys, streamLog: proxy.log, unkeyedClaimMs: 100 });
    proxy.fate = (operation) => (operation === 'PutItem' ? { delayMs: 5_000 } : 'well');
    const response = await hasty.post(path, chat('Hello'), alice);
    expect([response.headers.get('x-sluice-durability'), response.headers.get('x-sluice-stream')]).toEqual(['none', null]);
    expect(contentOf(await response.text())).toBe('Hello');
    const [line] = await hasty.logged(response);
    await hasty.close();
    expect(line).toMatchObject({ stream_role: 'unstored' });
    expect(hasty.lines.join('\n')).toContain('The store did not respond within 100 ms');
  });

  test('rejects reading a stream with a 503', async () => {
    proxy.fate = () => 'down';
    const response = await fetch(`${gateway('standard').url}/v1/streams/str_${'x'.repeat(32)}`, { headers: alice });
    expect(response.status).toBe(503);
    await response.text();
  });
});

describe('a store that fails in mid-stream', () => {
  test.each(['standard', 'strict'] as const)('loses nothing of a %s stream if it recovers soon (A32)', async (durability) => {
    let appends = 0;
    proxy.fate = (operation) => (operation === 'PutItem' && ++appends > 2 && appends < 6 ? 'throttled' : 'well');
    const text = words(60);
    const response = await gateway(durability).post(path, chat(text), alice);
    const original = await response.text();
    expect(contentOf(original)).toBe(text);
    const id = response.headers.get('x-sluice-stream');
    const again = await (await fetch(`${gateway(durability).url}/v1/streams/${id}`, { headers: alice })).text();
    expect(eventsIn(again)).toEqual(eventsIn(original));
  });

  test('delivers a standard stream to its end, and logs that it is not stored', async () => {
    let appends = 0;
    proxy.fate = (operation) => (operation === 'PutItem' && ++appends > 2 ? 'throttled' : 'well');
    const text = words(60);
    const response = await gateway('standard').post(path, chat(text), alice);
    const original = await response.text();
    expect(contentOf(original)).toBe(text);
    expect(eventsIn(original).at(-1)).toBe('data: [DONE]\n\n');
    expect(await gateway('standard').logged(response)).toMatchObject([{ stream_role: 'created', durability: 'degraded' }]);
  }, 40_000);

  test('ends a strict stream in an error, after a correct prefix', async () => {
    let appends = 0;
    proxy.fate = (operation) => (operation === 'PutItem' && ++appends > 3 ? 'throttled' : 'well');
    const text = words(60);
    const response = await gateway('strict').post(path, chat(text), alice);
    const original = await response.text();
    expect(text.startsWith(contentOf(original))).toBe(true);
    expect(contentOf(original)).not.toBe(text);
    expect(original).toContain('"code":"streams_unavailable"');
    expect(eventsIn(original).at(-1)).toBe('data: [DONE]\n\n');
  }, 40_000);
});
