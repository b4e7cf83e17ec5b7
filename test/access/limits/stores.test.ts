import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryStore } from '../../../lib/access/limits/memory-store.ts';
import type { LimitStore, Window } from '../../../lib/access/limits/store.ts';
import { type LimitsTable, limitsTable } from '../../support/limits-table.ts';

/** How many environments ask at the same time. */
const environments = 20;

const minute = Date.parse('2026-11-21T10:05:00Z');
let keys = 0;
/** A window that no other test counts in. */
const fresh = (span: Window['span'] = 'minute'): Window => ({
  keyId: `key-${++keys}`,
  span,
  start: minute,
  end: minute + 60_000,
});

let table: LimitsTable;
beforeAll(async () => {
  table = await limitsTable();
});
afterAll(() => table.close());

/** Stores as environments have them: of memory there is one for each process, of the table one for each of many. */
const kinds: [name: string, stores: () => LimitStore[]][] = [
  [
    'memory',
    () => {
      const store = memoryStore();
      return Array.from({ length: environments }, () => store);
    },
  ],
  ['DynamoDB', () => Array.from({ length: environments }, () => table.store())],
];

/** The results in each environment, all of them running at once, this many times each. */
function together<Told>(
  stores: readonly LimitStore[],
  times: number,
  ask: (store: LimitStore, at: number) => Promise<Told>,
): Promise<Told[]> {
  return Promise.all(stores.flatMap((store, one) => Array.from({ length: times }, (_, at) => ask(store, one * times + at))));
}

describe.each(kinds)('in %s', (_, storesOf) => {
  const one = () => storesOf()[0] as LimitStore;

  test('allows exactly 100 of 200 simultaneous requests over 20 environments with a limit of 100', async () => {
    const stores = storesOf();
    const window = fresh();
    const results = await together(stores, 10, (store) => store.add(window, { requests: 1 }, { requests: 100 }));
    expect(results.filter(({ accepted }) => accepted)).toHaveLength(100);
    const counts = results.filter(({ accepted }) => accepted).map(({ totals }) => totals.requests);
    expect([...counts].sort((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
    expect(results.filter(({ accepted }) => !accepted).every(({ totals }) => totals.requests === 100)).toBe(true);
  });

  test('never exceeds a limit of tokens or money, whatever the amounts, and counts nothing for a rejected request', async () => {
    const stores = storesOf();
    const window = fresh('day');
    const amount = (at: number) => 1 + ((at * 7919) % 97);
    const results = await together(stores, 10, (store, at) =>
      store.add(window, { nanodollars: amount(at), tokens: 2 * amount(at) }, { nanodollars: 3_000, tokens: 4_000 }),
    );
    const spent = results.reduce((sum, { accepted }, at) => sum + (accepted ? amount(at) : 0), 0);
    expect(spent).toBeLessThanOrEqual(2_000);
    // What was refused last was larger than what was left.
    expect(spent).toBeGreaterThan(2_000 - 97);
    const { totals } = await one()
      .add(window, {}, {})
      .catch(() => ({ totals: undefined }));
    if (totals?.tokens !== undefined) expect(totals).toMatchObject({ nanodollars: spent, tokens: 2 * spent });
  });

  test('grants exactly 7 of 40 simultaneous leases, and as many again after they are returned or expire', async () => {
    const stores = storesOf();
    const { keyId } = fresh();
    const lease = (round: string, at: number) => ({ id: `${round}-${at}`, until: minute + 1000 });
    const take = async (round: string, now: number) => {
      const results = await together(stores, 2, (store, at) => store.take(keyId, lease(round, at), 7, now));
      return results.flatMap((given, at) => (given ? [lease(round, at)] : []));
    };
    const given = await take('first', minute);
    expect(given).toHaveLength(7);
    expect(await take('second', minute + 999)).toEqual([]);
    // Twice: a call may be made once more.
    for (const lease of [...given, ...given]) await first(stores).release(keyId, lease);
    const third = await take('third', minute + 999);
    expect(third).toHaveLength(7);
    // Nobody gives these back: their environment is gone.
    const fourth = await together(stores, 2, (store, at) =>
      store.take(keyId, { id: `fourth-${at}`, until: minute + 9_000 }, 7, minute + 1000),
    );
    expect(fourth.filter(Boolean)).toHaveLength(7);
    // Who comes back late takes nothing from those that came after it.
    for (const lease of third) await first(stores).release(keyId, lease);
    expect(await take('fifth', minute + 1000)).toEqual([]);
  });

  test('lets others use what was returned, and starts a window at zero', async () => {
    const [store] = storesOf() as [LimitStore];
    const window = fresh();
    expect(await store.add(window, { tokens: 90 }, { tokens: 100 })).toEqual({ accepted: true, totals: { tokens: 90 } });
    expect(await store.add(window, { tokens: 20 }, { tokens: 100 })).toEqual({ accepted: false, totals: { tokens: 90 } });
    await store.correct(window, { tokens: -80 });
    expect(await store.add(window, { tokens: 20 }, { tokens: 100 })).toEqual({ accepted: true, totals: { tokens: 30 } });
    // More was used than was reserved: that is counted, and holds back the next.
    await store.correct(window, { tokens: 500 });
    expect(await store.add(window, { tokens: 1 }, { tokens: 100 })).toEqual({ accepted: false, totals: { tokens: 530 } });
    const next = { ...window, start: window.end, end: window.end + 60_000 };
    expect(await store.add(next, { tokens: 100 }, { tokens: 100 })).toEqual({ accepted: true, totals: { tokens: 100 } });
  });

  test('rejects an amount above its limit in an empty window', async () => {
    expect(await one().add(fresh(), { requests: 1, tokens: 101 }, { tokens: 100 })).toEqual({ accepted: false, totals: {} });
  });

  test('counts keys, and the windows of one key, separately', async () => {
    const [store] = storesOf() as [LimitStore];
    const window = fresh();
    for (const other of [window, { ...window, span: 'day' as const }, { ...window, keyId: `${window.keyId}#minute` }]) {
      expect((await store.add(other, { requests: 1 }, { requests: 1 })).accepted).toBe(true);
      expect((await store.add(other, { requests: 1 }, { requests: 1 })).accepted).toBe(false);
    }
  });
});

function first(stores: readonly LimitStore[]): LimitStore {
  return stores[0] as LimitStore;
}

test('keeps the current window in memory if the clock goes back', async () => {
  const store = memoryStore();
  const window = fresh();
  const earlier = { ...window, start: window.start - 60_000, end: window.start };
  expect(await store.add(window, { tokens: 90 }, { tokens: 100 })).toEqual({ accepted: true, totals: { tokens: 90 } });
  expect(await store.add(earlier, { tokens: 20 }, { tokens: 100 })).toEqual({ accepted: false, totals: { tokens: 90 } });
  expect(await store.add(window, { tokens: 20 }, { tokens: 100 })).toEqual({ accepted: false, totals: { tokens: 90 } });
});

test('tells DynamoDB to expire an item after its window and after its last lease', async () => {
  const store = table.store();
  const window = fresh();
  await store.add(window, { requests: 1 }, {});
  const counted = await table.item(`limits#${window.keyId}#minute#2026-11-21T10:05:00.000Z`);
  expect(Number((counted.expiresAt as { N: string }).N) * 1000).toBeGreaterThan(window.end);
  const until = minute + 840_000;
  await store.take(window.keyId, { id: 'a', until }, 3, minute);
  const leases = await table.item(`limits#${window.keyId}#answers`);
  expect(leases.leases).toEqual({ SS: [`${until} a`] });
  expect(Number((leases.expiresAt as { N: string }).N) * 1000).toBeGreaterThan(until);
});

test('uses no more memory for a million requests than for one, and no more time for the last than for the first', async () => {
  const store = memoryStore();
  const run = async (count: number, from: number) => {
    const started = performance.now();
    for (let at = 0; at < count; at++) {
      const start = minute + 60_000 * Math.floor((from + at) / 100);
      const window: Window = { keyId: 'one', span: 'minute', start, end: start + 60_000 };
      await store.add(window, { requests: 1, tokens: 10 }, { requests: 1_000_000 });
      await store.take('one', { id: `${from + at}`, until: start + 1000 }, 10, start);
      await store.correct(window, { tokens: -5 });
    }
    return performance.now() - started;
  };
  await run(20_000, 0);
  const early = await run(20_000, 20_000);
  const late = await run(20_000, 400_000);
  expect(late).toBeLessThan(10 * early);
});
