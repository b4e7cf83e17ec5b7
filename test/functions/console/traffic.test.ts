import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordTraffic } from '../../../functions/console/api/traffic.ts';
import type { TrafficPage } from '../../../functions/console/api/types.ts';
import { attemptSpans, groupOf, tokensPerSecond, totalsOf } from '../../../functions/console/browser/traffic/figures.ts';
import { type Served, serve } from '../../support/serve.ts';
import { visit } from './console-page.ts';
import { describeInBrowser } from './in-browser.ts';

const everything = { id: 'all', sha256: '', models: ['*'] };
const line = (fields: object) => JSON.stringify({ msg: 'access', outcome: 'ok', status: 200, total_ms: 1, ...fields });

describe('the traffic recorder', () => {
  test('keeps the newest 200 requests and returns those after a number', () => {
    const traffic = recordTraffic();
    for (let index = 1; index <= 250; index++) traffic.take(line({ request_id: `req_${index}` }));
    const { last, requests } = traffic.page(everything, 0);
    expect(last).toBe(250);
    expect(requests).toHaveLength(200);
    expect(requests[0]).toMatchObject({ seq: 51, request_id: 'req_51' });
    expect(traffic.page(everything, 248).requests.map(({ seq }) => seq)).toEqual([249, 250]);
  });

  test('ignores other lines of the log and successful model listings', () => {
    const traffic = recordTraffic();
    traffic.take('{"level":"warn","msg":"limits"}');
    traffic.take('not JSON');
    traffic.take(line({ route: '/v1/models' }));
    expect(traffic.page(everything, 0)).toEqual({ last: 0, requests: [] });
  });

  test('shows a key for some models only its own requests', () => {
    const traffic = recordTraffic();
    traffic.take(line({ request_id: 'a', key_id: 'narrow' }));
    traffic.take(line({ request_id: 'b', key_id: 'another' }));
    const seen = traffic.page({ id: 'narrow', sha256: '', models: ['gpt'] }, 0).requests;
    expect(seen.map(({ request_id: id }) => id)).toEqual(['a']);
  });
});

describe('the figures of the traffic', () => {
  const entry = { seq: 1, ts: '', request_id: '', outcome: 'ok', status: 200, total_ms: 1100 };

  test('count tokens per second after the first token, if the provider counted them', () => {
    expect(tokensPerSecond({ ...entry, ttft_ms: 100, output_tokens: 101 })).toBe(100);
    expect(tokensPerSecond({ ...entry, ttft_ms: 100 })).toBeUndefined();
    expect(tokensPerSecond({ ...entry, ttft_ms: 100, output_tokens: 1 })).toBeUndefined();
  });

  test('have no cost if no request has one', () => {
    expect(totalsOf([entry]).usd).toBeUndefined();
    expect(totalsOf([entry, { ...entry, cost_usd: 0.5 }, { ...entry, cost_usd: 0.25 }]).usd).toBe(0.75);
  });

  test('group outcomes by the source of the fault', () => {
    expect(groupOf(entry)).toBe('ok');
    expect(groupOf({ ...entry, outcome: 'client_closed', fault_source: 'client' })).toBe('stopped');
    expect(groupOf({ ...entry, outcome: 'invalid_request', fault_source: 'client' })).toBe('client');
    expect(groupOf({ ...entry, outcome: 'rate_limit_exceeded', fault_source: 'upstream' })).toBe('upstream');
    expect(groupOf({ ...entry, outcome: 'upstream_cut', fault_source: 'upstream' })).toBe('upstream');
  });

  test('place attempts at their times, parallel ones too', () => {
    const attempts = [
      { provider: 'one', model: 'm', error: 'superseded', started_ms: 0, ms: 900 },
      { provider: 'two', model: 'm', started_ms: 500, ms: 600 },
    ];
    expect(attemptSpans({ ...entry, attempts }).map(({ from, to, failed }) => [from, to, failed])).toEqual([
      [0, 900, true],
      [500, 1100, false],
    ]);
  });
});

describe('the traffic endpoint', () => {
  test('requires a key on a server with keys, and holds no prompt and no answer', async () => {
    const served = await serve({ console: true, keys: ['a-key-for-traffic'] });
    try {
      const authorization = 'Bearer a-key-for-traffic';
      const body = { model: 'demo/openai/echo', messages: [{ role: 'user', content: 'a-secret-prompt' }] };
      await (await served.post('/v1/chat/completions', body, { authorization })).text();
      expect((await fetch(`${served.url}/console/api/traffic`)).status).toBe(401);
      const answer = await fetch(`${served.url}/console/api/traffic`, { headers: { authorization } });
      const text = await answer.text();
      expect((JSON.parse(text) as TrafficPage).requests).toMatchObject([{ alias: 'demo/openai/echo', outcome: 'ok' }]);
      expect(text).not.toContain('a-secret-prompt');
    } finally {
      await served.close();
    }
  });

  test('rejects other origins on a server without keys', async () => {
    const served = await serve({ console: true });
    try {
      const answer = await fetch(`${served.url}/console/api/traffic`, { headers: { origin: 'https://elsewhere.example' } });
      expect(answer.status).toBe(403);
    } finally {
      await served.close();
    }
  });
});

describeInBrowser('the traffic view', (browser) => {
  let served: Served;
  beforeAll(async () => {
    const models = { safe: { targets: ['demo/anthropic/status-503', 'demo/bedrock/chat'] } };
    const prices = { version: 'test', usdPerMillion: { 'demo/bedrock/chat': { input: 3, output: 15 } } };
    served = await serve({ console: true, config: { models, prices } });
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  const send = (model: string) =>
    served.post('/v1/chat/completions', { model, stream: true, messages: [{ role: 'user', content: 'Hello' }] });

  test('shows requests as they end, filters them, and opens one with its attempts in time', async () => {
    const traffic = await visit(browser, served.url);
    await traffic.goTo('traffic');
    await (await send('safe')).text();
    await (await send('demo/openai/cut')).text();
    await (await send('no-such-model')).text();
    const rows = traffic.page.locator('tbody tr');
    await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(3);
    expect(await rows.locator('.outcome').allInnerTexts()).toEqual(['model_not_found', 'upstream_cut', 'ok']);
    const fallback = rows.nth(2);
    expect(await fallback.locator('.dots-row i').count()).toBeGreaterThanOrEqual(2);
    expect(await fallback.innerText()).toMatch(/\$0\.000\d+/);
    await traffic.picture('traffic');

    await traffic.page.getByRole('button', { name: 'Provider failures' }).click();
    expect(await rows.locator('.outcome').allInnerTexts()).toEqual(['upstream_cut']);
    await traffic.page.getByRole('button', { name: 'Finished' }).click();
    await rows.first().locator('.open-request').press('Enter');
    const dialog = traffic.page.locator('.request-dialog');
    expect(await dialog.locator('.timeline li').count()).toBeGreaterThanOrEqual(2);
    expect(await dialog.locator('.bar.failed').count()).toBeGreaterThanOrEqual(1);
    expect(await dialog.innerText()).toContain('demo/bedrock/chat');
    await traffic.picture('traffic-detail');
    await traffic.page.keyboard.press('Escape');
    await expect.poll(() => dialog.count()).toBe(0);
    await traffic.leave();
  });

  test('pauses and resumes', async () => {
    const traffic = await visit(browser, served.url);
    await traffic.goTo('traffic');
    const rows = traffic.page.locator('tbody tr');
    await expect.poll(() => rows.count()).toBeGreaterThan(0);
    const before = await rows.count();
    await traffic.page.locator('.live').click();
    await (await send('demo/openai/fast')).text();
    await traffic.page.waitForTimeout(1500);
    expect(await rows.count()).toBe(before);
    await traffic.page.locator('.live').click();
    await expect.poll(() => rows.count()).toBe(before + 1);
    await traffic.leave();
  });
});
