import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../lib/stream/errors.ts';
import { sleep } from '../../lib/time/sleep.ts';
import { ask, block, overloaded, say, start, whole } from '../support/ask.ts';
import { manualClock } from '../support/manual-clock.ts';
import { never, type Step, scriptProvider } from '../support/script-provider.ts';

const failing = (kind: ConstructorParameters<typeof SluiceError>[0], retryAfterMs?: number): Step[] => [
  new SluiceError(kind, kind, retryAfterMs === undefined ? {} : { retryAfterMs }),
];

/** Runs a first target with this script, then a good one, and returns which got how many attempts. */
async function calls(script: Step[], { after = 0, retries = 1 } = {}) {
  const clock = manualClock();
  const first = scriptProvider('one', script, whole('from one'));
  const second = scriptProvider('two', whole('from two'));
  const request = ask(clock, [first, second], { route: { retries } });
  const run = request.run().catch((error: SluiceError) => error.kind);
  await clock.advance(after);
  const early = [first.calls.length, second.calls.length];
  await clock.advance(60_000);
  return { early, one: first.calls.length, two: second.calls.length, outcome: (await run) ?? request.lines().at(2) };
}

describe('the same target gets one retry', () => {
  for (const kind of ['upstream_unreachable', 'upstream_error', 'server_overloaded', 'upstream_cut'] as const) {
    test(`after ${kind}, after a short random pause`, async () => {
      expect(await calls(failing(kind), { after: 200 })).toEqual({ early: [1, 0], one: 2, two: 0, outcome: 'from one' });
    });
  }

  test('after the wait it requested, up to 5 s, and not before', async () => {
    expect(await calls(failing('rate_limit_exceeded', 4_000), { after: 3_800 })).toEqual({
      early: [1, 0],
      one: 2,
      two: 0,
      outcome: 'from one',
    });
  });

  test('but not after a 409, which goes to the next target', async () => {
    const conflict = new SluiceError('upstream_error', 'conflict', { upstream: { status: 409 } });
    expect(await calls([conflict])).toMatchObject({ early: [1, 1], one: 1, two: 1, outcome: 'from two' });
  });

  test('but not if it failed after ten seconds of silence', async () => {
    const clock = manualClock();
    const silence = { wait: sleep(clock, 12_000, new AbortController().signal) };
    const first = scriptProvider('one', [silence, new SluiceError('upstream_cut', 'cut')], whole('from one'));
    const second = scriptProvider('two', whole('from two'));
    const request = ask(clock, [first, second], { route: { retries: 1 } });
    const run = request.run();
    await clock.advance(20_000);
    await run;
    expect([first.calls.length, second.calls.length]).toEqual([1, 1]);
  });

  test('but not a second one', async () => {
    const clock = manualClock();
    const first = scriptProvider('one', [overloaded]);
    const request = ask(clock, [first], { route: { retries: 1 } });
    const run = request.run().catch((error: SluiceError) => error.kind);
    await clock.advance(5_000);
    expect(await run).toBe('server_overloaded');
    expect(first.calls).toHaveLength(2);
  });

  test('but none with retries: 0', async () => {
    expect(await calls(failing('upstream_error'), { retries: 0 })).toMatchObject({ one: 1, two: 1, outcome: 'from two' });
  });
});

describe('the next target is tried at once', () => {
  for (const kind of [
    'rate_limit_exceeded',
    'provider_auth_error',
    'provider_model_not_found',
    'upstream_redirect',
    'upstream_tls_error',
    'upstream_timeout',
    'connect_timeout',
    'upstream_empty',
    'upstream_protocol_error',
    'context_length_exceeded',
    'unsupported_parameter',
  ] as const) {
    test(`after ${kind}`, async () => {
      expect(await calls(failing(kind))).toEqual({ early: [1, 1], one: 1, two: 1, outcome: 'from two' });
    });
  }

  test('if the first requested a wait of more than 5 s', async () => {
    expect(await calls(failing('server_overloaded', 6_000))).toMatchObject({ early: [1, 1], one: 1, outcome: 'from two' });
  });
});

describe('no other target is tried', () => {
  for (const kind of ['content_filter', 'invalid_request', 'request_too_large'] as const) {
    test(`after ${kind}`, async () => {
      expect(await calls(failing(kind))).toEqual({ early: [1, 0], one: 1, two: 0, outcome: kind });
    });
  }
});

test('the client sees the outage if every target fails, not that the last one can’t serve the request', async () => {
  const request = ask(manualClock(), [
    scriptProvider('one', failing('upstream_timeout')),
    scriptProvider('two', failing('unsupported_parameter')),
  ]);
  await expect(request.run()).rejects.toMatchObject({ kind: 'upstream_timeout' });
});

test('an envelope is held back for up to 64 events, then the target is committed', async () => {
  const extras = Array.from({ length: 70 }, (): Step => ({ type: 'extra' }));
  const second = scriptProvider('two', whole('x'));
  const request = ask(manualClock(), [scriptProvider('one', [start, ...extras, overloaded]), second]);
  await request.run();
  expect(request.lines().at(-1)).toBe('error server_overloaded');
  expect(second.calls).toHaveLength(0);
});

test('an envelope is held back for up to 256 KiB, then the target is committed', async () => {
  const large = { type: 'extra', passthrough: { kept: 'x'.repeat(100 * 1024) } } as const satisfies Step;
  const second = scriptProvider('two', whole('x'));
  const within = ask(manualClock(), [scriptProvider('one', [start, large, large, overloaded]), second]);
  await within.run();
  expect(within.lines()).toContain('finish stop');
  const beyond = ask(manualClock(), [scriptProvider('one', [start, large, large, large, overloaded]), second]);
  await beyond.run();
  expect(beyond.lines().at(-1)).toBe('error server_overloaded');
});

describe('a hedge', () => {
  test('tries the next target if the first is late, uses the first to send content, and closes the other', async () => {
    const clock = manualClock();
    const first = scriptProvider('one', [start, { wait: never }]);
    const second = scriptProvider('two', whole('from two'));
    const request = ask(clock, [first, second], { route: { hedgeAfterMs: 3_000 } });
    const run = request.run();
    await clock.advance(2_800);
    expect(second.calls).toHaveLength(0);
    await clock.advance(400);
    await run;
    expect(request.lines()).toEqual(['start', 'block-start', 'from two', 'block-end', 'finish stop']);
    expect(first.calls[0]?.signal.aborted).toBe(true);
    expect(first.closed).toBe(1);
    expect(clock.watchers).toBe(0);
  });

  test('lets the first one win if it sends content before the second', async () => {
    const clock = manualClock();
    const gate = Promise.withResolvers<void>();
    const first = scriptProvider('one', [start, block, { wait: gate.promise }, say('from one'), ...whole().slice(2)]);
    const second = scriptProvider('two', [{ wait: never }]);
    const request = ask(clock, [first, second], { route: { hedgeAfterMs: 3_000 } });
    const run = request.run();
    await clock.advance(4_000);
    expect(second.calls).toHaveLength(1);
    gate.resolve();
    await run;
    expect(request.lines()).toContain('from one');
    expect(second.calls[0]?.signal.aborted).toBe(true);
    expect(clock.watchers).toBe(0);
  });

  test('doesn’t start if the first fails, and the next target is tried anyway', async () => {
    const second = scriptProvider('two', whole('from two'));
    const request = ask(manualClock(), [scriptProvider('one', [overloaded]), second], { route: { hedgeAfterMs: 3_000 } });
    await request.run();
    expect(second.calls).toHaveLength(1);
  });
});
