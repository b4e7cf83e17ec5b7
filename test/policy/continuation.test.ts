import { describe, expect, test } from 'vitest';
import { startStitch } from '../../lib/policy/stitch.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import type { Parameters } from '../../lib/stream/request.ts';
import { ask, block, say, start, whole } from '../support/ask.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type Step, scriptProvider } from '../support/script-provider.ts';

const delivered = 'The quick brown fox jumps over the lazy dog and runs';
const cut = new SluiceError('upstream_cut', 'cut');
const broken: Step[] = [start, block, say(delivered), cut];

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

describe('a plain-text answer that breaks off', () => {
  test('is taken up where the next target honours prefill: one envelope, one finish', async () => {
    const { text, lines, answerState } = await answer(whole(' away', ' home.'), { prefill: true });
    expect(text).toBe(`${delivered} away home.`);
    expect(lines.filter((line) => /^(start|finish)/.test(line))).toEqual(['start', 'finish stop']);
    expect(answerState.estimated).toBe(true);
  });

  test('is taken up where the second answer overlaps the end of the first by 24 characters or more', async () => {
    const { text, last } = await answer(whole('over the lazy', ' dog and runs', ' away.'));
    expect(text).toBe(`${delivered} away.`);
    expect(last).toBe('finish stop');
  });

  test('is taken up where the second answer repeats the first exactly', async () => {
    const { text } = await answer(whole(delivered.slice(0, 30), delivered.slice(30), ' away.'));
    expect(text).toBe(`${delivered} away.`);
  });

  const refused: [name: string, settings: Parameters_[1], second?: Step[]][] = [
    ['shares too little with its end', {}, whole('dog and runs away.')],
    ['says something else', {}, whole('Certainly! Here is a poem about a fox that runs.')],
    ['fails too', {}, [start, block, say('over the lazy dog and runs'), new SluiceError('upstream_stalled', 'stalled')]],
    ['refuses', { prefill: true }, [new SluiceError('invalid_request', 'no prefill here')]],
    ['calls a tool', { prefill: true }, [start, { type: 'block-start', index: 0, block: { kind: 'tool', id: 'a', name: 'f' } }]],
  ];
  for (const [name, settings, second] of refused) {
    test(`ends in its own failure when the second answer ${name}`, async () => {
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
    test(`is not taken up when ${name}`, async () => {
      const result = await answer(whole(' away.'), { prefill: true, ...settings });
      expect(result.asked).toBe(0);
      expect(result.last).toMatch(/^error/);
    });
  }
});

type Parameters_ = [Step[], NonNullable<globalThis.Parameters<typeof answer>[1]>];

describe('a seam', () => {
  test('is found however the second answer is cut', () => {
    for (const size of [1, 2, 7, 100]) {
      const stitch = startStitch(delivered, false);
      const second = 'jumps over the lazy dog and runs away.';
      let text = '';
      for (let at = 0; at < second.length; at += size) text += stitch.take(second.slice(at, at + size));
      expect(text + stitch.end()).toBe(' away.');
    }
  });

  test('gives back the white space that the request left out, once', () => {
    const stitch = startStitch('A line.\n\n', true);
    expect(stitch.take('\n') + stitch.take('\nNext')).toBe('Next');
    expect(startStitch('A line.\n\n', true).take('Next')).toBe('Next');
    expect(startStitch('A line.', true).take(' Next')).toBe(' Next');
  });

  test('an answer that only repeats what was delivered adds nothing', () => {
    const stitch = startStitch(delivered, false);
    expect(stitch.take(delivered)).toBe('');
    expect(stitch.end()).toBe('');
  });
});
