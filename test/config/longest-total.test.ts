import { expect, test } from 'vitest';
import { checkConfig } from '../../lib/config/load-config.ts';
import { longestTotalMs } from '../../lib/config/longest-total.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';

const longest = (input: ConfigInput) => longestTotalMs(checkConfig(input, 'test.json'));

test('the longest total is the longest that any part of the configuration allows', () => {
  expect(longest({})).toBe(840_000);
  expect(longest({ timeouts: { total: '1m' } })).toBe(60_000);
  const model = { targets: ['openai/gpt-4o'], timeouts: { total: '2m' } };
  expect(longest({ timeouts: { total: '1m' }, models: { fast: 'openai/gpt-4o', slow: model } })).toBe(120_000);
});
