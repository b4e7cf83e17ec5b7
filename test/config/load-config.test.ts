import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkConfig, loadConfig } from '../../lib/config/load-config.ts';

const check = (value: unknown) => checkConfig(value, 'sluice.config.ts');

describe('a configuration', () => {
  test('may leave out everything', () => {
    expect(check({})).toMatchObject({
      providers: {},
      models: {},
      retries: 1,
      bodyLimit: 4.5 * 1024 * 1024,
      cors: [],
      emulator: true,
    });
  });

  test('has its durations in milliseconds and its sizes in bytes', () => {
    expect(check({ timeouts: { connect: '5s', idle: '2m' }, bodyLimit: '64kb' })).toMatchObject({
      timeouts: { connect: 5000, idle: 120_000 },
      bodyLimit: 65_536,
    });
  });

  test('of the documented shape is accepted whole', () => {
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
          reservedConcurrency: 50,
          auth: 'keys',
          cloudFront: false,
          webFunctions: false,
          logRetentionDays: 30,
        },
      }),
    ).not.toThrow();
  });

  const faults: [name: string, value: unknown, message: string][] = [
    ['an unknown part', { provider: {} }, 'sluice.config.ts: provider: expected one of providers, models,'],
    ['an unknown part, with the nearest name', { provider: {} }, 'Did you mean `providers`?'],
    [
      'a number for a duration',
      { timeouts: { connect: 5 } },
      'sluice.config.ts: timeouts.connect: expected a duration such as "5s", found 5.',
    ],
    [
      'a duration without a unit',
      { timeouts: { connect: '5' } },
      'timeouts.connect: expected a duration such as "250ms", "5s" or "2m", found "5".',
    ],
    [
      'a target without a provider',
      { models: { a: 'x' } },
      'models.a: expected a target such as "openai/gpt-4o-mini", found "x".',
    ],
    ['no targets', { models: { a: { targets: [] } } }, 'models.a.targets: expected at least one target, found [].'],
    [
      'a digest that is none',
      { keys: [{ id: 'a', sha256: 'zz' }] },
      'keys.0.sha256: expected 64 hexadecimal digits, in lower case, found "zz".',
    ],
    ['an unknown kind', { providers: { lab: { kind: 'x' } } }, 'providers.lab.kind: expected one of openai-compatible,'],
    [
      'a base URL that is none',
      { providers: { lab: { baseUrl: 'ftp://x' } } },
      'providers.lab.baseUrl: expected a URL that begins with http:// or https://, found "ftp://x".',
    ],
    [
      'no base URL where one is needed',
      { providers: { lab: { kind: 'openai-compatible' } } },
      'providers.lab.baseUrl: expected a URL, found nothing.',
    ],
    ['not an object', 5, 'sluice.config.ts: the configuration: expected'],
  ];
  for (const [name, value, message] of faults) {
    test(`with ${name} is refused by name`, () => expect(() => check(value)).toThrow(message));
  }
});

test('is read from JSON and from a module; a missing or broken file says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  try {
    writeFileSync(join(folder, 'good.json'), '{"models":{"a":"openai/x"}}');
    writeFileSync(join(folder, 'good.mjs'), 'export default { models: { a: "openai/x" } };');
    writeFileSync(join(folder, 'broken.json'), '{');
    writeFileSync(join(folder, 'empty.mjs'), 'export const a = 1;');
    expect(await loadConfig(join(folder, 'good.json'))).toMatchObject({ models: { a: 'openai/x' } });
    expect(await loadConfig(join(folder, 'good.mjs'))).toMatchObject({ models: { a: 'openai/x' } });
    await expect(loadConfig(join(folder, 'broken.json'))).rejects.toThrow('expected JSON');
    await expect(loadConfig(join(folder, 'empty.mjs'))).rejects.toThrow('default export');
    await expect(loadConfig(join(folder, 'none.json'))).rejects.toThrow('no such file');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
