import { expect, test } from 'vitest';
import { memoryStore } from '../../lib/access/limits/memory-store.ts';
import { capToDeadline } from '../../lib/http/cap-to-deadline.ts';
import { chat, limited, path } from '../support/limited.ts';
import { manualClock, settled } from '../support/manual-clock.ts';

const route = { name: 'x', targets: [], totalMs: 840_000, retries: 1, continueText: false };

test.each([
  ['a host without an end leaves the route as it is', {}, 840_000],
  ['a host that tells nothing does too', undefined, 840_000],
  ['a host with much time does too', { remainingMs: () => 900_000 }, 840_000],
  ['ten seconds are kept of what the host has left', { remainingMs: () => 60_000 }, 50_000],
  ['of little time half is the answer’s', { remainingMs: () => 3_000 }, 1_500],
  ['in tenths of a second, as the caller is told it', { remainingMs: () => 59_987 }, 49_900],
])('%s', (_, host, expected) => {
  expect(capToDeadline(route, host)).toEqual({ ...route, totalMs: expected });
});

test('the answer’s time doesn’t include the wait for the limit store', async () => {
  const clock = manualClock();
  let abort = 60_000;
  const store = memoryStore();
  const slow: typeof store = {
    ...store,
    async add(...given) {
      abort = 20_100;
      return store.add(...given);
    },
  };
  const { post, log } = limited({
    limits: { requestsPerMinute: 10 },
    store: slow,
    clock,
    scripts: [[{ wait: new Promise(() => {}) }]],
  });
  const answer = post(path, chat(), { host: { remainingMs: () => abort } });
  await settled();
  await clock.advance(10_100);
  expect((await answer).status).toBe(504);
  expect(JSON.parse(log[0] ?? '')).toMatchObject({ outcome: 'stream_deadline' });
});
