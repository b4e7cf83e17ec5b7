import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../lib/stream/errors.ts';
import { ask, overloaded, whole } from '../support/ask.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type Step, scriptProvider } from '../support/script-provider.ts';

const refused: Step[] = [new SluiceError('provider_auth_error', 'refused', { upstream: { status: 401 } })];

/** Asks a first target with these scripts, whose key is another one when it is looked up so often, then a good target. */
async function calls(scripts: Step[][], isNew: boolean, retries = 1) {
  const clock = manualClock();
  const lookedUpSince: number[] = [];
  const first = Object.assign(scriptProvider('one', ...scripts), {
    refreshKey: async (since: number) => {
      lookedUpSince.push(since);
      return isNew;
    },
  });
  const second = scriptProvider('two', whole('from two'));
  await clock.advance(1_000);
  const request = ask(clock, [first, second], { route: { retries } });
  const run = request.run();
  await clock.advance(60_000);
  await run;
  return { one: first.calls.length, two: second.calls.length, lookedUpSince, answer: request.lines().at(2) };
}

describe('a target that rejects its key', () => {
  test('gets one immediate retry with a new key, whatever the number of retries', async () => {
    const served = { one: 2, two: 0, lookedUpSince: [1_000], answer: 'from one' };
    expect(await calls([refused, whole('from one')], true)).toEqual(served);
    expect(await calls([refused, whole('from one')], true, 0)).toEqual(served);
  });

  test('gets no retry with the same key, and the next target is tried', async () => {
    expect(await calls([refused], false)).toEqual({ one: 1, two: 1, lookedUpSince: [1_000], answer: 'from two' });
  });

  test('gets no third attempt if it rejects the new key too', async () => {
    expect(await calls([refused], true)).toEqual({ one: 2, two: 1, lookedUpSince: [1_000], answer: 'from two' });
  });

  test('has used its one retry with the new key', async () => {
    expect(await calls([refused, [overloaded]], true)).toMatchObject({ one: 2, two: 1 });
  });

  test('looks its key up for no other failure', async () => {
    expect(await calls([[overloaded]], true)).toMatchObject({ one: 2, two: 1, lookedUpSince: [] });
  });
});
