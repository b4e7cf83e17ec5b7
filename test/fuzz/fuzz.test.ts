import { afterAll, describe, expect, test } from 'vitest';
import { covered, extent, isFull } from '../support/extent.ts';
import { fuzzes } from './run.ts';

/** Every run tries the same cases; `npm run test:fuzz` tries others. */
const seed = 20_261_201;
const count = (name: string) => extent({ full: 100_000, reduced: reduced[name] ?? 300 });
const reduced: Readonly<Record<string, number>> = { streams: 1500, requests: 600, bodies: 400, 'round trips': 400 };

afterAll(() => covered(`${fuzzes.map(({ name }) => `${count(name)} ${name}`).join(', ')} (seed ${seed})`));

describe('generated streams and conversations', () => {
  test.each(fuzzes.map((fuzz) => [fuzz.name, fuzz] as const))(
    '%s: lose nothing, invent nothing, and are not rejected',
    { timeout: isFull ? 3_600_000 : 60_000 },
    async (name, { run }) => {
      expect(await run(seed, count(name))).toBeUndefined();
    },
  );
});
