import { afterAll, beforeAll, expect, test } from 'vitest';
import { covered, extent } from '../support/extent.ts';
import type { Measured } from './gateway-process.ts';
import { inParallel, read, until } from './reader.ts';
import { type GatewayProcess, startGateway } from './start-gateway.ts';
import { startUpstream, type Upstream } from './upstream.ts';

const streams = extent({ full: 10_000, reduced: 500 });
const warming = extent({ full: 2_000, reduced: 300 });
const allowed = extent({ full: 5, reduced: 2 }) * (1 << 20);

let upstream: Upstream;
let gateway: GatewayProcess;
beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startGateway(upstream.baseUrl);
}, 600_000);
afterAll(() => gateway.close());

/** One faulty answer in three, each fault in its turn, before content and after it. */
const faults = [
  'end@0',
  'reset@0',
  'failure@0',
  'garbage@0',
  'status@500',
  'status@429',
  'end@5',
  'reset@5',
  'failure@5',
  'garbage@5',
];

async function run(count: number): Promise<void> {
  await inParallel(count, 20, async (index) => {
    const fault = index % 3 === 0 ? faults[(index / 3) % faults.length] : undefined;
    const { ending } = await read(gateway.url, fault ?? 'tokens@10', `stream-${index}`);
    expect(ending, fault ?? 'no fault').toBe(fault === undefined ? 'finish' : 'error');
  });
}

test(`${streams} streams, a third of them faulty, leave nothing open`, { timeout: 600_000 }, async () => {
  const atFirst = await gateway.measure();
  await run(warming);
  const before = await gateway.measure();
  await run(streams);
  const after = await gateway.measure();

  expect(total(after) - total(before)).toBe(streams);
  expect(after.memory - before.memory).toBeLessThan(allowed);
  expect(after.warnings).toEqual([]);

  // Connections to the provider are kept for the next call until the provider closes them.
  await upstream.close();
  await until(async () => sameResources(atFirst, await gateway.measure()));
  covered(`${streams} streams, a third faulty: ${((after.memory - before.memory) / (1 << 20)).toFixed(2)} MB more than before`);
});

function total({ outcomes }: Measured): number {
  return Object.values(outcomes).reduce((sum, count) => sum + count, 0);
}

function sameResources(one: Measured, other: Measured): boolean {
  return JSON.stringify(Object.entries(one.resources).sort()) === JSON.stringify(Object.entries(other.resources).sort());
}
