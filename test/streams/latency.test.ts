import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbLog } from '../../lib/streams/dynamodb-log.ts';
import { alice, keys } from '../support/durable-gateways.ts';
import { type TestTable, testTable } from '../support/dynamodb-table.ts';
import { type Served, serve } from '../support/serve.ts';

/** A provider that writes the time at which it sends each token, so that a client of the same process knows its age. */
let provider: Server;
let table: TestTable;
const gateways: Partial<Record<'standard' | 'strict', Served>> = {};
const paceMs = 10;
const tokens = 120;

beforeAll(async () => {
  provider = createServer(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let sent = 0; sent <= tokens; sent++) {
      const choice = { index: 0, delta: { content: `${performance.now()} ` }, finish_reason: sent === tokens ? 'stop' : null };
      const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [choice] };
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
      await new Promise((resolve) => setTimeout(resolve, paceMs));
    }
    response.end('data: [DONE]\n\n');
  });
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  table = await testTable();
  const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
  for (const durability of ['standard', 'strict'] as const) {
    gateways[durability] = await serve({
      config: {
        providers: { lab: { kind: 'openai-compatible', baseUrl, key: { env: 'LAB_KEY' } } },
        streams: { durability },
      },
      environment: { LAB_KEY: 'key' },
      keys,
      streamLog: dynamodbLog({ access: table.access(), table: table.table, random: () => 0 }),
    });
  }
});
afterAll(async () => {
  await Promise.all(Object.values(gateways).map((gateway) => gateway.close()));
  provider.close();
  await table.close();
});

/** How old each token of a stream is when the client gets it, in milliseconds. */
async function ages(gateway: Served | undefined, headers: Record<string, string> = {}): Promise<number[]> {
  const body = { model: 'lab/m', stream: true, messages: [{ role: 'user', content: 'Go.' }] };
  const response = await gateway?.post('/v1/chat/completions', body, { ...alice, ...headers });
  const found: number[] = [];
  for await (const piece of response?.body ?? []) {
    const now = performance.now();
    const times = [
      ...Buffer.from(piece)
        .toString()
        .matchAll(/"content":"([\d.]+) /g),
    ];
    found.push(...times.map(([, time]) => now - Number(time)));
  }
  return found;
}

const median = (numbers: readonly number[]) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;

test('a stored stream is as fast as one that is not: less than 2 ms more per event at the median (A31)', async () => {
  await Promise.all([ages(gateways.standard), ages(gateways.strict)]);
  const found: Record<'none' | 'standard' | 'strict', number[]> = { none: [], standard: [], strict: [] };
  // Side by side, so that all have the same machine.
  for (let round = 0; round < 4; round++) {
    const [none, standard, strict] = await Promise.all([
      ages(gateways.standard, { 'x-sluice-durability': 'none' }),
      ages(gateways.standard),
      ages(gateways.strict),
    ]);
    found.none.push(...none);
    found.standard.push(...standard);
    found.strict.push(...strict);
  }
  const medians = { none: median(found.none), standard: median(found.standard), strict: median(found.strict) };
  process.stdout.write(`median age of an event in ms: ${JSON.stringify(medians)}\n`);
  expect(found.standard.length).toBeGreaterThan(4 * tokens - 10);
  expect(medians.standard - medians.none).toBeLessThan(2);
  // It waits for at most one flush and for the store.
  expect(medians.strict).toBeLessThan(400);
}, 60_000);
