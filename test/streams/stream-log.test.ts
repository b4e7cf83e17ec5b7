import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbLog } from '../../lib/streams/dynamodb-log.ts';
import { memoryLog } from '../../lib/streams/memory-log.ts';
import { newAddress } from '../../lib/streams/stream-id.ts';
import {
  maxRecordBytes,
  type NewStream,
  type StreamHead,
  type StreamLog,
  type StreamState,
} from '../../lib/streams/stream-log.ts';
import { type TestTable, testTable } from '../support/dynamodb-table.ts';

/** How many processes share the store. */
const processes = 20;
const now = Date.parse('2026-11-21T10:05:00Z');

let table: TestTable;
beforeAll(async () => {
  table = await testTable();
});
afterAll(() => table.close());

/** The store as each of several processes has it. */
const kinds: [name: string, logs: () => StreamLog[]][] = [
  [
    'memory',
    () => {
      const log = memoryLog();
      return Array.from({ length: processes }, () => log);
    },
  ],
  [
    'DynamoDB',
    () => Array.from({ length: processes }, () => dynamodbLog({ access: table.access(), table: table.table, random: () => 0 })),
  ],
];

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (records: Uint8Array[]) => records.map((record) => new TextDecoder().decode(record));

function newStream(members: Partial<NewStream> = {}): NewStream {
  const { id, generation } = newAddress('key');
  const times = { leaseUntil: now + 15_000, expiresAt: now + 3_600_000 };
  return { id, generation, keyId: 'key', digest: 'd', linkSecret: 'secret', owner: `owner-${generation}`, ...times, ...members };
}

describe.each(kinds)('a stream log in %s', (_, logsOf) => {
  async function claimed(members?: Partial<NewStream>): Promise<{ log: StreamLog; logs: StreamLog[]; head: StreamHead }> {
    const logs = logsOf();
    const log = logs[0] as StreamLog;
    return { log, logs, head: await log.claim(newStream(members), now) };
  }

  test('lets exactly one of 100 simultaneous claims of an id succeed, and shows the others its head (C1)', async () => {
    const logs = logsOf();
    const { id } = newStream();
    const claims = Array.from({ length: 100 }, () => newStream({ id, generation: newAddress('key').generation }));
    const heads = await Promise.all(claims.map((claim, at) => (logs[at % processes] as StreamLog).claim(claim, now)));
    const winners = claims.filter(({ generation }, at) => heads[at]?.generation === generation);
    expect(winners).toHaveLength(1);
    expect(new Set(heads.map(({ owner }) => owner)).size).toBe(1);
  });

  test('keeps every member of the head', async () => {
    const stream = newStream({ keyId: 'a key', digest: 'digest', owner: 'me' });
    const log = logsOf()[0] as StreamLog;
    const head: StreamHead = { ...stream, state: 'open', cancelRequested: false, tailedUntil: 0 };
    expect(await log.claim(stream, now)).toEqual(head);
    expect(await log.head(stream.id, now)).toEqual(head);
    expect(await log.claim(newStream({ id: stream.id }), now)).toEqual(head);
  });

  test('returns nothing for an unclaimed id', async () => {
    const log = logsOf()[0] as StreamLog;
    const { id, generation } = newAddress('key');
    expect(await log.head(id, now)).toBeUndefined();
    expect(await log.read({ id, generation }, 0, 12)).toEqual([]);
    await log.requestCancel({ id, generation });
    await log.markTailed({ id, generation }, now);
    await log.erase({ id, generation });
    expect(await log.head(id, now)).toBeUndefined();
  });

  test('reads records in order, from any position, up to the given number', async () => {
    const { log, head } = await claimed();
    for (let position = 0; position < 20; position++) await log.append(head, position, bytes(`record ${position}`));
    expect(texts(await log.read(head, 0, 3))).toEqual(['record 0', 'record 1', 'record 2']);
    expect(texts(await log.read(head, 17, 12))).toEqual(['record 17', 'record 18', 'record 19']);
    expect(texts(await log.read(head, 19, 1))).toEqual(['record 19']);
    expect(await log.read(head, 20, 1)).toEqual([]);
    expect(await log.read(head, 20, 12)).toEqual([]);
  });

  test('keeps the bytes of the largest record', async () => {
    const { log, head } = await claimed();
    const record = Uint8Array.from({ length: maxRecordBytes }, (_, at) => (at * 31) % 256);
    await log.append(head, 0, record);
    expect(Buffer.compare((await log.read(head, 0, 1))[0] as Uint8Array, record)).toBe(0);
  });

  test('writes each position once: a repeated append succeeds, and another owner is fenced off (C2)', async () => {
    const { log, logs, head } = await claimed();
    expect(await log.append(head, 0, bytes('mine'))).toBe(true);
    expect(await log.append(head, 0, bytes('mine'))).toBe(true);
    const other = { ...head, owner: 'another' };
    expect(await (logs[1] as StreamLog).append(other, 0, bytes('theirs'))).toBe(false);
    expect(texts(await log.read(head, 0, 12))).toEqual(['mine']);
  });

  test('lets exactly one of 20 readers take over, and the old owner can then neither renew nor close (C3)', async () => {
    const { log, logs, head } = await claimed();
    const taken = await Promise.all(logs.map((one, at) => one.takeOver(head, `reader-${at}`, now + 30_000)));
    const winners = taken.filter((one) => one !== undefined);
    expect(winners).toHaveLength(1);
    expect(winners[0]).toMatchObject({ leaseUntil: now + 30_000, state: 'open' });
    expect(await log.renew(head, now + 40_000)).toBeUndefined();
    expect(await log.close(head, 'finished')).toBe(false);
    expect((await log.head(head.id, now))?.owner).toBe(winners[0]?.owner);
    expect(await log.close(winners[0] as StreamHead, 'lost')).toBe(true);
  });

  test('rejects a takeover if the lease was renewed after the head was read', async () => {
    const { log, head } = await claimed();
    expect(await log.renew(head, now + 60_000)).toMatchObject({ leaseUntil: now + 60_000, owner: head.owner });
    expect(await log.takeOver(head, 'reader', now + 90_000)).toBeUndefined();
  });

  test('fences the old owner off at the first position that the new owner writes (A19)', async () => {
    const { log, head } = await claimed();
    await log.append(head, 0, bytes('old 0'));
    const taken = (await log.takeOver(head, 'new', now + 30_000)) as StreamHead;
    // Too slow, but first. The new owner sees it and continues after it.
    expect(await log.append(head, 1, bytes('old 1'))).toBe(true);
    expect(await log.append(taken, 1, bytes('new 1'))).toBe(false);
    expect(await log.append(taken, 2, bytes('new 2'))).toBe(true);
    expect(await log.append(head, 2, bytes('old 2'))).toBe(false);
    expect(texts(await log.read(head, 0, 12))).toEqual(['old 0', 'old 1', 'new 2']);
  });

  test('stops reading at a gap (C4)', async () => {
    const { log, head } = await claimed();
    await log.append(head, 0, bytes('0'));
    await log.append(head, 2, bytes('2')).catch(() => {});
    expect(texts(await log.read(head, 0, 12))).toEqual(['0']);
  });

  test('treats an expired head as unknown and free to claim, and keeps its records with their generation (C5)', async () => {
    const { log, head } = await claimed({ expiresAt: now + 60_000 });
    await log.append(head, 0, bytes('old'));
    expect(await log.head(head.id, now + 59_000)).toBeDefined();
    expect(await log.head(head.id, now + 60_000)).toBeUndefined();
    const again = newStream({ id: head.id, expiresAt: now + 120_000 });
    expect((await log.claim(again, now + 59_000)).generation).toBe(head.generation);
    const claim = await log.claim(again, now + 60_000);
    expect(claim).toMatchObject({ generation: again.generation, state: 'open' });
    expect(await log.read(claim, 0, 12)).toEqual([]);
    expect(await log.renew(head, now + 90_000)).toBeUndefined();
  });

  test.each<[Exclude<StreamState, 'open'>, boolean]>([
    ['finished', false],
    ['failed', false],
    ['cancelled', false],
    ['refused', true],
    ['lost', true],
  ])('allows a new claim of a stream that is %s: %s', async (state, isClaimable) => {
    const { log, head } = await claimed();
    expect(await log.close(head, state)).toBe(true);
    expect(await log.head(head.id, now)).toMatchObject({ state });
    const again = newStream({ id: head.id });
    expect((await log.claim(again, now)).generation === again.generation).toBe(isClaimable);
  });

  test('reports a cancellation and a reader to the producer at its next renewal (C6)', async () => {
    const { log, logs, head } = await claimed();
    const other = logs[7] as StreamLog;
    await other.markTailed(head, now + 10_000);
    expect(await log.renew(head, now + 20_000)).toMatchObject({ tailedUntil: now + 10_000, cancelRequested: false });
    await other.requestCancel(head);
    expect(await log.renew(head, now + 25_000)).toMatchObject({ tailedUntil: now + 10_000, cancelRequested: true });
    expect(await log.head(head.id, now)).toMatchObject({ cancelRequested: true });
  });

  test('ignores a cancellation of a closed stream or of another generation', async () => {
    const { log, head } = await claimed();
    await log.requestCancel({ id: head.id, generation: 'another1' });
    await log.markTailed({ id: head.id, generation: 'another1' }, now + 1);
    expect(await log.head(head.id, now)).toEqual(head);
    await log.close(head, 'finished');
    await log.requestCancel(head);
    await log.markTailed(head, now + 1);
    expect(await log.head(head.id, now)).toEqual({ ...head, state: 'finished' });
    expect(await log.renew(head, now + 60_000)).toBeUndefined();
    expect(await log.takeOver(head, 'reader', now + 60_000)).toBeUndefined();
  });

  test('erases the head and every record (A10)', async () => {
    const { log, head } = await claimed();
    for (let position = 0; position < 30; position++) await log.append(head, position, bytes('x'));
    await log.erase({ id: head.id, generation: 'another1' });
    expect(await log.head(head.id, now)).toBeDefined();
    await log.erase(head);
    expect(await log.head(head.id, now)).toBeUndefined();
    expect(await log.read(head, 0, 12)).toEqual([]);
    expect((await table.keys()).filter((key) => key.includes(head.id))).toEqual([]);
  });
});

describe('a stream log in memory', () => {
  test('drops the oldest streams at its limit, and a dropped stream rejects more records', async () => {
    const log = memoryLog({ maxBytes: 100_000 });
    const old = await log.claim(newStream(), now);
    await log.append(old, 0, new Uint8Array(60_000));
    const young = await log.claim(newStream(), now);
    await log.append(young, 0, new Uint8Array(60_000));
    expect(await log.head(old.id, now)).toBeUndefined();
    expect(await log.read(young, 0, 12)).toHaveLength(1);
    await expect(log.append(old, 1, bytes('more'))).rejects.toThrow('removed from memory');
  });
});

describe('a stream log in DynamoDB', () => {
  test('stores items that DynamoDB expires by itself, and that reveal nothing of the client key', async () => {
    const log = dynamodbLog({ access: table.access(), table: table.table, random: () => 0 });
    const head = await log.claim(newStream({ expiresAt: now + 60_000 }), now);
    await log.append(head, 0, bytes('x'));
    const expiresAt = { N: String((now + 60_000) / 1000) };
    expect(await table.item(`stream#${head.id}`)).toMatchObject({ expiresAt, state: { S: 'open' } });
    expect(await table.item(`stream#${head.id}#${head.generation}#0`)).toMatchObject({ expiresAt, owner: { S: head.owner } });
  });
});
