import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'sluice-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `npm run check:config` as its script runs it, less the installing. */
function checkConfig(config: unknown, flags: readonly string[] = [], environment: Record<string, string> = {}) {
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(config));
  const { PATH = '', HOME = '' } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/check-config.ts', file, ...flags], {
    encoding: 'utf8',
    env: { PATH, HOME, SLUICE_ENV_FILE: '', ...environment },
  });
  return { status, stdout: stdout.replaceAll(file, 'FILE'), stderr: stderr.replaceAll(file, 'FILE') };
}

const config = {
  providers: {
    lab: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9000/v1', key: { env: 'LAB_KEY' } },
    work: { kind: 'gemini', key: { secret: 'team/gemini' } },
  },
  models: {
    fast: 'openai/gpt-4o-mini',
    practice: 'demo/openai/chat',
    steady: {
      targets: [
        'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
        { target: 'lab/x', timeouts: { firstContent: '5s' }, capabilities: { prefill: true } },
      ],
      timeouts: { total: '90s' },
      retries: 0,
      hedgeAfter: '3s',
      continue: 'text',
    },
  },
  maxOutputTokens: 4096,
  bodyLimit: '8mb',
  keys: [
    { id: 'app', sha256: 'a'.repeat(64), models: ['fast'], limits: { requestsPerMinute: 60 }, expires: '2027-01-31' },
    { id: 'old', sha256: 'b'.repeat(64), disabled: true },
  ],
};

describe('check:config', () => {
  test('prints the targets of each model, the sources of keys, and the caps', () => {
    const key = 'sk-canary-5d1f7c20aa';
    const { status, stdout, stderr } = checkConfig(config, [], { LAB_KEY: key, AWS_REGION: 'eu-west-1' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`FILE is valid.

Models
  fast: 14m in total, 1 retry
    1.  openai/gpt-4o-mini  connect 5s, first content 2m, idle 2m
  practice: 14m in total, 1 retry
    1.  demo/openai/chat  connect 5s, first content 2m, idle 2m
  steady: 1.5m in total, 0 retries, hedges to the next target after 3s, continues on the next target after a failure
    1.  bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0  connect 5s, first content 1m, idle 2m
    2.  lab/x                                                 connect 5s, first content 5s, idle 2m, prefill

Providers
  lab      openai-compatible  http://127.0.0.1:9000/v1                          key: LAB_KEY here, secret sluice/lab when deployed
  work     gemini             https://generativelanguage.googleapis.com/v1beta  key: secret team/gemini here, secret team/gemini when deployed
  openai   openai             https://api.openai.com/v1                         key: OPENAI_API_KEY here, secret sluice/openai when deployed
  bedrock  bedrock            eu-west-1                                         AWS credentials here, the function role when deployed

Client keys
  app  fast        requestsPerMinute 60  until 2027-01-31T00:00:00.000Z
  old  all models  no limits             disabled

Caps
  output tokens  at most 4096, 4096 by default
  request body   at most 8mb

Only when deployed
  FILE: bodyLimit: expected at most 6mb, the request limit of a function URL, found 8mb. Lower it, or use a container to serve larger requests.
  FILE: providers.lab.baseUrl: expected an address that AWS can reach, found 127.0.0.1, which is the function itself. Use a public address, or use this provider only in development.
  FILE: models: expected targets that exist when deployed, found "demo/openai/chat", which only the dev server has. Remove it before you deploy.
`);
  });

  test('prints the same as JSON, without digests', () => {
    const { status, stdout } = checkConfig(config, ['--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      errors: [],
      models: [{ name: 'fast', totalMs: 840_000 }, { name: 'practice' }, { name: 'steady', hedgeAfterMs: 3000, retries: 0 }],
      providers: [{ name: 'lab', variable: 'LAB_KEY', deployedSecret: 'sluice/lab' }, {}, {}, {}],
      caps: { outputTokens: { default: 4096, limit: 4096 }, bodyLimitBytes: 8 * 1024 ** 2 },
      keys: [{ id: 'app' }, { id: 'old' }],
    });
    expect(stdout).not.toContain('aaaaaaaa');
  });

  test('exits with 1 and lists every error, as text and as JSON', () => {
    const wrong = { models: { a: 'x' }, retries: -1 };
    const text = checkConfig(wrong);
    expect([text.status, text.stdout]).toEqual([1, '']);
    expect(text.stderr.split('\n')).toEqual([
      expect.stringContaining('FILE: models.a: expected a target'),
      expect.stringContaining('FILE: retries: expected an integer'),
      '',
    ]);
    const json = checkConfig(wrong, ['--json']);
    expect([json.status, JSON.parse(json.stdout).errors]).toEqual([1, text.stderr.trimEnd().split('\n')]);
  });

  test('hides a password in a URL of the environment', () => {
    const { stdout } = checkConfig({ models: { a: 'openai/x' } }, [], {
      OPENAI_BASE_URL: 'https://me:canary-word@lab.example/v1',
    });
    expect(stdout).toContain('https://lab.example/v1');
    expect(stdout).not.toContain('canary-word');
  });
});
