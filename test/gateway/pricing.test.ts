import { describe, expect, test } from 'vitest';
import type { AnswerState, Attempt } from '../../lib/gateway/answer-state.ts';
import { createPricing, type ModelPrices, usageCost } from '../../lib/gateway/pricing.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { Usage } from '../../lib/stream/events.ts';
import { provided } from '../hostile/provided.ts';
import { pairs } from '../support/pairs.ts';
import { randomFrom } from '../support/random.ts';

const plain: ModelPrices = { input: 3, output: 15 };
const cached: ModelPrices = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

describe('the price of tokens', () => {
  test.each<[usage: Usage, prices: ModelPrices, usd: number]>([
    [{ input: 1_000_000, output: 0 }, plain, 3],
    [{ input: 0, output: 1_000_000 }, plain, 15],
    [{ input: 0, output: 0 }, plain, 0],
    // 1234 x 3 = 3702 and 567 x 15 = 8505, together 12207 millionths.
    [{ input: 1234, output: 567 }, plain, 0.012207],
    // Of 10000 in the prompt 8000 were read and 1500 written: 500 x 3 + 8000 x 0.3 + 1500 x 3.75 + 20 x 15 = 9825.
    [{ input: 10_000, output: 20, cacheRead: 8000, cacheWrite: 1500 }, cached, 0.009825],
    // Reasoning is a part of the answer, and is not counted twice.
    [{ input: 10, output: 100, reasoning: 90 }, plain, 0.00153],
    [{ input: 10, output: 1, cacheRead: 0, cacheWrite: 0 }, plain, 0.000045],
    [{ input: 7, output: 5 }, { input: 0, output: 0 }, 0],
  ])('%j at %j is %d USD', (usage, prices, usd) => {
    expect(usageCost(usage, prices)).toBeCloseTo(usd, 12);
  });

  test.each<[why: string, usage: Usage, prices: ModelPrices]>([
    ['the prompt was not counted', { output: 5 }, plain],
    ['the answer was not counted', { input: 5 }, plain],
    ['nothing was counted', {}, plain],
    ['what was cached has a price and was not counted', { input: 5, output: 5, cacheWrite: 0 }, cached],
    ['what was written has a price and was not counted', { input: 5, output: 5, cacheRead: 0 }, cached],
    ['some was cached, and that has no price', { input: 5, output: 5, cacheRead: 1 }, plain],
    ['some was written, and that has no price', { input: 5, output: 5, cacheWrite: 1 }, plain],
  ])('is unknown if %s', (_, usage, prices) => {
    expect(usageCost(usage, prices)).toBeUndefined();
  });

  test('is exact to a billionth of a dollar for any counts and prices', () => {
    const random = randomFrom('prices');
    const whole = (most: number) => Math.floor(random() * most);
    for (let round = 0; round < 5000; round++) {
      const [cacheRead, cacheWrite, fresh, output] = [whole(200_000), whole(200_000), whole(200_000), whole(100_000)];
      // Prices in thousandths of a dollar, so that a token costs a whole number of billionths.
      const mills = { input: whole(100_000), output: whole(100_000), cacheRead: whole(100_000), cacheWrite: whole(100_000) };
      const prices = Object.fromEntries(Object.entries(mills).map(([name, price]) => [name, price / 1000])) as ModelPrices;
      const billionths =
        BigInt(fresh) * BigInt(mills.input) +
        BigInt(cacheRead) * BigInt(mills.cacheRead) +
        BigInt(cacheWrite) * BigInt(mills.cacheWrite) +
        BigInt(output) * BigInt(mills.output);
      const usd = usageCost({ input: fresh + cacheRead + cacheWrite, output, cacheRead, cacheWrite }, prices) ?? Number.NaN;
      expect(Math.abs(usd - Number(billionths) / 1e9)).toBeLessThan(1e-9);
    }
  });
});

describe('the cost of an answer', () => {
  const { costOf } = createPricing({
    version: '2026-11-21',
    usdPerMillion: { 'lab/large': plain, 'lab/small': { input: 1, output: 1 } },
  });
  const attempt = (model: string, error?: string): Attempt => ({
    provider: 'lab',
    model,
    ...(error === undefined ? { served: true } : { error }),
  });
  const answerState = (attempts: Attempt[], more: Partial<AnswerState> = {}): AnswerState => ({
    attempts,
    end: { type: 'finish', reason: 'stop', rawReason: 'stop', usage: { input: 1000, output: 1000 } },
    ...more,
  });

  test('uses the price of the target that served it', () => {
    expect(costOf(answerState([attempt('large')]))).toEqual({ usd: 0.018, priceVersion: '2026-11-21' });
    expect(costOf(answerState([attempt('large', 'upstream_error'), attempt('small')]))?.usd).toBeCloseTo(0.002, 12);
    expect(costOf(answerState([attempt('small'), attempt('large', 'superseded')]))?.usd).toBeCloseTo(0.002, 12);
    expect(costOf(answerState([attempt('small'), attempt('small')]))?.usd).toBeCloseTo(0.002, 12);
  });

  test.each<[why: string, answerState: AnswerState]>([
    ['its target has no price', answerState([attempt('unpriced')])],
    ['several targets gave parts of it', answerState([attempt('large'), attempt('small')])],
    ['its usage is an estimate', answerState([attempt('large', 'upstream_cut'), attempt('large')], { estimated: true })],
    ['it broke off', answerState([attempt('large')], { end: { type: 'error', error: new SluiceError('upstream_cut', 'Cut.') } })],
    ['no upstream request', { attempts: [] }],
  ])('is unknown if %s', (_, what) => {
    expect(costOf(what)).toBeUndefined();
  });

  test('is unknown without prices', () => {
    expect(createPricing(undefined).costOf(answerState([attempt('large')]))).toBeUndefined();
  });
});

describe('the maximum cost of an answer', () => {
  const target = (model: string) => ({ provider: { name: 'lab' }, model }) as never;
  const { mostOf } = createPricing({
    version: 'v',
    usdPerMillion: { 'lab/large': cached, 'lab/small': { input: 1, output: 1 } },
  });

  test('uses the most expensive target and the most expensive kind of prompt tokens', () => {
    expect(mostOf([target('small'), target('large')], { input: 1000, output: 10 })).toBeCloseTo(0.0039, 12);
  });
  test('is unknown if one target has no price', () => {
    expect(mostOf([target('small'), target('unpriced')], { input: 1, output: 1 })).toBeUndefined();
  });
});

describe('an answer', () => {
  test.each(
    pairs().map(
      ({ providerStream, client }) => [`${client.dialect} from ${providerStream.name}`, providerStream, client] as const,
    ),
  )('has its cost in the log, and in a header if it is not streamed: %s', async (_, providerStream, client) => {
    const usdPerMillion = { [`first/${providerStream.model}`]: plain };
    const { stack, provider } = await provided(providerStream, { prices: { version: '2026-11-21', usdPerMillion } });
    for (const stream of [true, false]) {
      const { path, body } = client.ask('steady', stream);
      const answer = await stack.post(path, body);
      await answer.arrayBuffer();
      // 7 x 3 + 5 x 15 = 96 millionths.
      expect(answer.headers.get('x-sluice-cost-usd')).toBe(stream ? null : '0.000096000');
    }
    await expect.poll(() => stack.log.length, { interval: 2 }).toBe(2);
    for (const line of stack.log) {
      const { cost_usd, price_version } = JSON.parse(line);
      expect(cost_usd).toBeCloseTo(0.000096, 12);
      expect(price_version).toBe('2026-11-21');
    }
    await provider.close();
  });

  test('has no cost without a price, and never 0', async () => {
    const [pair] = pairs();
    if (!pair) throw new Error('there are no pairs');
    const { stack, provider } = await provided(pair.providerStream, { prices: { version: 'v', usdPerMillion: {} } });
    const { path, body } = pair.client.ask('steady', false);
    const answer = await stack.post(path, body);
    expect(answer.headers.has('x-sluice-cost-usd')).toBe(false);
    expect(JSON.parse(stack.log[0] ?? '')).not.toHaveProperty('cost_usd');
    expect(JSON.parse(stack.log[0] ?? '')).not.toHaveProperty('price_version');
    await provider.close();
  });
});
