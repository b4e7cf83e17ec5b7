import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { configuredPrices } from '../../infra/configured-prices.ts';
import defaultPrices from '../../lib/app/default-prices.ts';
import type { AnswerState } from '../../lib/gateway/answer-state.ts';
import { createPricing } from '../../lib/gateway/pricing.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-prices-'));
afterAll(() => rmSync(folder, { recursive: true }));

const answered = (model: string, input: number, more: Partial<AnswerState> = {}): AnswerState => ({
  attempts: [{ provider: 'anthropic', model, served: true }],
  end: { type: 'finish', reason: 'stop', rawReason: 'stop', usage: { input, output: 1_000, cacheRead: 0, cacheWrite: 0 } },
  ...more,
});

describe('default prices', () => {
  test.each([
    ['openai', 'gpt-4o-mini'],
    ['anthropic', 'claude-opus-4-8'],
    ['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['gemini', 'gemini-2.5-flash'],
    ['groq', 'llama-3.3-70b-versatile'],
  ])('are known without configuration: %s/%s', (provider, model) => {
    const prices = defaultPrices.pricesOf(provider, model);
    expect(prices?.input).toBeGreaterThan(0);
    expect(prices?.output).toBeGreaterThan(0);
  });

  test('have the date of their data, and are unknown for other providers and models', () => {
    expect(defaultPrices.version).toMatch(/ \d{4}-\d\d-\d\d$/);
    expect(defaultPrices.pricesOf('lab', 'gpt-4o-mini')).toBeUndefined();
    expect(defaultPrices.pricesOf('constructor', 'gpt-4o-mini')).toBeUndefined();
    expect(defaultPrices.pricesOf('openai', 'no-such-model')).toBeUndefined();
  });

  test('are overridden by the configuration', () => {
    const own = { version: 'ours', usdPerMillion: { 'anthropic/claude-opus-4-8': { input: 1, output: 1 } } };
    expect(createPricing(own, defaultPrices).costOf(answered('claude-opus-4-8', 1_000))).toEqual({
      usd: 0.002,
      priceVersion: 'ours',
    });
    const { priceVersion } = createPricing(undefined, defaultPrices).costOf(answered('claude-opus-4-8', 1_000)) ?? {};
    expect(priceVersion).toBe(defaultPrices.version);
  });

  test('are unknown for longer prompts than they apply to, and for other service tiers', () => {
    const { costOf, mostOf } = createPricing(undefined, defaultPrices);
    expect(costOf(answered('claude-sonnet-4-5', 200_000))).toBeDefined();
    expect(costOf(answered('claude-sonnet-4-5', 200_001))).toBeUndefined();
    expect(costOf(answered('claude-sonnet-4-5', 1_000, { serviceTier: 'auto' }))).toBeDefined();
    expect(costOf(answered('claude-sonnet-4-5', 1_000, { serviceTier: 'priority' }))).toBeUndefined();
    const targets = [{ provider: { name: 'openai' }, model: 'gpt-4o-mini' }] as never;
    expect(mostOf(targets, { input: 10, output: 10 })).toBeDefined();
    expect(mostOf(targets, { input: 10, output: 10, serviceTier: 'priority' })).toBeUndefined();
  });

  test('are bundled only for the configured models', async () => {
    const configFile = join(folder, 'config.json');
    writeFileSync(configFile, JSON.stringify({ models: { fast: 'openai/gpt-4o-mini', local: 'ollama/llama3' } }));
    expect(Object.keys(await configuredPrices(configFile))).toEqual(['openai/gpt-4o-mini']);
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
    expect(dependencies).toHaveProperty('@pydantic/genai-prices');
  });
});
