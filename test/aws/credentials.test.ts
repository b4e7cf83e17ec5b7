import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { awsCredentials } from '../../lib/aws/credentials.ts';
import { redact } from '../../lib/redact/redact.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-aws-'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('credentials come from the environment first', async () => {
  const environment = {
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'environment-secret',
    AWS_SESSION_TOKEN: 'token-of-session',
  };
  expect(await awsCredentials(environment)()).toEqual({
    accessKeyId: 'id',
    secretAccessKey: 'environment-secret',
    sessionToken: 'token-of-session',
  });
  expect(redact('environment-secret token-of-session')).toBe('[redacted] [redacted]');
});

test('then from the AWS SDK’s credential chain', async () => {
  writeFileSync(
    join(folder, 'credentials'),
    '[default]\naws_access_key_id = of-profile\naws_secret_access_key = profile-secret\n',
  );
  expect(await awsCredentials({})()).toMatchObject({ accessKeyId: 'of-profile', secretAccessKey: 'profile-secret' });
  expect(redact('profile-secret')).toBe('[redacted]');
});

test('missing credentials are an error that says what to set', async () => {
  await expect(awsCredentials({})()).rejects.toMatchObject({
    exception: 'NoCredentials',
    message: expect.stringContaining('Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'),
  });
});
