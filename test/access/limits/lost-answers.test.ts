import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dynamodbStore } from '../../../lib/access/limits/dynamodb-store.ts';
import type { LimitStore, Window } from '../../../lib/access/limits/store.ts';
import { awsAccess } from '../../../lib/aws/access.ts';
import { processClock } from '../../../lib/time/clock.ts';
import { chat, limited, noon, path } from '../../support/limited.ts';
import { type LimitsTable, limitsTable } from '../../support/limits-table.ts';
import { settled } from '../../support/manual-clock.ts';

let table: LimitsTable;
let between: Server;
let store: LimitStore;
/** What becomes of the next calls, in order; then all is well. */
let fates: ('lost' | 'throttled')[] = [];

/** A proxy of the table. A lost response was a completed write that its sender never hears of. A throttled one was not done. */
beforeAll(async () => {
  table = await limitsTable();
  between = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const fate = fates.shift();
    if (fate === 'throttled') {
      response.writeHead(400).end(JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException' }));
      return;
    }
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const body = Buffer.concat(pieces).toString();
    const answer = await fetch(table.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '', { method: 'POST', headers, body });
    const text = await answer.text();
    if (fate === 'lost') response.destroy();
    else response.writeHead(answer.status).end(text);
  });
  between.listen(0, '127.0.0.1');
  await once(between, 'listening');
  const endpoint = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
  const access = awsAccess({ ...table.environment, AWS_ENDPOINT_URL_DYNAMODB: endpoint }, processClock());
  store = dynamodbStore({ access, table: table.table, random: () => 0 });
});
beforeEach(() => {
  fates = [];
});
afterAll(async () => {
  between.closeAllConnections();
  between.close();
  await table.close();
});

const window = (keyId: string): Window => ({ keyId, span: 'day', start: noon, end: noon + 60_000 });
const lease = (id: string) => ({ id, until: noon + 860_000 });

describe('a lost response of the table', () => {
  test('never subtracts twice, which would let a key exceed its limit', async () => {
    await store.add(window('off'), { tokens: 100 }, {});
    fates = ['lost'];
    await store.correct(window('off'), { tokens: -60 }).catch(() => {});
    expect((await store.add(window('off'), { tokens: 1 }, {})).totals).toEqual({ tokens: 41 });
  });

  test('doesn’t block the lease it was for', async () => {
    fates = ['lost'];
    expect(await store.take('one', lease('a'), 1, noon)).toBe(true);
    expect(await store.take('one', lease('b'), 1, noon)).toBe(false);
    await store.release('one', lease('a'));
    expect(await store.take('one', lease('b'), 1, noon)).toBe(true);
  });

  test('rejects the request if it is lost twice, and the key keeps all its streams', async () => {
    const { post } = limited({ store, limits: { concurrentStreams: 1 } });
    fates = ['lost', 'lost'];
    expect((await post(path, chat())).status).toBe(503);
    expect((await post(path, chat())).status).toBe(200);
    await settled();
  });
});

test('retries a throttled write', async () => {
  await store.add(window('throttled'), { tokens: 100 }, {});
  fates = ['throttled'];
  await store.correct(window('throttled'), { tokens: -60 });
  expect((await store.add(window('throttled'), { tokens: 1 }, {})).totals).toEqual({ tokens: 41 });
});
