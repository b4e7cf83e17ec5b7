import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../lib/stream/errors.ts';
import { ask, whole } from '../support/ask.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type Step, scriptProvider } from '../support/script-provider.ts';

const refusal = (message: string): Step[] => [new SluiceError('invalid_request', message, { upstream: { status: 400 } })];
const noSeed = refusal("property 'seed' is unsupported");

async function run(provider: ReturnType<typeof scriptProvider>) {
  const clock = manualClock();
  const request = ask(clock, [provider], { parameters: { seed: 1 } });
  await request.run().catch(() => {});
  return request.answerState.attempts.map(({ dropped = [] }) => dropped.includes('seed'));
}

describe('a target that refuses a hint', () => {
  test('is tried once more without it, and remembers', async () => {
    const provider = scriptProvider('one', noSeed, whole('answer'));
    expect(await run(provider)).toEqual([false, true]);
    expect(await run(provider)).toEqual([true]);
  });

  test('is not tried a third time', async () => {
    const provider = scriptProvider('one', noSeed, refusal("property 'seed' is unsupported"));
    expect(await run(provider)).toEqual([false, true]);
  });

  test('is not tried again for another refusal', async () => {
    const provider = scriptProvider('one', refusal('messages: must not be empty'), whole('answer'));
    expect(await run(provider)).toEqual([false]);
  });
});
