import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { covered, extent, isFull } from '../support/extent.ts';
import { bytesOf, open } from './reader.ts';
import { type GatewayProcess, startGateway } from './start-gateway.ts';
import { largeText, startUpstream, type Upstream } from './upstream.ts';

const megabyte = 1 << 20;
const timeout = 120_000;

let upstream: Upstream;
let gateway: GatewayProcess;
beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway(upstream.baseUrl);
}, 600_000);
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

/** How long an answer of one event with so many characters takes, and what came of it. */
async function ask(characters: number) {
  const started = performance.now();
  const { answer } = await open(gateway.url, `large@${characters}`, `large-${characters}`);
  const bytes = await bytesOf(answer);
  return { ms: performance.now() - started, status: answer.statusCode, events: bytes.toString().split('\n\n').slice(0, -1) };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

test('the text of one large event arrives whole, in events of at most 16 KiB', { timeout }, async () => {
  const characters = extent({ full: 28, reduced: 7 }) * megabyte - 4096;
  const { events } = await ask(characters);
  const texts = events
    .filter((event) => event !== 'data: [DONE]')
    .map((event) => JSON.parse(event.slice('data: '.length)).choices[0]?.delta.content ?? '');
  expect(hash(texts.join(''))).toBe(hash(largeText(characters)));
  expect(Math.max(...events.map((event) => Buffer.byteLength(event) + 2))).toBeLessThanOrEqual(16 * 1024);
  expect(texts.every((text) => text.isWellFormed())).toBe(true);
  expect(events.at(-1)).toBe('data: [DONE]');
});

test('the time for an event is proportional to its size', { timeout }, async () => {
  const largest = extent({ full: 26, reduced: 8 }) * megabyte;
  await ask(largest / 4);
  const small = Math.min((await ask(largest / 4)).ms, (await ask(largest / 4)).ms);
  const large = Math.min((await ask(largest)).ms, (await ask(largest)).ms);
  expect(large).toBeLessThan(small * 4 * extent({ full: 2, reduced: 3 }) + 100);
  covered(`one event of ${largest / megabyte} Mi characters: ${large.toFixed(0)} ms, a quarter of it ${small.toFixed(0)} ms`);
});

test.skipIf(!isFull)('an event of more than 32 MiB is rejected, and the gateway keeps working', { timeout }, async () => {
  const { status, ms } = await ask(33 * megabyte);
  expect(status).toBe(502);
  expect(ms).toBeLessThan(10_000);
  expect((await ask(10)).status).toBe(200);
});
