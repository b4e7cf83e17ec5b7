import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';
import { alice, eventsIn, idsIn, readPart, words } from '../support/durable-gateways.ts';
import { type TestTable, testTable } from '../support/dynamodb-table.ts';
import { type Killable, startKillable } from '../support/killable.ts';
import { randomFrom } from '../support/random.ts';

const cuts = process.env.SLUICE_TEST_FULL ? 200 : 20;
const text = words(60);
const body = JSON.stringify({ model: 'lab/echo', stream: true, messages: [{ role: 'user', content: text }] });

let table: TestTable;
let emulator: Emulator;
let one: Killable;
let other: Killable;
beforeAll(async () => {
  table = await testTable();
  emulator = await startEmulator({ paceMs: 5 });
  const options = { durability: 'standard', provider: emulator.openaiUrl, environment: table.environment } as const;
  [one, other] = await Promise.all([startKillable(options), startKillable(options)]);
});
afterAll(async () => {
  for (const { child } of [one, other]) child.kill('SIGKILL');
  await emulator.close();
  await table.close();
});

const calls = () => emulator.log.length;
const aborts = () => emulator.log.filter(({ closedByClient }) => closedByClient).length;
const post = ({ url }: Killable, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...alice, 'content-type': 'application/json', ...headers },
    body,
    ...(signal && { signal }),
  });
const read = ({ url }: Killable, id: string | null, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/streams/${id}`, { headers: { ...alice, ...headers } });
const contentOf = (answer: string) => [...answer.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join('');

describe('two processes that share a table', () => {
  test(`resume each other's streams after each of ${cuts} random cuts, byte for byte (A1)`, { timeout: 300_000 }, async () => {
    const random = randomFrom('cuts');
    const before = calls();
    for (let from = 0; from < cuts; from += 20) {
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          const [first, second] = random() < 0.5 ? [one, other] : [other, one];
          const leaving = new AbortController();
          const response = await post(first, { 'x-sluice-event-ids': '1' }, leaving.signal);
          const begun = await readPart(response, 200 + Math.floor(random() * 30_000), leaving);
          const whole = begun.slice(0, begun.lastIndexOf('\n\n') + 2);
          const id = response.headers.get('x-sluice-stream');
          const last = idsIn(whole).at(-1);
          const rest = await read(second, id, last === undefined ? {} : { 'last-event-id': String(last) });
          const all = await (await read(first, id)).text();
          const joined = whole + (rest.status === 204 ? '' : await rest.text());
          expect(idsIn(joined)).toEqual(eventsIn(all).map((_, at) => at));
          expect(joined.replaceAll(/^:.*\n\n/gm, '')).toBe(all);
          expect(contentOf(all)).toBe(text);
        }),
      );
    }
    expect(calls() - before).toBe(cuts);
    expect(aborts()).toBe(0);
  });

  test('call the provider once for 20 concurrent requests with one key (A5)', async () => {
    const before = calls();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => post(at % 2 ? one : other, { 'idempotency-key': 'twenty' })),
    );
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(texts.map((answer) => eventsIn(answer).join(''))).size).toBe(1);
    expect(contentOf(texts[0] ?? '')).toBe(text);
    expect(calls() - before).toBe(1);
    const startedAt = performance.now();
    await (await post(other, { 'idempotency-key': 'twenty' })).text();
    // A replay takes some 10 ms where the original took more than half a second. A busy machine gets some more.
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
