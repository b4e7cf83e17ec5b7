import { afterEach, beforeEach, expect, test } from 'vitest';
import { awsAccess } from '../../lib/aws/access.ts';
import { awsJsonCall } from '../../lib/aws/json-call.ts';
import { credentials } from '../../lib/emulator/credentials.ts';
import { type EmulatedSecretsManager, startSecretsManager } from '../../lib/emulator/secrets-manager.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { processClock } from '../../lib/time/clock.ts';

let manager: EmulatedSecretsManager;
beforeEach(async () => {
  manager = await startSecretsManager();
});
afterEach(() => manager.close());

function call(operation: string, body: JsonObject, service: 'secretsmanager' | 'dynamodb' = 'secretsmanager') {
  const environment = {
    AWS_REGION: 'us-west-2',
    AWS_ENDPOINT_URL: manager.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  return awsJsonCall(awsAccess(environment, processClock()), { service, operation, body, timeoutMs: 5_000 });
}

test('the embedded Secrets Manager stores values in versions', async () => {
  const created = await call('CreateSecret', { Name: 'a' });
  expect(created).toMatchObject({ Name: 'a', ARN: expect.stringMatching(/^arn:aws:secretsmanager:.*:secret:a-.{6}$/) });
  await expect(call('GetSecretValue', { SecretId: 'a' })).rejects.toThrow('staging label: AWSCURRENT');
  const first = await call('PutSecretValue', { SecretId: 'a', SecretString: 'one' });
  const second = await call('PutSecretValue', { SecretId: 'a', SecretString: 'two' });
  expect(second.VersionId).not.toBe(first.VersionId);
  expect(await call('GetSecretValue', { SecretId: 'a' })).toMatchObject({
    SecretString: 'two',
    VersionId: second.VersionId ?? '',
  });
  expect(await call('DescribeSecret', { SecretId: 'a' })).not.toHaveProperty('SecretString');
  expect(manager.calls.map(({ operation }) => operation)).toEqual([
    'CreateSecret',
    'GetSecretValue',
    'PutSecretValue',
    'PutSecretValue',
    'GetSecretValue',
    'DescribeSecret',
  ]);
});

test('it rejects what Secrets Manager rejects, with the same names', async () => {
  manager.put('a', 'one');
  const exception = (operation: string, body: JsonObject) => expect(call(operation, body)).rejects.toHaveProperty('exception');
  await exception('CreateSecret', { Name: 'a' });
  await exception('PutSecretValue', { SecretId: 'b', SecretString: 'x' });
  await exception('DescribeSecret', { SecretId: 'b' });
  await exception('BatchGetSecretValue', {});
  expect(manager.calls.map((one) => one.exception)).toEqual([
    'ResourceExistsException',
    'ResourceNotFoundException',
    'ResourceNotFoundException',
    'UnknownOperationException',
  ]);
});

test('it rejects calls that are unsigned or signed for another service', async () => {
  manager.put('a', 'one');
  const unsigned = await fetch(manager.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
    body: '{"SecretId":"a"}',
  });
  expect(unsigned.status).toBe(400);
  expect(await unsigned.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  await expect(call('GetItem', { SecretId: 'a' }, 'dynamodb')).rejects.toMatchObject({ exception: 'InvalidSignatureException' });
});

test('it fails the given number of times', async () => {
  manager.put('a', 'one');
  manager.fail('broken', 2);
  await expect(call('GetSecretValue', { SecretId: 'a' })).rejects.toMatchObject({ status: 500 });
  await expect(call('GetSecretValue', { SecretId: 'a' })).rejects.toMatchObject({ status: 500 });
  expect(await call('GetSecretValue', { SecretId: 'a' })).toMatchObject({ SecretString: 'one' });
});
