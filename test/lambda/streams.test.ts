import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsIn, readPart, words } from '../support/durable-gateways.ts';
import { type TestTable, testTable } from '../support/dynamodb-table.ts';
import { clientKey, type Deployed, deploy, type Started } from './deployed.ts';

const path = '/v1/chat/completions';
const body = (text: string) => ({ model: 'openai/echo', stream: true, messages: [{ role: 'user', content: text }] });
const authorization = `Bearer ${clientKey}`;

let deployed: Deployed;
let table: TestTable;
/** Two functions, each with environments of its own: they share nothing but the table. */
let one: Started;
let other: Started;
beforeAll(async () => {
  table = await testTable();
  deployed = await deploy({ streams: { store: 'dynamodb' } }, 10);
  const environment = { SLUICE_TABLE: table.table, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint };
  one = await deployed.start('openai', { environment });
  other = await deployed.start('openai', { environment });
}, 120_000);
afterAll(async () => {
  await deployed.close();
  await table.close();
});

const read = async (id: string | null) =>
  (await fetch(new URL(`/v1/streams/${id}`, other.url), { headers: { authorization } })).text();
const contentOf = (text: string) => [...text.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join('');

describe('a durable stream of a function', () => {
  test('is complete in the table when the function is frozen (A28)', async () => {
    for (let round = 0; round < 3; round++) {
      const response = await one.post(path, body(words(8)));
      const original = await response.text();
      // The environment is frozen from here on.
      expect(eventsIn(await read(response.headers.get('x-sluice-stream')))).toEqual(eventsIn(original));
    }
  }, 60_000);

  test('is finished after its client has disconnected, and another function can read it', async () => {
    const controller = new AbortController();
    const response = await one.post(path, body(words(40)), {}, controller.signal);
    await readPart(response, 400, controller);
    const text = await read(response.headers.get('x-sluice-stream'));
    expect(contentOf(text)).toBe(words(40));
    expect(eventsIn(text).at(-1)).toBe('data: [DONE]\n\n');
    expect(deployed.emulator.log.filter(({ closedByClient }) => closedByClient)).toEqual([]);
  }, 60_000);

  test('is read by a link on another function, which is an https URL of the host that the client used', async () => {
    const response = await one.post(path, body(words(8)));
    const original = await response.text();
    const id = response.headers.get('x-sluice-stream');
    const made = await fetch(new URL(`/v1/streams/${id}/link`, other.url), { method: 'POST', headers: { authorization } });
    const { url } = (await made.json()) as { url: string };
    expect(url).toMatch(/^https:\/\//);
    const { pathname, search, host } = new URL(url);
    expect(host).toBe(new URL(other.url).host);
    const linked = await (await fetch(new URL(pathname + search, one.url))).text();
    expect(eventsIn(linked)).toEqual(eventsIn(original));
    expect((await fetch(new URL(`${pathname}${search}x`, one.url))).status).toBe(404);
  }, 60_000);

  test('can be cancelled from another function', async () => {
    const response = await one.post(path, body(words(3000)));
    const id = response.headers.get('x-sluice-stream');
    const cancelled = await fetch(new URL(`/v1/streams/${id}`, other.url), { method: 'DELETE', headers: { authorization } });
    expect(cancelled.status).toBe(200);
    expect(await response.text()).toContain('"code":"stream_cancelled"');
    await expect.poll(() => deployed.emulator.log.filter(({ closedByClient }) => closedByClient).length).toBe(1);
  }, 60_000);
});
