import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import type { Parameters } from '../../lib/stream/request.ts';
import { sleep } from '../../lib/time/sleep.ts';
import { ask, block, overloaded, say, start, whole } from '../support/ask.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type Step, scriptProvider } from '../support/script-provider.ts';

const delivered = 'The quick brown fox jumps over the lazy dog and runs';
const cut = new SluiceError('upstream_cut', 'cut');
const broken: Step[] = [start, block, say(delivered), cut];

const clockWait = (clock: ManualClock, ms: number) => sleep(clock, ms, new AbortController().signal);

async function answer(
  second: Step[],
  { prefill = false, parameters = {} as Parameters, first = broken, continueText = true } = {},
) {
  const target = scriptProvider('two', second);
  const asked = ask(manualClock(), [scriptProvider('one', first), target], { prefill, parameters, route: { continueText } });
  await asked.run();
  const text = asked
    .lines()
    .filter((line) => !/^(start|block-start|block-end|finish|error)/.test(line))
    .join('');
  return { text, last: asked.lines().at(-1), asked: target.calls.length, lines: asked.lines(), answerState: asked.answerState };
}

describe('a plain-text answer that is cut', () => {
  test('continues on the next target if it supports prefill: one envelope, one finish', async () => {
    const { text, lines, answerState } = await answer(whole(' away', ' home.'), { prefill: true });
    expect(text).toBe(`${delivered} away home.`);
    expect(lines.filter((line) => /^(start|finish)/.test(line))).toEqual(['start', 'finish stop']);
    expect(answerState.estimated).toBe(true);
  });

  test('continues if the second answer overlaps the end of the first by 24 characters or more', async () => {
    const { text, last } = await answer(whole('over the lazy', ' dog and runs', ' away.'));
    expect(text).toBe(`${delivered} away.`);
    expect(last).toBe('finish stop');
  });

  test('continues if the second answer repeats the first exactly', async () => {
    const { text } = await answer(whole(delivered.slice(0, 30), delivered.slice(30), ' away.'));
    expect(text).toBe(`${delivered} away.`);
  });

  test('retries with a user turn after a 400 for the prefill', async () => {
    const refusal: Step[] = [new SluiceError('invalid_request', 'This model does not support assistant message prefill.')];
    const target = scriptProvider('two', refusal, whole('over the lazy dog and runs', ' away.'));
    const asked = ask(manualClock(), [scriptProvider('one', broken), target], { prefill: true, route: { continueText: true } });
    await asked.run();
    expect(target.calls).toHaveLength(2);
    expect(asked.lines().at(-1)).toBe('finish stop');
    expect(asked.lines().join('')).toContain(`${delivered} away.`.slice(-10));
  });

  test('continues on a target other than the one that failed, also if a hedge failed in between', async () => {
    const clock = manualClock();
    const first = scriptProvider('one', [start, { wait: clockWait(clock, 4_000) }, block, say(delivered), cut]);
    const second = scriptProvider('two', [overloaded], whole('over the lazy dog and runs', ' away.'));
    const asked = ask(clock, [first, second], { route: { continueText: true, hedgeAfterMs: 3_000 } });
    const run = asked.run();
    await clock.advance(10_000);
    await run;
    expect(first.calls).toHaveLength(1);
    expect(second.calls).toHaveLength(2);
    expect(asked.lines().at(-1)).toBe('finish stop');
  });

  const refused: [name: string, settings: Parameters_[1], second?: Step[]][] = [
    ['shares too little with its end', {}, whole('dog and runs away.')],
    ['says something else', {}, whole('Certainly! Here is a poem about a fox that runs.')],
    ['fails too', {}, [start, block, say('over the lazy dog and runs'), new SluiceError('upstream_stalled', 'stalled')]],
    ['is refused in both forms', { prefill: true }, [new SluiceError('invalid_request', 'no prefill here')]],
    ['starts again although it is declared to take a prefill', { prefill: true }, whole('The quick brown cat sat down.')],
    ['fits in several places', { first: [start, block, say('-'.repeat(100)), cut] }, whole('-'.repeat(60), '-'.repeat(40))],
    ['calls a tool', { prefill: true }, [start, { type: 'block-start', index: 0, block: { kind: 'tool', id: 'a', name: 'f' } }]],
  ];
  for (const [name, settings, second] of refused) {
    test(`ends with its own failure if the second answer ${name}`, async () => {
      const { last } = await answer(second ?? [], settings);
      expect(last).toBe('error upstream_cut');
    });
  }

  const reasoning: StreamEvent = { type: 'block-start', index: 0, block: { kind: 'reasoning' } };
  const never: [name: string, settings: Parameters_[1]][] = [
    ['tools were offered', { parameters: { tools: [{ type: 'function', name: 'f', schema: {}, field: 'tools[0]' }] } }],
    ['JSON was asked for', { parameters: { responseFormat: { type: 'json-object' } } }],
    [
      'reasoning was shown',
      { first: [start, reasoning, { type: 'reasoning-delta', index: 0, text: 'hm' }, { type: 'block-end', index: 0 }, cut] },
    ],
    ['it is not switched on', { continueText: false }],
    ['the caller left', { first: [start, block, say(delivered), new SluiceError('client_closed', 'left')] }],
  ];
  for (const [name, settings] of never) {
    test(`does not continue if ${name}`, async () => {
      const result = await answer(whole(' away.'), { prefill: true, ...settings });
      expect(result.asked).toBe(0);
      expect(result.last).toMatch(/^error/);
    });
  }
});

type Parameters_ = [Step[], NonNullable<globalThis.Parameters<typeof answer>[1]>];
