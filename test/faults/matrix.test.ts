import dns from 'node:dns';
import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { cellsOf, prove } from './cells.ts';
import { faults } from './rows.ts';

// Most of a cell is waiting: for limits that run out, and for pauses before retries.
vi.setConfig({ maxConcurrency: 24 });

/** Names that never reach a resolver. They fail here, with the errors that a resolver returns. */
const failingNames: Record<string, string> = { 'nxdomain.invalid': 'ENOTFOUND', 'servfail.invalid': 'EAI_AGAIN' };

beforeAll(() => {
  const lookup = dns.lookup;
  vi.spyOn(dns, 'lookup').mockImplementation(((name: string, ...rest: unknown[]) => {
    const code = failingNames[name];
    if (!code) return Reflect.apply(lookup, dns, [name, ...rest]);
    const callback = rest.at(-1) as (error: Error) => void;
    setImmediate(() => callback(Object.assign(new Error(`${code} ${name}`), { code })));
  }) as typeof dns.lookup);
});
afterAll(() => vi.restoreAllMocks());

describe('a fault of the provider', () => {
  for (const cell of cellsOf(faults)) {
    test.concurrent(cell.title, () => prove(cell, ['alone', 'with a fallback', 'in one piece']));
  }
});
