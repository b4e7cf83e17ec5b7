import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openaiApp } from '../../functions/openai/app.ts';
import { dynamodbKeys } from '../../lib/access/dynamodb-keys.ts';
import { keyItem, keyItemKey, storedKey } from '../../lib/access/key-item.ts';
import { authenticateKey, keyDigest } from '../../lib/access/keys.ts';
import { deployedSluice } from '../../lib/app/deployed-sluice.ts';
import { dynamodbCalls } from '../../lib/aws/dynamodb.ts';
import { type LimitsTable, limitsTable } from '../support/limits-table.ts';

let table: LimitsTable;
beforeAll(async () => {
  table = await limitsTable();
});
afterAll(() => table.close());

let count = 0;
/** A key that no other test uses. */
const fresh = () => `client-key-${++count}`;
const put = (key: string, more: object = {}) =>
  dynamodbCalls(table.settings())('PutItem', { Item: keyItem({ id: key, sha256: keyDigest(key), models: ['*'], ...more }) });

/** The directory of one environment, on a wall clock that the test moves, with the calls that it makes. */
function environment() {
  const settings = table.settings();
  const calls: string[] = [];
  const clock = { now: Date.parse('2026-12-01T12:00:00Z') };
  const endpoint: typeof settings.access.endpoint = (service, region) => {
    calls.push(service);
    return settings.access.endpoint(service, region);
  };
  const failures: unknown[] = [];
  const directory = dynamodbKeys({
    ...settings,
    access: { ...settings.access, endpoint },
    now: () => clock.now,
    onFailure: (reason) => failures.push(reason),
  });
  const work: Promise<unknown>[] = [];
  const find = (key: string) => directory.find(keyDigest(key), (done) => work.push(done));
  return { directory, find, calls, clock, failures, settled: () => Promise.all(work) };
}

describe('a key in the table', () => {
  test('is read once a minute, however many requests use it', async () => {
    const key = fresh();
    await put(key, { lastUsed: 0 });
    const { find, calls, clock, settled } = environment();
    const found = await Promise.all(Array.from({ length: 50 }, () => find(key)));
    expect(new Set(found.map((one) => one?.id))).toEqual(new Set([key]));
    await settled();
    // One read, and one write of the time of last use.
    expect(calls).toHaveLength(2);
    clock.now += 59_999;
    await find(key);
    expect(calls).toHaveLength(2);
  });

  test('is rejected within a minute after it is revoked', async () => {
    const key = fresh();
    await put(key);
    const { directory, clock } = environment();
    const enter = () => authenticateKey(new Headers({ 'x-api-key': key }), directory);
    expect((await enter()).id).toBe(key);
    await put(key, { disabled: true });
    clock.now += 60_000;
    await expect(enter()).rejects.toThrow(
      expect.objectContaining({ kind: 'invalid_api_key', message: expect.stringContaining('revoked') }),
    );
  });

  test('is accepted within a minute after it is created, even if it was tried before', async () => {
    const key = fresh();
    const { find, calls, clock } = environment();
    expect(await find(key)).toBeUndefined();
    await put(key);
    expect(await find(key)).toBeUndefined();
    expect(calls).toHaveLength(1);
    clock.now += 60_000;
    expect((await find(key))?.id).toBe(key);
  });

  test('stores nothing of its answers, whatever somebody wrote there by hand', () => {
    const item = keyItem({ id: 'app', sha256: 'a', models: ['*'], durability: 'none' });
    expect(storedKey('a', item)?.durability).toBe('none');
    for (const durability of [{ S: 'None' }, { BOOL: true }, { NULL: true }]) {
      expect(storedKey('a', { ...item, durability })?.durability).toBe('none');
    }
    expect(storedKey('a', keyItem({ id: 'app', sha256: 'a', models: ['*'] }))).not.toHaveProperty('durability');
  });

  test('keeps its models, its limits and its expiry', async () => {
    const key = fresh();
    const record = {
      models: ['small', 'large'],
      expires: 1_900_000_000_000,
      limits: { requestsPerMinute: 5, dollarsPerDay: 1.5 },
    };
    await put(key, record);
    expect(await environment().find(key)).toMatchObject(record);
  });

  test('records its last use, at most once an hour', async () => {
    const key = fresh();
    await put(key);
    const { find, clock, calls, settled } = environment();
    const lastUsed = async () => storedKey('', await table.item(`key#${keyDigest(key)}`))?.lastUsed;
    await find(key);
    await settled();
    expect(await lastUsed()).toBe(clock.now);
    const first = clock.now;
    clock.now += 120_000;
    await find(key);
    await settled();
    expect(calls).toHaveLength(3);
    expect(await lastUsed()).toBe(first);
    clock.now += 3_600_000;
    await find(key);
    await settled();
    expect(await lastUsed()).toBe(clock.now);
  });
});

describe('a table that doesn’t respond', () => {
  test('rejects every key after the minute, and accepts them again when it responds', async () => {
    const key = fresh();
    await put(key);
    const clock = { now: 1_000_000_000_000 };
    let broken = false;
    const settings = table.settings();
    const directory = dynamodbKeys({
      ...settings,
      access: {
        ...settings.access,
        endpoint: (service, region) => (broken ? new URL('http://127.0.0.1:9/') : settings.access.endpoint(service, region)),
      },
      now: () => clock.now,
      onFailure: () => {},
    });
    expect(await directory.find(keyDigest(key))).toBeDefined();
    broken = true;
    expect(await directory.find(keyDigest(key))).toBeDefined();
    clock.now += 60_000;
    await expect(directory.find(keyDigest(key))).rejects.toThrow(
      expect.objectContaining({ kind: 'keys_unavailable', status: 503 }),
    );
    await expect(directory.find(keyDigest(fresh()))).rejects.toThrow(expect.objectContaining({ kind: 'keys_unavailable' }));
    broken = false;
    expect(await directory.find(keyDigest(key))).toBeDefined();
  });

  test('hides the message from AWS', async () => {
    const denied: RequestListener = (_, response) => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(
        JSON.stringify({
          __type: 'AccessDeniedException',
          message: 'User: arn:aws:sts::111122223333:assumed-role/x is not authorized',
        }),
      );
    };
    const server = createServer(denied).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const settings = table.settings();
    const directory = dynamodbKeys({
      ...settings,
      access: { ...settings.access, endpoint: () => url },
      now: Date.now,
      onFailure: () => {},
    });
    const failure = await directory.find(keyDigest('x')).catch((thrown: Error) => thrown);
    expect(String(failure)).not.toMatch(/arn:|111122223333|role/);
    server.closeAllConnections();
    server.close();
  });
});

describe('an item', () => {
  test('grants nothing if it was damaged by hand', () => {
    const sha256 = 'a'.repeat(64);
    const whole = keyItem({ id: 'app', sha256, models: ['*'], limits: { requestsPerMinute: 5 } });
    const { id: _, ...withoutId } = whole;
    expect(storedKey(sha256, withoutId)).toBeUndefined();
    expect(storedKey(sha256, { ...whole, models: { S: '*' } })).toBeUndefined();
    expect(storedKey(sha256, { ...whole, requestsPerMinute: { S: 'many' } })?.limits).toEqual({ requestsPerMinute: 0 });
    expect(storedKey(sha256, { ...whole, expires: { S: 'never' } })?.expires).toBe(0);
  });

  test('has one primary key for one digest', () => {
    expect(keyItemKey('ab')).toEqual({ pk: { S: 'key#ab' } });
  });
});

test('an environment remembers at most the newest digests, up to the bound', async () => {
  const settings = table.settings();
  let reads = 0;
  const endpoint: typeof settings.access.endpoint = (...where) => {
    reads++;
    return settings.access.endpoint(...where);
  };
  const directory = dynamodbKeys({
    ...settings,
    access: { ...settings.access, endpoint },
    now: () => 0,
    onFailure: () => {},
    maxCached: 3,
  });
  for (const digest of ['a', 'b', 'c', 'd', 'd', 'c', 'b']) await directory.find(digest);
  expect(reads).toBe(4);
  await directory.find('a');
  expect(reads).toBe(5);
});

test('a deployed function counts the minute by the wall clock, since its monotonic clock stops while it is frozen', async () => {
  const key = fresh();
  await put(key);
  const frozen = { now: () => 0, watch: () => () => {} };
  let time = Date.now();
  const wall = vi.spyOn(Date, 'now').mockImplementation(() => time);
  const { environment: variables } = table;
  const config = { keys: { store: 'dynamodb' as const } };
  const app = openaiApp(deployedSluice({ config, environment: variables, clock: frozen, log: () => {} }));
  const status = async () => (await app.request('/v1/models', { headers: { authorization: `Bearer ${key}` } })).status;
  expect(await status()).toBe(200);
  await put(key, { disabled: true });
  expect(await status()).toBe(200);
  time += 60_000;
  expect(await status()).toBe(401);
  wall.mockRestore();
});
