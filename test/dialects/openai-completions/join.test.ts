import { describe, expect, test } from 'vitest';
import { otherChoice } from '../../../lib/dialects/openai/passthrough.ts';
import { openaiCompletions } from '../../../lib/dialects/openai-completions/client.ts';
import { join } from '../../../lib/dialects/openai-completions/join.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import { flattened, oneByOne } from '../../support/batches.ts';
import { check } from '../../support/checker/check.ts';
import { collect } from '../../support/collect.ts';
import { grammarViolations } from '../../support/grammar.ts';
import { finish, start, stream, text } from '../openai-chat/events.ts';

const request = openaiCompletions.parse({
  model: 'm',
  prompt: ['a', 'b'],
  stream: true,
  stream_options: { include_usage: true },
});

async function* answer(events: readonly StreamEvent[], asked?: () => void): AsyncGenerator<StreamEvent[]> {
  asked?.();
  yield* oneByOne(events);
}

/** The text and the end of each choice, as a client puts them together. */
function choicesOf(events: readonly StreamEvent[]): string[] {
  const encoder = openaiCompletions.encoder({ request, requestId: 'r', id: 'i', model: 'm', created: 1 });
  const frames = events.flatMap((event) => [...encoder.write(event)]);
  const bytes = Buffer.from(frames.map(openaiCompletions.write).join(''));
  expect(check('openai-completions', bytes, { showUsage: true }).violations).toEqual([]);
  const choices: string[] = [];
  for (const { data } of frames.filter(({ data }) => data !== '[DONE]')) {
    for (const { index, text, finish_reason: end } of JSON.parse(data).choices) {
      choices[index] = `${choices[index] ?? ''}${text}${end ? ` (${end})` : ''}`;
    }
  }
  return choices;
}

describe('the answers to several prompts', () => {
  test('are choices of one answer, each at its prompt’s index, with summed usage', async () => {
    const one = stream(text('Hi', '!'), finish('stop', { input: 3, output: 2, cacheRead: 1 }));
    const two = stream(text('Bye'), finish('length', { input: 4, output: 1 }));
    const events = await collect(flattened(join([answer(one), answer(two)], request)));
    expect(grammarViolations(events)).toEqual([]);
    expect(choicesOf(events)).toEqual(['Hi! (stop)', 'Bye (length)']);
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop', usage: { input: 7, output: 3 } });
    expect(events.at(-1)).not.toHaveProperty('usage.cacheRead');
  });

  test('are ordered by prompt if each has several choices', async () => {
    const each = (name: string) => [
      ...stream(text(`${name}0`)),
      otherChoice(1, { type: 'text-delta', index: 0, text: `${name}1` }),
      otherChoice(1, { type: 'finish', reason: 'stop', rawReason: 'stop', usage: {} }),
      ...finish()(0),
    ];
    const joined = join([answer(each('a')), answer(each('b'))], { ...request, parameters: { choices: 2 } });
    expect(choicesOf(await collect(flattened(joined)))).toEqual(['a0 (stop)', 'a1 (stop)', 'b0 (stop)', 'b1 (stop)']);
  });

  test('are requested one after another, and fail with the first failure', async () => {
    const order: string[] = [];
    async function* failing(): AsyncGenerator<StreamEvent[]> {
      order.push('two');
      yield [start];
      throw new Error('no');
    }
    const joined = join([answer(stream(text('a'), finish()), () => order.push('one')), failing()], request);
    const seen: string[] = [];
    await expect(
      (async () => {
        for await (const event of flattened(joined)) {
          seen.push(event.type);
          if (event.type === 'text-delta') expect(order).toEqual(['one']);
        }
      })(),
    ).rejects.toThrow('no');
    expect(seen).toEqual(['start', 'block-start', 'text-delta', 'block-end', 'extra']);
    expect(order).toEqual(['one', 'two']);
  });
});
