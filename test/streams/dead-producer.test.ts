import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryLog } from '../../lib/streams/memory-log.ts';
import { newAddress, publicId } from '../../lib/streams/stream-id.ts';
import type { StreamLog } from '../../lib/streams/stream-log.ts';
import { alice, chat, keys, words } from '../support/durable-gateways.ts';
import { type Served, serve } from '../support/serve.ts';

/** Both gateways have it, but one of them can't reach it any more from a certain time on, as if its process had died. */
const log = memoryLog();
let isDead = false;
const mortal = Object.fromEntries(
  Object.entries(log).map(([name, call]) => [
    name,
    (...args: unknown[]) => (isDead ? new Promise(() => {}) : (call as (...all: unknown[]) => unknown)(...args)),
  ]),
) as unknown as StreamLog;

let dying: Served;
/** Its clock is ahead by more than a lease. */
let other: Served;
beforeAll(async () => {
  dying = await serve({ keys, streamLog: mortal, paceMs: 10 });
  other = await serve({ keys, streamLog: log, now: () => Date.now() + 20_000 });
});
afterAll(async () => {
  await Promise.all([dying.close(), other.close()]);
});

const ask = (method: string, path: string) => fetch(other.url + path, { method, headers: alice });

/** A stream that is stored in part, whose process is dead. */
async function lost(path: string, body: object): Promise<string> {
  isDead = false;
  const leaving = new AbortController();
  const response = await dying.post(path, body, alice, leaving.signal);
  const id = response.headers.get('x-sluice-stream') ?? '';
  await new Promise((resolve) => setTimeout(resolve, 300));
  isDead = true;
  leaving.abort();
  return id;
}
const background = { model: 'demo/openai/echo', input: words(2000), background: true };

describe('a client that asks for the state of a stream whose process has died', () => {
  test('finds a response failed, not in progress forever', async () => {
    const id = (await lost('/v1/responses', background)).replace('str_', 'resp_');
    const response = await ask('GET', `/v1/responses/${id}`);
    expect(await response.json()).toMatchObject({ id, status: 'failed', error: { code: 'producer_lost' } });
    expect(await other.logged(response)).toMatchObject([{ stream_lost: true }]);
    const again = await ask('GET', `/v1/responses/${id}`);
    expect(await again.json()).toMatchObject({ status: 'failed' });
    const cancelled = await ask('POST', `/v1/responses/${id}/cancel`);
    expect(await cancelled.json()).toMatchObject({ status: 'failed' });
  });

  test('finds a response of which nothing was stored lost', async () => {
    const address = newAddress('key-0');
    const times = { leaseUntil: Date.now(), expiresAt: Date.now() + 3_600_000 };
    await log.claim({ ...address, ...times, keyId: 'key-0', digest: 'd', linkSecret: '', owner: 'dead' }, Date.now());
    const response = await ask('GET', `/v1/responses/${publicId(address).replace('str_', 'resp_')}`);
    expect([response.status, await response.text()]).toEqual([502, expect.stringContaining('producer_lost')]);
  });

  test('finds it lost when it is cancelled', async () => {
    const id = await lost('/v1/chat/completions', chat(words(2000)));
    const cancelled = await ask('DELETE', `/v1/streams/${id}`);
    expect(await cancelled.json()).toMatchObject({ status: 'lost' });
    expect(await other.logged(cancelled)).toMatchObject([{ stream_role: 'cancelled', stream_lost: true }]);
  });

  test('finds its log closed', async () => {
    const id = await lost('/v1/chat/completions', chat(words(2000)));
    const response = await ask('GET', `/v1/streams/${id}/log`);
    expect(response.headers.get('stream-closed')).toBe('true');
    expect(await response.text()).toContain('producer_lost');
  });
});
