import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { clients } from '../support/clients.ts';
import { dear, limited } from '../support/limited.ts';

describe('a rate limit response', () => {
  const byDialect = clients.map((client) => [client.dialect, client] as const);
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

  test.each(byDialect)('%s: is a 429 that says when to retry', async (dialect, client) => {
    const { post, log } = limited({ limits: { requestsPerMinute: 1, tokensPerMinute: 1_000_000 } });
    for (const stream of [true, false]) {
      const clientRequest = client.ask('lab/model', stream);
      const first = await post(clientRequest.path, clientRequest.body);
      const answer = first.status === 200 ? await post(clientRequest.path, clientRequest.body) : first;
      expect(answer.status).toBe(429);
      const failure = client.failure((await answer.json()) as JsonObject, answer.headers);
      expect(failure.word).toBe(words[dialect] ?? 'key_rate_limit_exceeded');
      expect(failure.message).toContain('This API key may send 1 requests a minute. Try again in 30 s.');
      expect(answer.headers.get('retry-after')).toBe('30');
      expect(answer.headers.get('retry-after-ms')).toBe('30000');
      expect(answer.headers.has('x-should-retry')).toBe(false);
      expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
    }
    expect(JSON.parse(log.at(-1) ?? '')).toMatchObject({
      outcome: 'key_rate_limit_exceeded',
      fault_source: 'rejected',
      key_id: 'limited',
    });
  });

  test.each(byDialect)('%s: has the remaining limits, on accepted requests too', async (dialect, client) => {
    const { post } = limited({ limits: { requestsPerMinute: 2, tokensPerMinute: 50_000 } });
    for (const [stream, abort] of [
      [true, '1'],
      [false, '0'],
      [true, '0'],
    ] as const) {
      const clientRequest = client.ask('lab/model', stream);
      const answer = await post(clientRequest.path, clientRequest.body);
      await answer.arrayBuffer();
      const headers = Object.fromEntries([...answer.headers].filter(([name]) => name.includes('ratelimit')));
      const used = (name: string) => 50_000 - Number(answer.headers.get(name));
      if (isOf(dialect, 'openai')) {
        expect(headers).toMatchObject({
          'x-ratelimit-limit-requests': '2',
          'x-ratelimit-remaining-requests': abort,
          'x-ratelimit-reset-requests': '30s',
          'x-ratelimit-limit-tokens': '50000',
          'x-ratelimit-reset-tokens': '30s',
        });
        expect(used('x-ratelimit-remaining-tokens')).toBeGreaterThan(0);
      } else if (isOf(dialect, 'anthropic')) {
        expect(headers).toMatchObject({
          'anthropic-ratelimit-requests-limit': '2',
          'anthropic-ratelimit-requests-remaining': abort,
          'anthropic-ratelimit-requests-reset': '2026-11-21T12:01:00Z',
          'anthropic-ratelimit-tokens-limit': '50000',
          'anthropic-ratelimit-tokens-reset': '2026-11-21T12:01:00Z',
        });
        expect(used('anthropic-ratelimit-tokens-remaining')).toBeGreaterThan(0);
      } else expect(headers).toEqual({});
    }
  });

  test.each(byDialect)('%s: says not to retry once the money of a day is spent', async (dialect, client) => {
    const { post, provider } = limited({ limits: { dollarsPerDay: 0 }, config: dear });
    const clientRequest = client.ask('lab/model', true);
    const answer = await post(clientRequest.path, clientRequest.body);
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
