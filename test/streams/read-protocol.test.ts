import { stream } from '@durable-streams/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, bob, chat, type DurableGateways, durableGateways, eventsIn, words } from '../support/durable-gateways.ts';

let gateways: DurableGateways;
beforeAll(async () => {
  gateways = await durableGateways('dynamodb', { paceMs: 8 });
});
afterAll(() => gateways.close());

const path = '/v1/chat/completions';
const text = words(40);

/** The messages that the official client is to give: the data of each event. */
const messagesOf = (original: string) =>
  eventsIn(original).map((event) => {
    const data = event.slice('data: '.length).trim();
    return data.startsWith('{') ? JSON.parse(data) : data;
  });

async function begin() {
  const response = await gateways.a.post(path, chat(text), alice);
  const id = response.headers.get('x-sluice-stream');
  return { url: `${gateways.b.url}/v1/streams/${id}/log`, original: response.text() };
}

describe('the official client of Durable Streams, on another gateway', () => {
  test.each(['sse', 'long-poll'] as const)(
    'follows a running stream with %s, and continues from its offset (A20)',
    async (live) => {
      const { url, original } = await begin();
      const got: unknown[] = [];
      const first = await stream({ url, headers: alice, live, offset: '-1' });
      let offset = '';
      await new Promise<void>((resolve) => {
        first.subscribeJson(async (batch) => {
          got.push(...batch.items);
          offset = batch.offset;
          if (got.length >= 20) resolve();
        });
      });
      first.cancel();
      const before = got.length;
      const second = await stream({ url, headers: alice, live, offset });
      await new Promise<void>((resolve) => {
        second.subscribeJson(async (batch) => {
          got.push(...batch.items);
          if (batch.items.at(-1) === '[DONE]') resolve();
        });
      });
      second.cancel();
      expect(before).toBeGreaterThanOrEqual(20);
      expect(got).toEqual(messagesOf(await original));
    },
    40_000,
  );

  test('reads a finished stream at once', async () => {
    const { url, original } = await begin();
    const expected = messagesOf(await original);
    const found = await stream({ url, headers: alice, live: false, offset: '-1' });
    expect(await found.json()).toEqual(expected);
    expect(found.streamClosed).toBe(true);
  }, 40_000);
});

test('the stream of another key is not found, and an invalid offset is rejected by name', async () => {
  const { url, original } = await begin();
  await original;
  expect((await fetch(url, { headers: bob })).status).toBe(404);
  const refused = await fetch(`${url}?offset=abc`, { headers: alice });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { param: 'offset' } });
});
