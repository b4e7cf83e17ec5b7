import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyDigest } from '../../lib/access/keys.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import type { Attempt } from '../../lib/gateway/answer-state.ts';
import { errorKinds } from '../../lib/stream/errors.ts';
import { embedMetrics, metricNamespace } from '../../lib/telemetry/embedded-metrics.ts';
import { metrics } from '../../lib/telemetry/metrics.ts';
import { summarizeRequest } from '../../lib/telemetry/request-summary.ts';
import { promptCanary } from '../support/clients.ts';
import { type Datapoint, readEmbeddedMetrics } from '../support/embedded-metrics.ts';
import { type Served, serve } from '../support/serve.ts';

const key = 'client-key-of-the-metrics';
const models = { good: 'demo/openai/fast', steady: { targets: ['demo/openai/status-503', 'demo/anthropic/fast'] } };

let served: Served;
beforeAll(async () => {
  served = await serve({ metrics: true, keys: [key], config: { models, retries: 1 } });
});
afterAll(() => served.close());

/** The metric values of one request, sent unchanged. */
async function told(path: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await served.post(path, body, { authorization: `Bearer ${key}`, ...headers });
  await answer.text();
  const id = answer.headers.get('x-request-id') ?? '';
  await served.logged(id);
  const line = served.lines.find((one) => one.includes(id)) ?? '';
  return { line, fields: JSON.parse(line) as Record<string, unknown>, points: readEmbeddedMetrics(line) };
}

const ask = (model: string, more: object = {}) => ({
  model,
  stream: true,
  messages: [{ role: 'user', content: promptCanary }],
  ...more,
});

/** The values without dimensions, by the names of their metrics. */
function sums(points: readonly Datapoint[]): Record<string, number[]> {
  const all = points.filter(({ dimensions }) => Object.keys(dimensions).length === 0);
  return Object.fromEntries(all.map(({ name }) => [name, valuesOf(all, name)]));
}

function valuesOf(points: readonly Datapoint[], name: string): number[] {
  return points.filter((point) => point.name === name).map(({ value }) => value);
}

describe('the metrics of a request', () => {
  test('are part of its access log line, which stays one line', async () => {
    const { fields, points } = await told('/v1/chat/completions', ask('good'));
    expect(fields).toMatchObject({ msg: 'access', outcome: 'ok', alias: 'good' });
    expect(Object.keys(fields).at(-1)).toBe('_aws');
    expect(new Set(points.map(({ namespace }) => namespace))).toEqual(new Set(['Sluice']));
    expect(sums(points)).toMatchObject({
      Requests: [1],
      UpstreamRequests: [1],
      Streams: [1],
      'gen_ai.server.request.duration': [expect.any(Number)],
      'gen_ai.client.inference.usage.output_tokens': [fields.output_tokens],
      'gen_ai.client.inference.usage.input_tokens': [fields.input_tokens],
    });
    const [first] = sums(points)['gen_ai.server.time_to_first_token'] ?? [];
    expect(first).toBe((fields.ttft_ms as number) / 1000);
  });

  test('omit what did not happen, so rare events cost nothing while they are rare', async () => {
    const { points } = await told('/v1/chat/completions', ask('good'));
    const names = new Set(points.map(({ name }) => name));
    for (const name of ['Errors', 'ClientErrors', 'StreamsCut', 'Retries', 'Fallbacks', 'AuthFailures', 'CostUsd'])
      expect(names, name).not.toContain(name);
  });

  test('distinguish retries from fallbacks, and have the time of each attempt', async () => {
    const { points, fields } = await told('/v1/chat/completions', ask('steady'));
    const { Retries, Fallbacks, 'gen_ai.client.operation.duration': times } = sums(points);
    expect({ Retries, Fallbacks }).toEqual({ Retries: [1], Fallbacks: [1] });
    expect(times).toEqual((fields.attempts as Attempt[]).map(({ ms = 0 }) => ms / 1000));
    expect(times).toHaveLength(3);
  });

  test('have the dimensions dialect, provider, outcome, and the model if the configuration names it', async () => {
    const good = await told('/v1/chat/completions', ask('good'));
    const identities = good.points.filter(({ name }) => name === 'UpstreamRequests').map(({ dimensions }) => dimensions);
    expect(identities).toEqual([{}, { provider: 'demo/openai' }, { alias: 'good' }]);
    const requests = good.points.filter(({ name }) => name === 'Requests').map(({ dimensions }) => dimensions);
    expect(requests).toEqual([{}, { dialect: 'openai-chat' }]);
    const failed = await told('/v1/chat/completions', ask('demo/openai/status-500'));
    const errors = failed.points.filter(({ name }) => name === 'Errors').map(({ dimensions }) => dimensions);
    expect(errors).toEqual([{}, { provider: 'demo/openai' }, { outcome: 'upstream_error' }]);
  });

  test('have the cost if there is a price, and limit refusals by key', async () => {
    const limits = { requestsPerMinute: 1 };
    const priced = await serve({
      metrics: true,
      keys: [{ id: 'app', sha256: keyDigest(key), models: ['*'], limits }],
      config: { models, prices: { version: '2026-11-21', usdPerMillion: { 'demo/openai/fast': { input: 2, output: 4 } } } },
    });
    for (const _ of [1, 2]) await (await priced.post('/v1/chat/completions', ask('good'), { 'x-api-key': key })).text();
    await expect.poll(() => priced.lines.length, { interval: 2 }).toBe(2);
    const [answered, refused] = priced.lines.map((line) => ({ fields: JSON.parse(line), points: readEmbeddedMetrics(line) }));
    const { input_tokens, output_tokens, cost_usd } = answered?.fields ?? {};
    expect(cost_usd).toBeCloseTo((2 * input_tokens + 4 * output_tokens) / 1_000_000, 9);
    expect(answered?.fields.price_version).toBe('2026-11-21');
    const costs = answered?.points.filter(({ name }) => name === 'CostUsd') ?? [];
    expect(costs.map(({ dimensions, value }) => ({ dimensions, value }))).toEqual([
      { dimensions: {}, value: cost_usd },
      { dimensions: { alias: 'good' }, value: cost_usd },
    ]);
    const { LimitRejections, ClientErrors, Errors, UpstreamRequests, CostUsd } = sums(refused?.points ?? []);
    expect({ LimitRejections, ClientErrors, Errors, UpstreamRequests, CostUsd }).toEqual({
      LimitRejections: [1],
      ClientErrors: [1],
    });
    await priced.close();
  });

  test('are absent on a laptop', async () => {
    const plain = await serve();
    const answer = await plain.post('/v1/chat/completions', ask('demo/openai/fast'));
    await answer.text();
    const [line] = await plain.logged(answer);
    for (const name of ['_aws', ...metrics.map((metric) => metric.name)]) expect(line).not.toHaveProperty([name]);
    await plain.close();
  });
});

test('client input never becomes a dimension value, and no line has a prompt or a key', async () => {
  const evil = 'demo/openai/evil-1';
  const canary = { 'user-agent': 'evil-2', 'x-request-id': 'evil-3', traceparent: 'evil-4', 'anthropic-version': '2023-06-01' };
  const requests: [path: string, body: unknown, headers?: Record<string, string>][] = [
    ['/v1/chat/completions', ask('good'), canary],
    ['/v1/chat/completions', ask(evil)],
    ['/v1/chat/completions', ask('__proto__')],
    ['/v1/chat/completions', ask('constructor')],
    ['/v1/chat/completions', ask('demo/openai/chat')],
    ['/v1/chat/completions', ask('x'.repeat(5_000))],
    ['/v1/chat/completions', '{'],
    ['/v1/evil-5', {}],
    ['/v1/messages', ask('good', { max_tokens: 5 })],
    ['/v1/responses', { model: 'good', input: promptCanary, stream: true }],
    ['/v1/completions', { model: 'good', prompt: [promptCanary, promptCanary], stream: true }],
    ['/model/evil-6/converse', { messages: [] }],
    ['/v1/chat/completions', ask('good'), { authorization: 'Bearer evil-7' }],
  ];
  const allowed: Record<string, (value: string) => boolean> = {
    dialect: (value) => /^(openai-(chat|completions|responses)|anthropic-messages|bedrock-converse)$/.test(value),
    provider: (value) => /^demo\/(openai|anthropic|gemini|bedrock)$/.test(value),
    alias: (value) => Object.hasOwn(models, value),
    outcome: (value) => Object.hasOwn(errorKinds, value),
  };
  for (const [path, body, headers] of requests) {
    const { line, points } = await told(path, body, headers);
    expect(line).not.toContain(promptCanary);
    expect(line).not.toContain(key);
    for (const { name, dimensions } of points) {
      for (const [dimension, value] of Object.entries(dimensions)) {
        expect(allowed[dimension]?.(value), `${name} by ${dimension}: ${value}`).toBe(true);
        expect(value).not.toContain('evil');
      }
    }
  }
});

describe('the table', () => {
  /**
   * OpenTelemetry's metrics for generative AI, with their units, of its semantic conventions (gen-ai-metrics.md and
   * gen-ai-token-metrics.md in open-telemetry/semantic-conventions-genai).
   */
  const conventions: Record<string, 's' | '{token}'> = {
    'gen_ai.server.request.duration': 's',
    'gen_ai.server.time_to_first_token': 's',
    'gen_ai.server.time_per_output_token': 's',
    'gen_ai.client.operation.duration': 's',
    'gen_ai.client.operation.time_to_first_chunk': 's',
    'gen_ai.client.operation.time_per_output_chunk': 's',
    'gen_ai.client.token.usage': '{token}',
    'gen_ai.client.inference.usage.input_tokens': '{token}',
    'gen_ai.client.inference.usage.output_tokens': '{token}',
    'gen_ai.client.inference.usage.cache_read.input_tokens': '{token}',
    'gen_ai.client.inference.usage.cache_write.input_tokens': '{token}',
    'gen_ai.client.inference.usage.reasoning.output_tokens': '{token}',
  };
  const units = { s: 'Seconds', '{token}': 'Count' };

  test('uses the names and units of the conventions where they exist', () => {
    const own = metrics.filter(({ name }) => name.startsWith('gen_ai.'));
    expect(own.length).toBeGreaterThan(5);
    for (const { name, unit } of own) expect(unit, name).toBe(units[conventions[name] ?? 's']);
    expect(own.filter(({ name }) => !Object.hasOwn(conventions, name))).toEqual([]);
  });

  test('has unique names, and no dimension with many values', () => {
    expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length);
    for (const { name, by } of metrics) {
      for (const dimension of by) expect(['dialect', 'provider', 'alias', 'outcome'], name).toContain(dimension);
    }
  });
});

const request = { requestId: 'r', route: '/', dialect: 'd', startedAt: 0, endedAt: 1, status: 200, ids: {} };

describe('attempts', () => {
  const config = checkConfig({}, 'the test');
  const embed = embedMetrics(config);
  const summary = (attempts: Attempt[]) => summarizeRequest({ ...request, answerState: { attempts } }, false);
  const at = (name: string, error?: string): Attempt => ({ provider: name, model: 'm', ms: 1, ...(error && { error }) });

  const counted: [attempts: string, list: Attempt[], retries: number | undefined, fallbacks: number | undefined][] = [
    ['one that answers', [at('a')], undefined, undefined],
    ['one that fails', [at('a', 'upstream_error')], undefined, undefined],
    ['a retry', [at('a', 'upstream_error'), at('a')], 1, undefined],
    ['a retry that fails', [at('a', 'upstream_error'), at('a', 'upstream_error')], 1, undefined],
    ['a fallback', [at('a', 'rate_limit_exceeded'), at('b')], undefined, 1],
    ['two fallbacks', [at('a', 'upstream_error'), at('b', 'upstream_error'), at('c')], undefined, 2],
    ['both', [at('a', 'upstream_error'), at('a', 'upstream_error'), at('b')], 1, 1],
    ['a target asked beside a slow one', [at('a', 'superseded'), at('b')], undefined, undefined],
    ['a slow one that won all the same', [at('a'), at('b', 'superseded')], undefined, undefined],
    ['several prompts at once', [at('a'), at('a'), at('a')], undefined, undefined],
    ['none', [], undefined, undefined],
  ];
  for (const [name, attempts, retries, fallbacks] of counted) {
    test(`${name}: ${retries ?? 0} retries, ${fallbacks ?? 0} fallbacks`, () => {
      const { Retries, Fallbacks } = embed(summary(attempts), {}, Date.now());
      expect({ Retries, Fallbacks }).toEqual({ Retries: retries, Fallbacks: fallbacks });
    });
  }

  test('are capped at what a line can hold', () => {
    const attempts = Array.from({ length: 300 }, () => at('a'));
    const line = JSON.stringify({ provider: 'a', ...embed(summary(attempts), { provider: 'a' }, Date.now()) });
    expect(valuesOf(readEmbeddedMetrics(line), 'gen_ai.client.operation.duration')).toHaveLength(100);
  });
});

test('two deployments in one region have separate metrics', () => {
  expect(metricNamespace(checkConfig({}, 'the test'))).toBe('Sluice');
  expect(metricNamespace(checkConfig({ stack: { name: 'staging' } }, 'the test'))).toBe('Sluice/staging');
});
