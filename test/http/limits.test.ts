import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerOf, chat, dear, limited, noon, path } from '../support/limited.ts';
import { type LimitsTable, limitsTable } from '../support/limits-table.ts';
import { settled } from '../support/manual-clock.ts';
import type { Step } from '../support/script-provider.ts';

describe('across many environments', () => {
  let table: LimitsTable;
  beforeAll(async () => {
    table = await limitsTable();
  });
  afterAll(() => table.close());

  test('exactly 100 of 200 simultaneous requests over 20 environments succeed with a limit of 100', async () => {
    const environments = Array.from({ length: 20 }, () => limited({ store: table.store(), limits: { requestsPerMinute: 100 } }));
    const answers = await Promise.all(
      environments.flatMap((environment) => Array.from({ length: 10 }, () => environment.post(path, chat()))),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(100).fill(200), ...Array(100).fill(429)]);
    // Rejected requests reach no provider.
    expect(environments.reduce((sum, { provider }) => sum + provider.calls.length, 0)).toBe(100);
    const abort = answers.filter(({ ok }) => ok).map(({ headers }) => Number(headers.get('x-ratelimit-remaining-requests')));
    expect(abort.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, at) => at));
  });

  test('the money of a day is spent only once', async () => {
    // 100 tokens at 100 USD per million are one cent, and the prompt adds a little. Nothing settles before all have started.
    const gate = Promise.withResolvers<void>();
    const steps: Step[] = [{ wait: gate.promise }, ...answerOf({ input: 0, output: 100 })];
    const environments = Array.from({ length: 10 }, () =>
      limited({ store: table.store(), limits: { dollarsPerDay: 0.1045 }, config: dear, scripts: [steps] }),
    );
    let over = 0;
    const requests = environments.flatMap((one) => Array.from({ length: 3 }, () => one.post(path, chat()).finally(() => over++)));
    await expect
      .poll(() => over + environments.reduce((sum, { provider }) => sum + provider.calls.length, 0), { timeout: 15_000 })
      .toBe(30);
    gate.resolve();
    const statuses = (await Promise.all(requests)).map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(10).fill(200), ...Array(20).fill(429)]);
  });
});

describe('a limit of requests', () => {
  test('starts again with the next minute', async () => {
    let now = noon;
    const { post } = limited({ limits: { requestsPerMinute: 2 }, now: () => now });
    const statuses: number[] = [];
    for (const time of [noon, noon + 1000, noon + 29_999, noon + 30_000, noon + 30_000, noon + 30_000]) {
      now = time;
      statuses.push((await post(path, chat())).status);
    }
    expect(statuses).toEqual([200, 200, 429, 200, 200, 429]);
  });

  test('applies to its key only', async () => {
    const { post } = limited({ limits: { requestsPerMinute: 1 } });
    expect((await post(path, chat())).status).toBe(200);
    expect((await post(path, chat())).status).toBe(429);
    const free = await post(path, chat(), { key: 'key-of-free' });
    expect(free.status).toBe(200);
    expect([...free.headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
  });

  test('counts what no other limit rejected, and ignores invalid requests', async () => {
    const { post } = limited({ limits: { requestsPerMinute: 3, tokensPerMinute: 10_000 } });
    expect((await post(path, chat({ max_tokens: 20_000 }))).status).toBe(429);
    expect((await post(path, chat({ messages: 42 }))).status).toBe(400);
    expect((await post(path, chat({ model: 'nobody' }))).status).toBe(404);
    for (const abort of ['2', '1', '0']) {
      expect((await post(path, chat())).headers.get('x-ratelimit-remaining-requests')).toBe(abort);
    }
  });

  test('counts a token count request, which needs nothing else', async () => {
    const { post } = limited({ limits: { requestsPerMinute: 2, tokensPerMinute: 50, concurrentStreams: 1, dollarsPerDay: 0 } });
    const count = () =>
      post('/v1/messages/count_tokens', { model: 'lab/model', messages: [{ role: 'user', content: 'x'.repeat(3000) }] });
    // This provider can't count tokens, which the gateway tries first.
    expect([(await count()).status, (await count()).status, (await count()).status]).toEqual([404, 404, 429]);
  });
});

describe('a limit of dollars', () => {
  test('reserves the maximum cost of an answer and keeps the real cost, until the end of the day', async () => {
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

  test('rejects a model with an unknown price', async () => {
    const { post, provider } = limited({ limits: { dollarsPerDay: 100 } });
    const answer = await post(path, chat());
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: 'model_not_allowed', param: 'model' } });
    expect(provider.calls).toHaveLength(0);
  });
});
