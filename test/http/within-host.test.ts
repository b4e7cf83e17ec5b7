import { expect, test } from 'vitest';
import { withinHost } from '../../lib/http/within-host.ts';

const route = { name: 'x', targets: [], totalMs: 840_000, retries: 1, continueText: false };

test.each([
  ['a host without an end leaves the route as it is', {}, 840_000],
  ['a host that tells nothing does too', undefined, 840_000],
  ['a host with much time does too', { remainingMs: () => 900_000 }, 840_000],
  ['ten seconds are kept of what the host has left', { remainingMs: () => 60_000 }, 50_000],
  ['of little time half is the answer’s', { remainingMs: () => 3_000 }, 1_500],
  ['in tenths of a second, as the caller is told it', { remainingMs: () => 59_987 }, 49_900],
])('%s', (_, host, expected) => {
  expect(withinHost(route, host)).toEqual({ ...route, totalMs: expected });
});
