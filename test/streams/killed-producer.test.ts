import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';
import { dynamodbLog } from '../../lib/streams/dynamodb-log.ts';
import { alice, eventsIn, idsIn, keys, words } from '../support/durable-gateways.ts';
import { type TestTable, testTable } from '../support/dynamodb-table.ts';
import { type Killable, startKillable } from '../support/killable.ts';
import { type Served, serve } from '../support/serve.ts';

/** How often a process is killed in each mode, and how many streams that cuts, each at another place. */
const rounds = process.env.SLUICE_TEST_FULL ? 10 : 1;
const streamsAtOnce = 10;
const path = '/v1/chat/completions';
const text = words(150);
const body = { model: 'lab/echo', stream: true, messages: [{ role: 'user', content: text }] };

let table: TestTable;
let emulator: Emulator;
/** The other gateway, whose clock is ahead by more than a lease: it finds every lease of a dead process expired. */
let other: Served;
const children: ChildProcess[] = [];

beforeAll(async () => {
  table = await testTable();
  emulator = await startEmulator({ paceMs: 15 });
  const config = { providers: { lab: { kind: 'openai', baseUrl: emulator.openaiUrl, key: { env: 'LAB_KEY' } } } } as const;
  const streamLog = dynamodbLog({ access: table.access(), table: table.table, random: () => 0 });
  other = await serve({ config, keys, streamLog, environment: { LAB_KEY: 'key' }, now: () => Date.now() + 20_000 });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await other.close();
  await emulator.close();
  await table.close();
});

async function producer(durability: 'standard' | 'strict'): Promise<Killable> {
  const started = await startKillable({ durability, provider: emulator.openaiUrl, environment: table.environment });
  children.push(started.child);
  return started;
}

interface Cut {
  readonly key: string;
  readonly id: string;
  /** The whole events that the client got. */
  readonly seen: string;
}

/** Starts streams one after the other and kills their process in the middle of all of them. */
async function cutStreams(durability: 'standard' | 'strict', round: number): Promise<Cut[]> {
  const { url, child } = await producer(durability);
  const streams = Array.from({ length: streamsAtOnce }, async (_, at) => {
    await new Promise((resolve) => setTimeout(resolve, at * 60));
    const key = `${durability}-${round}-${at}`;
    const headers = { ...alice, 'content-type': 'application/json', 'idempotency-key': key, 'x-sluice-event-ids': '1' };
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const decoder = new TextDecoder();
    let seen = '';
    const reading = (async () => {
      try {
        for await (const piece of response.body ?? []) seen += decoder.decode(piece, { stream: true });
      } catch {
        // The process was killed.
      }
    })();
    return {
      key,
      id: response.headers.get('x-sluice-stream') ?? '',
      reading,
      seen: () => seen.slice(0, seen.lastIndexOf('\n\n') + 2),
    };
  });
  const begun = await Promise.all(streams);
  // At least a second of each is stored.
  await new Promise((resolve) => setTimeout(resolve, 1_300 + Math.random() * 500));
  child.kill('SIGKILL');
  await Promise.all(begun.map(({ reading }) => reading));
  return begun.map(({ key, id, seen }) => ({ key, id, seen: seen() }));
}

const read = async (id: string, headers: Record<string, string> = {}) =>
  (await fetch(`${other.url}/v1/streams/${id}`, { headers: { ...alice, ...headers } })).text();
const contentOf = (answer: string) => [...answer.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join('');

describe.each(['strict', 'standard'] as const)('a producer of %s streams that is killed', (durability) => {
  test(`leaves a correct prefix and an error, in each of ${rounds * streamsAtOnce} streams (A18)`, async () => {
    const check = async ({ key, id, seen }: Cut) => {
      expect(contentOf(seen).length, key).toBeGreaterThan(0);
      expect(seen, key).not.toContain('[DONE]');
      const stored = await read(id);
      expect(text.startsWith(contentOf(stored)), key).toBe(true);
      expect(contentOf(stored).length, key).toBeGreaterThan(0);
      expect(stored, key).toContain('"code":"producer_lost"');
      expect(eventsIn(stored).at(-1), key).toBe('data: [DONE]\n\n');

      const last = idsIn(seen).at(-1) ?? 0;
      const rest = await read(id, { 'last-event-id': String(last) });
      if (durability === 'strict') {
        // What the client has seen is stored, so that it can go on exactly where it was.
        expect([...eventsIn(seen), ...eventsIn(rest)], key).toEqual(eventsIn(stored));
      } else {
        // The client may be ahead of what was stored, by what is stored within a second.
        const common = Math.min(eventsIn(seen).length, idsIn(stored).length - 2);
        expect(eventsIn(seen).slice(0, common), key).toEqual(eventsIn(stored).slice(0, common));
      }

      const headers = { ...alice, 'content-type': 'application/json', 'idempotency-key': key };
      if (key.endsWith('-0')) {
        const again = await fetch(other.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
        expect(again.headers.get('x-sluice-stream')).not.toBe(id);
        expect(contentOf(await again.text())).toBe(text);
      }
    };
    for (let round = 0; round < rounds; round++) await Promise.all((await cutStreams(durability, round)).map(check));
  }, 600_000);
});

test('a producer that stood still for longer than its lease is fenced off, and its client is told (A19)', async () => {
  const { url, child } = await producer('standard');
  const headers = { ...alice, 'content-type': 'application/json' };
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const client = response.text();
  const id = response.headers.get('x-sluice-stream') ?? '';
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  child.kill('SIGSTOP');
  const closed = await read(id);
  expect(closed).toContain('"code":"producer_lost"');
  child.kill('SIGCONT');
  expect(await client).toContain('"code":"producer_lost"');
  // Nothing was written after the end, and nothing between.
  expect(await read(id)).toBe(closed);
}, 60_000);
