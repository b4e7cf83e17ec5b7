import { describe, expect, test } from 'vitest';
import { type AnswerState, servedAttempt, unreportedAttempts } from '../../lib/gateway/answer-state.ts';
import { servedHeaders } from '../../lib/http/served-headers.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import { sleep } from '../../lib/time/sleep.ts';
import { ask, block, finish, overloaded, say, start, whole } from '../support/ask.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { scriptProvider } from '../support/script-provider.ts';

const after = (clock: ManualClock, ms: number) => ({ wait: sleep(clock, ms, new AbortController().signal) });

/** A first target that answers after 5 s, a second one that is started after 3 s. */
async function hedged(second: Parameters<typeof scriptProvider>[1]): Promise<AnswerState> {
  const clock = manualClock();
  const first = scriptProvider('one', [after(clock, 5_000), start, block, say('from one'), finish]);
  const request = ask(clock, [first, scriptProvider('two', second)], { route: { hedgeAfterMs: 3_000 } });
  const run = request.run();
  await clock.advance(10_000);
  await run;
  return request.answerState;
}

describe('the target that is reported', () => {
  test('is the first one when the hedge fails', async () => {
    const answerState = await hedged([overloaded]);
    expect(servedAttempt(answerState.attempts)?.provider).toBe('one');
    expect(servedHeaders(answerState)).toMatchObject({ 'x-sluice-provider': 'one', 'x-sluice-model': 'm' });
  });

  test('is the hedge when it answers first', async () => {
    expect(servedAttempt((await hedged(whole('from two'))).attempts)?.provider).toBe('two');
  });

  test('is the last one when all failed', async () => {
    const clock = manualClock();
    const request = ask(clock, [scriptProvider('one', [overloaded]), scriptProvider('two', [overloaded])]);
    await request.run().catch(() => {});
    expect(servedAttempt(request.answerState.attempts)?.provider).toBe('two');
  });
});

test('reports what the serving attempt dropped, not what another one dropped', () => {
  const attempts = [
    { provider: 'one', model: 'm', dropped: ['seed'], served: true as const },
    { provider: 'two', model: 'm', dropped: ['temperature'], error: 'upstream_error' },
  ];
  expect(servedHeaders({ attempts })['x-sluice-dropped']).toBe('seed');
  expect(servedHeaders({ attempts: [...attempts].reverse() })['x-sluice-dropped']).toBe('seed');
});

describe('attempts without a usage report', () => {
  test('include the losing attempt of a hedge', async () => {
    expect(unreportedAttempts(await hedged(whole('from two')))).toBe(1);
  });

  test('include a timeout before a fallback, and no refusal', async () => {
    const late = new SluiceError('upstream_timeout', 'late');
    const refused = new SluiceError('upstream_error', 'no', { upstream: { status: 500 } });
    const request = ask(manualClock(), [
      scriptProvider('one', [late]),
      scriptProvider('two', [refused]),
      scriptProvider('three', whole('from three')),
    ]);
    await request.run();
    expect(unreportedAttempts(request.answerState)).toBe(1);
  });
});
