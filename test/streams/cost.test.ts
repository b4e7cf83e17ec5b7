import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, chat, eventsIn, keys } from '../support/durable-gateways.ts';
import { type TestTable, testTable } from '../support/dynamodb-table.ts';
import { type Served, serve } from '../support/serve.ts';
import { type StoreProxy, storeProxy } from '../support/store-proxy.ts';

interface Counted {
  readonly seconds: number;
  readonly events: number;
  readonly writes: number;
  readonly reads: number;
}

/** The pace of 50 tokens a second. One token of the demo provider is one to three characters. */
const paceMs = 20;
const text = 'ab'.repeat(1000);

let table: TestTable;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  table = await testTable();
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await table.close();
});

async function counted(
  durability: 'standard' | 'strict',
  meanwhile: (proxy: StoreProxy, served: Served, id: string) => Promise<unknown> = async () => {},
): Promise<Counted> {
  const proxy = await storeProxy(table);
  closing.push(proxy.close);
  const served = await serve({ config: { streams: { durability } }, keys, streamLog: proxy.log, paceMs });
  closing.push(() => served.close());
  const response = await served.post('/v1/chat/completions', chat(text), alice);
  const reading = meanwhile(proxy, served, response.headers.get('x-sluice-stream') ?? '');
  const events = eventsIn(await response.text()).length;
  await reading;
  const seconds = Number((await served.logged(response))[0]?.total_ms) / 1000;
  return { seconds, events, writes: proxy.writeUnits, reads: proxy.itemsRead };
}

/** Reads along for ten seconds. */
async function tailTenSeconds(_: StoreProxy, served: Served, id: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const signal = AbortSignal.timeout(10_000);
  const response = await fetch(`${served.url}/v1/streams/${id}`, { headers: alice, signal });
  await response.text().catch(() => {});
}

/** A busy machine takes longer than 20 s, and each second more costs as much as each of those before. */
const atMost = (units: number, { seconds }: Counted) => Math.ceil(units * Math.max(1, seconds / 20));

describe('the cost of a stream of 20 s and 1,000 tokens', () => {
  test.concurrent.each([
    // biome-ignore format: a case a line
    ['standard, not read along (A30)', 'standard', undefined, { writes: 32, reads: 40 }],
    ['standard, read along for 10 s (A30)', 'standard', tailTenSeconds, { writes: 190, reads: 300 }],
    ['strict', 'strict', undefined, { writes: 240, reads: 40 }],
  ] as const)('in %s', { timeout: 120_000 }, async (name, durability, meanwhile, most) => {
    const found = await counted(durability, meanwhile);
    // The figures of docs/streams.md.
    process.stdout.write(`${name}: ${JSON.stringify(found)}\n`);
    expect(found.events).toBeGreaterThan(900);
    expect(found.writes).toBeLessThanOrEqual(atMost(most.writes, found));
    expect(found.reads).toBeLessThanOrEqual(atMost(most.reads, found));
    expect(found.writes).toBeGreaterThan(10);
  });
});
