import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryStore } from '../../lib/access/limits/memory-store.ts';
import type { LimitStore } from '../../lib/access/limits/store.ts';
import { takeSource } from '../../lib/http/stream-response.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { clients } from '../support/clients.ts';
import { answerOf, limited, noon } from '../support/limited.ts';
import { type LimitsTable, limitsTable } from '../support/limits-table.ts';
import { settled } from '../support/manual-clock.ts';
import type { Step } from '../support/script-provider.ts';

const chat = (more: JsonObject = {}): JsonObject => ({
  model: 'lab/model',
  stream: false,
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello' }],
  ...more,
});
const path = '/v1/chat/completions';
/** What the body of `chat()` is taken for: a third of its bytes. */
const promptTokens = Math.ceil(JSON.stringify(chat()).length / 3);
const dear = { prices: { version: 'v', usdPerMillion: { 'lab/model': { input: 1, output: 100 } } } };

const tokensLeft = (answer: Response) => Number(answer.headers.get('x-ratelimit-remaining-tokens'));

describe('over many environments', () => {
  let table: LimitsTable;
  beforeAll(async () => {
    table = await limitsTable();
  });
  afterAll(() => table.close());

  test('of 200 requests at once over 20 environments exactly 100 are answered by a limit of 100', async () => {
    const environments = Array.from({ length: 20 }, () => limited({ store: table.store(), limits: { requestsPerMinute: 100 } }));
    const answers = await Promise.all(
      environments.flatMap((environment) => Array.from({ length: 10 }, () => environment.post(path, chat()))),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(100).fill(200), ...Array(100).fill(429)]);
    // Nobody is asked for those that are refused.
    expect(environments.reduce((sum, { provider }) => sum + provider.calls.length, 0)).toBe(100);
    const left = answers.filter(({ ok }) => ok).map(({ headers }) => Number(headers.get('x-ratelimit-remaining-requests')));
    expect(left.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, at) => at));
  });

  test('the money of a day is spent once', async () => {
    // 100 tokens at 100 USD a million are a cent; the prompt adds a little. Not settled before all have asked.
    const gate = Promise.withResolvers<void>();
    const steps: Step[] = [{ wait: gate.promise }, ...answerOf({ input: 0, output: 100 })];
    const environments = Array.from({ length: 10 }, () =>
      limited({ store: table.store(), limits: { dollarsPerDay: 0.1045 }, config: dear, scripts: [steps] }),
    );
    let over = 0;
    const asked = environments.flatMap((one) => Array.from({ length: 3 }, () => one.post(path, chat()).finally(() => over++)));
    await expect
      .poll(() => over + environments.reduce((sum, { provider }) => sum + provider.calls.length, 0), { timeout: 15_000 })
      .toBe(30);
    gate.resolve();
    const statuses = (await Promise.all(asked)).map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(10).fill(200), ...Array(20).fill(429)]);
  });
});

describe('a limit of requests', () => {
  test('begins anew with the next minute', async () => {
    let now = noon;
    const { post } = limited({ limits: { requestsPerMinute: 2 }, now: () => now });
    const statuses: number[] = [];
    for (const time of [noon, noon + 1000, noon + 29_999, noon + 30_000, noon + 30_000, noon + 30_000]) {
      now = time;
      statuses.push((await post(path, chat())).status);
    }
    expect(statuses).toEqual([200, 200, 429, 200, 200, 429]);
  });

  test('is of its key alone', async () => {
    const { post } = limited({ limits: { requestsPerMinute: 1 } });
    expect((await post(path, chat())).status).toBe(200);
    expect((await post(path, chat())).status).toBe(429);
    const free = await post(path, chat(), { key: 'key-of-free' });
    expect(free.status).toBe(200);
    expect([...free.headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
  });

  test('counts what was refused by no other limit, and nothing that was not a request', async () => {
    const { post } = limited({ limits: { requestsPerMinute: 3, tokensPerMinute: 10_000 } });
    expect((await post(path, chat({ max_tokens: 20_000 }))).status).toBe(429);
    expect((await post(path, chat({ messages: 42 }))).status).toBe(400);
    expect((await post(path, chat({ model: 'nobody' }))).status).toBe(404);
    for (const left of ['2', '1', '0']) {
      expect((await post(path, chat())).headers.get('x-ratelimit-remaining-requests')).toBe(left);
    }
  });

  test('counts a request for a count, which needs nothing else', async () => {
    const { post } = limited({ limits: { requestsPerMinute: 2, tokensPerMinute: 50, concurrentStreams: 1, dollarsPerDay: 0 } });
    const count = () =>
      post('/v1/messages/count_tokens', { model: 'lab/model', messages: [{ role: 'user', content: 'x'.repeat(3000) }] });
    // This provider cannot count, which it is asked for first.
    expect([(await count()).status, (await count()).status, (await count()).status]).toEqual([404, 404, 429]);
  });
});

describe('what a refusal says', () => {
  const told = clients.map((client) => [client.dialect, client] as const);
  const words: Record<string, string> = {
    'anthropic-messages': 'rate_limit_error',
    'anthropic-complete': 'rate_limit_error',
    'bedrock-converse': 'ThrottlingException',
    'bedrock-invoke': 'ThrottlingException',
  };
  const budgetWords: Record<string, [word: string, status: number]> = {
    'anthropic-messages': ['billing_error', 402],
    'anthropic-complete': ['billing_error', 402],
    'bedrock-converse': ['ServiceQuotaExceededException', 400],
    'bedrock-invoke': ['ServiceQuotaExceededException', 400],
  };
  const isOf = (dialect: string, family: string) => dialect.startsWith(family);

  test.each(told)('%s: too many requests, and when to come again', async (dialect, client) => {
    const { post, log } = limited({ limits: { requestsPerMinute: 1, tokensPerMinute: 1_000_000 } });
    for (const stream of [true, false]) {
      const asked = client.ask('lab/model', stream);
      const first = await post(asked.path, asked.body);
      const answer = first.status === 200 ? await post(asked.path, asked.body) : first;
      expect(answer.status).toBe(429);
      const failure = client.failure((await answer.json()) as JsonObject, answer.headers);
      expect(failure.word).toBe(words[dialect] ?? 'key_rate_limit_exceeded');
      expect(failure.message).toContain('This API key may make 1 requests a minute. Try again in 30 s.');
      expect(answer.headers.get('retry-after')).toBe('30');
      expect(answer.headers.get('retry-after-ms')).toBe('30000');
      expect(answer.headers.has('x-should-retry')).toBe(false);
      expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
    }
    expect(JSON.parse(log.at(-1) ?? '')).toMatchObject({
      outcome: 'key_rate_limit_exceeded',
      blame: 'rejected',
      key_id: 'limited',
    });
  });

  test.each(told)('%s: what is left, on accepted answers and on refusals', async (dialect, client) => {
    const { post } = limited({ limits: { requestsPerMinute: 2, tokensPerMinute: 50_000 } });
    for (const [stream, left] of [
      [true, '1'],
      [false, '0'],
      [true, '0'],
    ] as const) {
      const asked = client.ask('lab/model', stream);
      const answer = await post(asked.path, asked.body);
      await answer.arrayBuffer();
      const headers = Object.fromEntries([...answer.headers].filter(([name]) => name.includes('ratelimit')));
      const used = (name: string) => 50_000 - Number(answer.headers.get(name));
      if (isOf(dialect, 'openai')) {
        expect(headers).toMatchObject({
          'x-ratelimit-limit-requests': '2',
          'x-ratelimit-remaining-requests': left,
          'x-ratelimit-reset-requests': '30s',
          'x-ratelimit-limit-tokens': '50000',
          'x-ratelimit-reset-tokens': '30s',
        });
        expect(used('x-ratelimit-remaining-tokens')).toBeGreaterThan(0);
      } else if (isOf(dialect, 'anthropic')) {
        expect(headers).toMatchObject({
          'anthropic-ratelimit-requests-limit': '2',
          'anthropic-ratelimit-requests-remaining': left,
          'anthropic-ratelimit-requests-reset': '2026-11-21T12:01:00Z',
          'anthropic-ratelimit-tokens-limit': '50000',
          'anthropic-ratelimit-tokens-reset': '2026-11-21T12:01:00Z',
        });
        expect(used('anthropic-ratelimit-tokens-remaining')).toBeGreaterThan(0);
      } else expect(headers).toEqual({});
    }
  });

  test.each(told)('%s: a day of money is spent, and trying again is in vain', async (dialect, client) => {
    const { post, provider } = limited({ limits: { dollarsPerDay: 0 }, config: dear });
    const asked = client.ask('lab/model', true);
    const answer = await post(asked.path, asked.body);
    const [word, status] = budgetWords[dialect] ?? ['key_budget_exceeded', 429];
    expect(answer.status).toBe(status);
    const failure = client.failure((await answer.json()) as JsonObject, answer.headers);
    expect(failure.word).toBe(word);
    expect(failure.message).toContain('The next day begins at 00:00 UTC');
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(answer.headers.has('retry-after')).toBe(false);
    expect(provider.calls).toHaveLength(0);
  });
});

describe('a limit of tokens', () => {
  test('reserves the prompt and the longest answer, and gives back what was not used', async () => {
    const { post } = limited({ limits: { tokensPerMinute: 1000 } });
    const first = await post(path, chat());
    expect(tokensLeft(first)).toBe(1000 - promptTokens - 100);
    await settled();
    // 15 of them were used.
    expect(tokensLeft(await post(path, chat()))).toBe(1000 - 15 - promptTokens - 100);
  });

  test('holds back the next for what was used beyond that', async () => {
    const { post } = limited({ limits: { tokensPerMinute: 1000 }, scripts: [answerOf({ input: 2000, output: 5 })] });
    expect((await post(path, chat())).status).toBe(200);
    await settled();
    const refused = await post(path, chat());
    expect(refused.status).toBe(429);
    expect(tokensLeft(refused)).toBe(0);
  });

  test('counts every answer that is asked for', async () => {
    const wide = '/v1/completions';
    const completion = (more: JsonObject) => ({ model: 'lab/model', max_tokens: 100, prompt: 'Hello', ...more });
    const cases: [path: string, body: JsonObject, answers: number][] = [
      [path, chat({ n: 3 }), 3],
      [wide, completion({}), 1],
      [wide, completion({ n: 2, best_of: 5 }), 5],
      [wide, completion({ prompt: ['a', 'b', 'c'] }), 3],
      [wide, completion({ prompt: ['a', 'b'], n: 2 }), 4],
    ];
    for (const [asked, body, answers] of cases) {
      const { post } = limited({ limits: { tokensPerMinute: 10_000 } });
      const prompt = Math.ceil(JSON.stringify(body).length / 3);
      expect(tokensLeft(await post(asked, body)), JSON.stringify(body)).toBe(10_000 - prompt - answers * 100);
    }
  });

  test('takes a picture for as many tokens as pictures have, not for its bytes', async () => {
    const { post } = limited({ limits: { tokensPerMinute: 10_000 } });
    const image = (data: string) => ({ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } });
    const body = (data: string) => chat({ messages: [{ role: 'user', content: [image(data)] }] });
    const prompt = Math.ceil(JSON.stringify(body('')).length / 3);
    expect(tokensLeft(await post(path, body('A'.repeat(300_000))))).toBe(10_000 - prompt - 1000 - 100);
  });

  test('refuses what can never pass, and says how it could', async () => {
    const { post, provider } = limited({ limits: { tokensPerMinute: 50 } });
    const answer = await post(path, chat());
    expect(answer.status).toBe(429);
    expect(await answer.text()).toContain('this API key has 50 a minute. Ask for a shorter answer.');
    expect(provider.calls).toHaveLength(0);
  });

  const began: Step[] = answerOf({}).slice(0, 3);
  test.each<[what: string, scripts: Step[][], isGivenBack: boolean, status: number]>([
    ['never began', [[new SluiceError('upstream_unreachable', 'No.')]], true, 502],
    ['broke off', [[...began, new SluiceError('upstream_cut', 'Cut.')]], false, 502],
    ['was not counted', [answerOf({})], false, 200],
    ['was counted in part', [answerOf({ input: 10 })], false, 200],
  ])('of an answer that %s', async (_, scripts, isGivenBack, status) => {
    const { post } = limited({ limits: { tokensPerMinute: 1000 }, scripts });
    expect((await post(path, chat())).status).toBe(status);
    await settled();
    const reserved = promptTokens + 100;
    expect(tokensLeft(await post(path, chat()))).toBe(1000 - reserved - (isGivenBack ? 0 : reserved));
  });
});

describe('a limit of answers at a time', () => {
  /** Goes on until it is told to end. */
  const going = () => {
    const gate = Promise.withResolvers<void>();
    const [start, block, text, ...rest] = answerOf({ input: 1, output: 1 });
    return { end: gate.resolve, steps: [start, block, text, { wait: gate.promise }, ...rest] as Step[] };
  };

  test('counts those in progress, streamed or not, and no others', async () => {
    const { end, steps } = going();
    const { post } = limited({ limits: { concurrentStreams: 2 }, scripts: [steps] });
    const stream = await post(path, chat({ stream: true }));
    const whole = post(path, chat());
    await settled();
    const refused = await post(path, chat());
    expect(refused.status).toBe(429);
    expect(await refused.text()).toContain('This API key may have 2 answers in progress at the same time.');
    expect(refused.headers.get('retry-after')).toBe('1');
    end();
    await Promise.all([stream.text(), whole]);
    await settled();
    expect((await post(path, chat())).status).toBe(200);
  });

  test.each<[how: string, steps: Step[], body: JsonObject]>([
    ['fails before its first byte', [new SluiceError('upstream_error', 'No.')], chat()],
    ['is cut', [...answerOf({}).slice(0, 3), new SluiceError('upstream_cut', 'Cut.')], chat({ stream: true })],
    ['fails by a fault of our own', [new TypeError('oops')], chat({ stream: true })],
    ['ends well', answerOf({ input: 1, output: 1 }), chat({ stream: true })],
  ])('is free again after an answer that %s', async (_, steps, body) => {
    const { post } = limited({ limits: { concurrentStreams: 1 }, scripts: [steps] });
    for (let count = 0; count < 5; count++) {
      const answer = await post(path, body);
      await answer.text();
      await settled();
      expect(answer.status).not.toBe(429);
    }
  });

  test('is free again after a reader that has left', async () => {
    const { steps } = going();
    const { post } = limited({ limits: { concurrentStreams: 1 }, scripts: [steps] });
    for (let count = 0; count < 3; count++) {
      const answer = await post(path, chat({ stream: true }));
      expect(answer.status).toBe(200);
      const reader = answer.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      await settled();
    }
  });

  test('is free again when the longest answer would be over, though its environment was killed', async () => {
    let now = noon;
    const store = memoryStore();
    const environment = () => limited({ store, limits: { concurrentStreams: 1 }, now: () => now, scripts: [going().steps] });
    const killed = environment();
    expect((await killed.post(path, chat({ stream: true }))).status).toBe(200);
    const other = environment();
    now = noon + 840_000;
    expect((await other.post(path, chat({ stream: true }))).status).toBe(429);
    now = noon + 840_000 + 60_000;
    expect((await other.post(path, chat({ stream: true }))).status).toBe(200);
  });
});

describe('a limit of dollars', () => {
  test('reserves the most that an answer may cost and keeps what it did cost, until the day is over', async () => {
    let now = noon;
    // 5 tokens cost 0.0005, and 100 are reserved each time, which cost 0.01.
    const { post } = limited({ limits: { dollarsPerDay: 0.0115 }, config: dear, now: () => now });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) {
      statuses.push((await post(path, chat())).status);
      await settled();
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
    now = Date.parse('2026-11-21T23:59:59.999Z');
    expect((await post(path, chat())).status).toBe(429);
    now = Date.parse('2026-11-22T00:00:00Z');
    expect((await post(path, chat())).status).toBe(200);
  });

  test('lets nothing be asked whose price is not known', async () => {
    const { post, provider } = limited({ limits: { dollarsPerDay: 100 } });
    const answer = await post(path, chat());
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: 'model_not_allowed', param: 'model' } });
    expect(provider.calls).toHaveLength(0);
  });
});

describe('a store that cannot be reached', () => {
  const broken = (fails: (call: keyof LimitStore) => boolean): LimitStore => {
    const store = memoryStore();
    const names = ['add', 'correct', 'take', 'release'] as const;
    const guarded = names.map((name) => [
      name,
      (...given: never[]) =>
        fails(name) ? Promise.reject(new Error('no table')) : (store[name] as (...all: never[]) => unknown)(...given),
    ]);
    return Object.fromEntries(guarded) as LimitStore;
  };
  const limits = { requestsPerMinute: 10, tokensPerMinute: 10_000, concurrentStreams: 2 };

  test('lets nobody through whose key has limits, and everybody else', async () => {
    const { post, provider, log } = limited({ limits, store: broken(() => true) });
    const answer = await post(path, chat());
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { code: 'limits_unavailable' } });
    expect(provider.calls).toHaveLength(0);
    expect(JSON.parse(log[0] ?? '')).toMatchObject({ outcome: 'limits_unavailable', blame: 'gateway', cause: 'Error: no table' });
    expect((await post(path, chat(), { key: 'key-of-free' })).status).toBe(200);
  });

  test('in part keeps nothing of what it gave', async () => {
    let isDown = true;
    const { post } = limited({ limits, store: broken((call) => isDown && call === 'take') });
    for (let count = 0; count < 20; count++) expect((await post(path, chat())).status).toBe(503);
    isDown = false;
    expect((await post(path, chat())).headers.get('x-ratelimit-remaining-requests')).toBe('9');
  });

  test('when an answer is over is told to the log, and not to the caller', async () => {
    const { post, log } = limited({ limits, store: broken((call) => call === 'release') });
    const answer = await post(path, chat({ stream: true }));
    expect(await answer.text()).toContain('data: [DONE]');
    await settled();
    expect(log.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: 'limits', error: 'Error: no table' }),
    );
  });
});

test.each([
  ['streamed', chat({ stream: true }), [answerOf({ input: 1, output: 1 })], 200],
  ['whole', chat(), [answerOf({ input: 1, output: 1 })], 200],
  ['failed', chat(), [[new SluiceError('upstream_error', 'No.')]], 502],
])('a host that may stop has been given what is left to do when an answer is written: %s', async (_, body, scripts, status) => {
  const { post } = limited({ limits: { concurrentStreams: 1 }, scripts });
  for (let count = 0; count < 3; count++) {
    const work: Promise<unknown>[] = [];
    const answer = await post(path, body, { host: { waitUntil: (one) => work.push(one) } });
    expect(answer.status).toBe(status);
    await takeSource(answer)?.source({ write: () => undefined, end: () => {} });
    expect(work).toHaveLength(1);
    await Promise.all(work);
  }
});
