import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Batch } from '../../lib/streams/batch.ts';
import { closeLost } from '../../lib/streams/close-lost.ts';
import { dynamodbLog } from '../../lib/streams/dynamodb-log.ts';
import { memoryLog } from '../../lib/streams/memory-log.ts';
import { recordsOf } from '../../lib/streams/records.ts';
import { newAddress } from '../../lib/streams/stream-id.ts';
import type { StreamHead, StreamLog } from '../../lib/streams/stream-log.ts';
import { tail } from '../../lib/streams/tail.ts';
import { processClock } from '../../lib/time/clock.ts';
import { type TestTable, testTable } from '../support/dynamodb-table.ts';

let table: TestTable;
beforeAll(async () => {
  table = await testTable();
});
afterAll(() => table.close());

const kinds: [name: string, log: () => StreamLog][] = [
  ['memory', () => memoryLog()],
  ['DynamoDB', () => dynamodbLog({ access: table.access(), table: table.table, random: () => 0 })],
];

const clock = processClock();
const leaseMs = 60_000;
const opening = (...lost: string[]) => ({
  status: 200,
  headers: {},
  streamed: true,
  failures: { producer_lost: lost, streams_unavailable: [] },
});
const event = (text: string) => new TextEncoder().encode(text);
const textsOf = (batches: readonly Batch[]) => batches.flatMap(({ events }) => events.map((one) => Buffer.from(one).toString()));

/** A stream that a test produces, and a wall clock that the test moves. */
async function stream(log: StreamLog) {
  const start = Date.now();
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const times = { leaseUntil: start + leaseMs, expiresAt: start + 3_600_000 };
  const head = await log.claim(
    { ...newAddress('key'), keyId: 'key', digest: 'd', linkSecret: 'secret', owner: 'producer', ...times },
    start,
  );
  const left = new AbortController();
  let position = 0;
  return {
    head,
    settings: { log, clock, now, signal: left.signal },
    leave: () => left.abort(new Error('left')),
    forward: (milliseconds: number) => {
      ahead += milliseconds;
    },
    async store(batch: Batch, as: StreamHead = head): Promise<boolean> {
      let stored = true;
      for (const record of recordsOf(batch)) stored = await log.append(as, position++, record);
      return stored;
    },
  };
}

async function all(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const found: Batch[] = [];
  for await (const batch of batches) found.push(batch);
  return found;
}

describe.each(kinds)('following a stream in %s', (_, makeLog) => {
  test('yields what is stored, then what is stored meanwhile, and ends at the end', async () => {
    const { head, settings, store } = await stream(makeLog());
    for (let at = 0; at < 30; at++) await store({ first: at, events: [event(`${at} `)] });
    const reading = all(tail(head, settings));
    for (let at = 30; at < 40; at++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await store({ first: at, events: [event(`${at} `)] });
    }
    await store({ first: 40, events: [], end: 'finished' });
    const batches = await reading;
    expect(textsOf(batches).join('')).toBe(Array.from({ length: 40 }, (_, at) => `${at} `).join(''));
    expect(batches.at(-1)?.end).toBe('finished');
  });

  test('reports a reader to the producer, but not if the stream has ended', async () => {
    const log = makeLog();
    const open = await stream(log);
    await open.store({ first: 0, events: [event('x')] });
    const reading = all(tail(open.head, open.settings)).catch((thrown: Error) => thrown.message);
    await expect.poll(async () => (await log.head(open.head.id, Date.now()))?.tailedUntil).toBeGreaterThan(Date.now());
    open.leave();
    expect(await reading).toBe('left');
    const ended = await stream(log);
    await ended.store({ first: 0, events: [event('x')], end: 'finished' });
    await log.close(ended.head, 'finished');
    await all(tail(ended.head, ended.settings));
    expect(await log.head(ended.head.id, Date.now())).toMatchObject({ tailedUntil: 0 });
  });

  test('closes a stream whose lease has expired, with the closing events from its producer', async () => {
    const log = makeLog();
    const { head, settings, store, forward } = await stream(log);
    const lost = 'data: {"sequence_number":0,"code":"producer_lost"}\n\n';
    await store({ first: 0, events: [event('a'), event('b')], opening: opening(lost, lost) });
    forward(leaseMs + 1_000);
    const readings = await Promise.all(Array.from({ length: 5 }, () => all(tail(head, settings))));
    for (const batches of readings) {
      expect(batches.at(-1)).toMatchObject({ first: 2, end: 'lost' });
      expect(textsOf(batches)).toEqual([
        'a',
        'b',
        'data: {"sequence_number":2,"code":"producer_lost"}\n\n',
        'data: {"sequence_number":3,"code":"producer_lost"}\n\n',
      ]);
    }
    expect(await log.head(head.id, Date.now())).toMatchObject({ state: 'lost' });
    expect(await store({ first: 2, events: [event('too late')] })).toBe(false);
  });

  test('closes a stream whose producer died before it stored anything', async () => {
    const { head, settings, forward } = await stream(makeLog());
    forward(leaseMs + 1_000);
    expect(await all(tail(head, settings))).toEqual([{ first: 0, events: [], end: 'lost' }]);
  });

  test('keeps the end that the producer stored between the takeover and the fence (A19b)', async () => {
    const log = makeLog();
    const { head, settings, store } = await stream(log);
    await store({ first: 0, events: [event('a')], opening: opening('lost') });
    const takeOver: StreamLog['takeOver'] = async (...parameters) => {
      const taken = await log.takeOver(...parameters);
      await store({ first: 1, events: [event('z')], end: 'finished' });
      return taken;
    };
    await closeLost(head, { log: { ...log, takeOver }, now: settings.now });
    expect(textsOf(await all(tail(head, settings)))).toEqual(['a', 'z']);
    expect(await log.head(head.id, Date.now())).toMatchObject({ state: 'finished' });
  });

  test('rereads what a slow producer stored just before the fence', async () => {
    const log = makeLog();
    const { head, settings, store } = await stream(log);
    await store({ first: 0, events: [event('a')], opening: opening('lost') });
    let reads = 0;
    const read: StreamLog['read'] = async (...parameters) => {
      const records = await log.read(...parameters);
      if (++reads === 2) await store({ first: 1, events: [event('b')] });
      return records;
    };
    await closeLost(head, { log: { ...log, read }, now: settings.now });
    expect(textsOf(await all(tail(head, settings)))).toEqual(['a', 'b', 'lost']);
  });

  test('ends without an end if the stream was erased, and if a closed stream has no last record', async () => {
    const log = makeLog();
    const erased = await stream(log);
    const reading = all(tail(erased.head, erased.settings));
    await log.erase(erased.head);
    expect(await reading).toEqual([]);
    const closed = await stream(log);
    await closed.store({ first: 0, events: [event('a')] });
    await log.close(closed.head, 'refused');
    expect((await all(tail(closed.head, closed.settings))).map(({ end }) => end)).toEqual([undefined]);
  });
});
