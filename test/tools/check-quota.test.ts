import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../lib/config/load-config.ts';
import { credentials } from '../../lib/emulator/credentials.ts';
import { checkQuota } from '../../tools/deploy/check-quota.ts';
import { startAwsDouble } from './aws-double.ts';

const check = async (stack: object, answers: { quota?: number; lambda?: number }) => {
  const double = await startAwsDouble(answers);
  const environment = {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: double.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  try {
    await checkQuota(checkConfig({ stack }, 'test.json'), 'test.json', environment);
    return double.calls;
  } finally {
    await double.close();
  }
};

describe('npm run deploy, before CloudFormation starts', () => {
  test('rejects a reservation beyond the account’s quota', async () => {
    await expect(check({ reservedConcurrency: 50 }, { quota: 10 })).rejects.toThrow(
      /^test\.json: stack\.reservedConcurrency: .*quota of 10 concurrent executions in us-east-1, found 50 for each of 3 functions, which needs 250\./,
    );
  });

  test('accepts one within it', async () => {
    expect(await check({ reservedConcurrency: 50 }, { quota: 1000 })).toEqual(['lambda GET /2016-08-19/account-settings']);
  });

  test('skips the quota check without a reservation, which is the default', async () => {
    expect(await check({}, { quota: 10 })).toEqual([]);
  });

  test('continues if the quota can’t be read', async () => {
    expect(await check({ reservedConcurrency: 50 }, { lambda: 403 })).toHaveLength(1);
  });
});

test('npm run deploy stops for a reservation that does not fit, and changes nothing', { timeout: 60_000 }, async () => {
  const double = await startAwsDouble({ quota: 10 });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-quota-'));
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify({ models: { a: 'openai/x' }, stack: { reservedConcurrency: 50 } }));
  const child = spawn(process.execPath, ['tools/deploy.ts'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      SLUICE_CONFIG: file,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: double.url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  });
  const errors = await text(child.stderr);
  expect(errors).toContain('quota of 10 concurrent executions');
  expect(errors).toContain('Nothing was changed.');
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(1);
  expect(double.calls).toEqual(['lambda GET /2016-08-19/account-settings']);
  await double.close();
  rmSync(folder, { recursive: true });
});
