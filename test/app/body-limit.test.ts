import { expect, test } from 'vitest';
import { bodyLimitFor } from '../../lib/app/body-limit.ts';
import { deployedSluice } from '../../lib/app/deployed-sluice.ts';

const configured = 4.5 * 1024 ** 2;
const limit = (memory?: string) =>
  bodyLimitFor(configured, memory === undefined ? {} : { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory });

test('a function with little memory takes smaller bodies, and every other process the configured ones', () => {
  expect(limit('128')).toBe(1.5 * 1024 ** 2);
  expect(limit('192')).toBe(3.5 * 1024 ** 2);
  for (const memory of ['256', '512', '10240', undefined, '', 'unknown']) expect(limit(memory)).toBe(configured);
});

test('a smaller limit of the configuration stays', () => {
  expect(bodyLimitFor(1000, { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128' })).toBe(1000);
});

test('a deployment has the limit of its memory', () => {
  const config = { keys: [{ id: 'app', sha256: 'a'.repeat(64) }] };
  const bodyLimit = (memory: string) =>
    deployedSluice({ config, environment: { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory }, log: () => {} }).bodyLimit;
  expect([bodyLimit('128'), bodyLimit('512')]).toEqual([1.5 * 1024 ** 2, configured]);
});
