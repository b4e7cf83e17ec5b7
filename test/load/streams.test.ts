import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { covered, extent } from '../support/extent.ts';
import { randomFrom } from '../support/random.ts';
import { inParallel, open, read, until } from './reader.ts';
import { type GatewayProcess, startGateway } from './start-gateway.ts';
import { startUpstream, token, type Upstream } from './upstream.ts';

const timeout = 600_000;
const megabyte = 1 << 20;

let upstream: Upstream;
let gateway: GatewayProcess;
beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway(upstream.baseUrl);
}, timeout);
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

/** How many answers have ended so until now. */
async function ended(outcome: string): Promise<number> {
  return (await gateway.measure()).outcomes[outcome] ?? 0;
}

describe('many parallel streams', () => {
  const streams = extent({ full: 1000, reduced: 200 });
  const tokens = 200;

  test(`${streams} of ${tokens} tokens: none lost, duplicated, reordered or mixed`, { timeout }, async () => {
    const before = await ended('ok');
    await inParallel(streams, streams, async (index) => {
      const prompt = `stream-${index}`;
      const expected = Array.from({ length: tokens }, (_, n) => token(prompt, n)).join('');
      expect(await read(gateway.url, `tokens@${tokens}`, prompt)).toEqual({ status: 200, text: expected, ending: 'finish' });
    });
    expect(await ended('ok')).toBe(before + streams);
    covered(`${streams} streams at once of ${tokens} numbered tokens`);
  });
});

describe('a client that reads one kilobyte per second', () => {
  const seconds = extent({ full: 20, reduced: 2 });
  const allowed = extent({ full: 8, reduced: 24 }) * megabyte;
  /** What the buffers of the sockets on both sides of the gateway may hold at most. */
  const inSockets = 24 * megabyte;

  test('applies backpressure to the provider, and needs little memory', { timeout }, async () => {
    const before = await gateway.measure();
    const { answer, abort } = await open(gateway.url, 'flood', 'slow reader');
    answer.pause();
    for (let second = 0; second < seconds; second++) {
      await sleep(1000);
      answer.read(1024);
    }
    const call = upstream.calls.get('slow reader');
    const { written = 0 } = call ?? {};
    await sleep(300);
    const during = await gateway.measure();
    expect(call?.written, 'the provider goes on writing').toBe(written);
    expect(written).toBeLessThan(inSockets);
    expect(during.memory - before.memory).toBeLessThan(allowed);
    abort();
    await until(() => call?.closedAt !== undefined);
    covered(`a slow reader for ${seconds} s: ${((during.memory - before.memory) / megabyte).toFixed(1)} MB held for it`);
  });
});

describe('a client that disconnects', () => {
  const aborts = extent({ full: 1000, reduced: 50 });
  const allowedMs = extent({ full: 100, reduced: 1000 });

  test(`closes the provider's connection at once, ${aborts} times`, { timeout }, async () => {
    const random = randomFrom('aborts');
    const took: number[] = [];
    const before = await ended('client_closed');
    await inParallel(aborts, 5, async (index) => {
      const prompt = `leaving-${index}`;
      const { answer, abort } = await open(gateway.url, 'drip', prompt);
      expect(answer.statusCode).toBe(200);
      answer.resume();
      await sleep(random() * 60);
      const abortedAt = performance.now();
      abort();
      const call = upstream.calls.get(prompt);
      await until(() => call?.closedAt !== undefined);
      took.push((call?.closedAt ?? 0) - abortedAt);
    });
    const p99 = took.sort((a, b) => a - b)[Math.ceil(aborts * 0.99) - 1] ?? 0;
    expect(p99).toBeLessThan(allowedMs);
    await until(async () => (await ended('client_closed')) === before + aborts);
    covered(`${aborts} callers left: p99 ${p99.toFixed(0)} ms until the provider's connection was closed`);
  });
});
