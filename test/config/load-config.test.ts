import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkConfig, loadConfig } from '../../lib/config/load-config.ts';

const check = (value: unknown) => checkConfig(value, 'sluice.config.ts');

describe('a configuration', () => {
  test('can be empty', () => {
    expect(check({})).toMatchObject({
      providers: {},
      models: {},
      retries: 1,
      bodyLimit: 4.5 * 1024 * 1024,
      cors: [],
      emulator: true,
    });
  });

  test('gives durations in milliseconds and sizes in bytes', () => {
    expect(check({ timeouts: { connect: '5s', idle: '2m' }, bodyLimit: '64kb' })).toMatchObject({
      timeouts: { connect: 5000, idle: 120_000 },
      bodyLimit: 65_536,
    });
  });

  test('accepts everything in the documented shape', () => {
    expect(() =>
      check({
        providers: {
          openai: {},
          bedrock: { region: 'us-east-1' },
          lab: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9000/v1', key: { env: 'LAB_KEY' } },
        },
        models: {
          'gpt-3.5-turbo': 'openai/gpt-4o-mini',
          steady: {
            targets: [
              'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
              { target: 'lab/x', timeouts: { firstContent: '5s' }, capabilities: { prefill: true } },
            ],
            timeouts: { connect: '5s', firstContent: '10s', idle: '60s', total: '840s' },
            retries: 1,
            hedgeAfter: '3s',
            continue: 'text',
          },
        },
        timeouts: {},
        retries: 1,
        maxOutputTokens: 8192,
        bodyLimit: '4.5mb',
        cors: [],
        console: false,
        emulator: true,
        keys: [
          {
            id: 'app',
            sha256: 'a'.repeat(64),
            models: ['*'],
            limits: { requestsPerMinute: 60, tokensPerMinute: 100_000, concurrentStreams: 10, dollarsPerDay: 20 },
          },
        ],
        limits: { store: 'memory' },
        prices: { version: '2026-11-21', usdPerMillion: {} },
        stack: {
          memory: 512,
          reservedConcurrency: false,
          auth: 'keys',
          cloudFront: false,
          webFunctions: false,
          logRetentionDays: 30,
        },
      }),
    ).not.toThrow();
  });
});

test('is read from JSON and from a module', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  try {
    writeFileSync(join(folder, 'good.json'), '{"models":{"a":"openai/x"}}');
    writeFileSync(join(folder, 'good.mjs'), 'export default { models: { a: "openai/x" } };');
    expect(await loadConfig(join(folder, 'good.json'))).toMatchObject({ models: { a: 'openai/x' } });
    expect(await loadConfig(join(folder, 'good.mjs'))).toMatchObject({ models: { a: 'openai/x' } });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
