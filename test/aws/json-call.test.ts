import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { awsAccess } from '../../lib/aws/access.ts';
import { AwsError } from '../../lib/aws/aws-error.ts';
import { awsJsonCall } from '../../lib/aws/json-call.ts';
import { credentials } from '../../lib/emulator/credentials.ts';
import { type EmulatedSecretsManager, startSecretsManager } from '../../lib/emulator/secrets-manager.ts';
import { redact } from '../../lib/redact/redact.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { processClock } from '../../lib/time/clock.ts';
import { manualClock, settled } from '../support/manual-clock.ts';
import { rawServer } from '../support/raw-server.ts';

const clock = processClock();
const keys = { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey };
let manager: EmulatedSecretsManager;

beforeAll(async () => {
  manager = await startSecretsManager({ secrets: { 'sluice/openai': 'a key/with + and ü' } });
});
beforeEach(() => manager.fail(undefined));
afterAll(() => manager.close());

const call = (
  environment: Record<string, string>,
  body: JsonObject = { SecretId: 'sluice/openai' },
  operation = 'GetSecretValue',
) =>
  awsJsonCall(awsAccess({ AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: manager.url, ...keys, ...environment }, clock), {
    service: 'secretsmanager',
    operation,
    body,
    timeoutMs: 5_000,
  });

describe('a signed call', () => {
  test('succeeds, with a signature that an independent implementation verifies', async () => {
    expect(await call({})).toMatchObject({ Name: 'sluice/openai', SecretString: 'a key/with + and ü' });
    expect(manager.calls.at(-1)).toEqual({ operation: 'GetSecretValue', secretId: 'sluice/openai', region: 'eu-west-1' });
    const created = await call({}, { Name: 'new', SecretString: '\u{1f600}' }, 'CreateSecret');
    expect(created).toMatchObject({ Name: 'new', VersionStages: ['AWSCURRENT'] });
    expect(await call({}, { SecretId: 'new' })).toMatchObject({ SecretString: '\u{1f600}' });
  });

  test('is rejected by name with a wrong secret key', async () => {
    const refused = await call({ AWS_SECRET_ACCESS_KEY: 'not-the-secret-access-key' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AwsError);
    expect(refused).toMatchObject({ exception: 'InvalidSignatureException', status: 400, isTransient: false });
  });

  test('has the session token as part of the signature', async () => {
    const temporary = await startSecretsManager({
      secrets: { a: 'b' },
      credentials: { ...credentials, sessionToken: 'session/+=token' },
    });
    const environment = { AWS_ENDPOINT_URL_SECRETS_MANAGER: temporary.url };
    try {
      expect(await call({ ...environment, AWS_SESSION_TOKEN: 'session/+=token' }, { SecretId: 'a' })).toMatchObject({
        SecretString: 'b',
      });
      await expect(call(environment, { SecretId: 'a' })).rejects.toMatchObject({ exception: 'UnrecognizedClientException' });
      expect(redact('a session/+=token of mine')).toBe('a [redacted] of mine');
    } finally {
      await temporary.close();
    }
  });

  test('fails with the AWS error name, and says whether the error is transient', async () => {
    await expect(call({}, { SecretId: 'none' })).rejects.toMatchObject({
      exception: 'ResourceNotFoundException',
      isTransient: false,
    });
    manager.fail('throttled');
    await expect(call({})).rejects.toMatchObject({ exception: 'ThrottlingException', isTransient: true });
    manager.fail('broken');
    await expect(call({})).rejects.toMatchObject({ exception: 'InternalServiceError', status: 500, isTransient: true });
    manager.fail('denied');
    await expect(call({})).rejects.toMatchObject({ exception: 'AccessDeniedException', isTransient: false });
  });

  test('is aborted at its timeout, and its connection is closed', async () => {
    const time = manualClock();
    const server = await rawServer(() => {});
    try {
      const access = awsAccess({ AWS_REGION: 'x', AWS_ENDPOINT_URL: server.url.href, ...keys }, time);
      const pending = awsJsonCall(access, { service: 'dynamodb', operation: 'GetItem', body: {}, timeoutMs: 1_000 });
      const outcome = pending.catch((error: unknown) => error);
      await vi.waitFor(() => expect(server.received[0]).toContain('x-amz-target: DynamoDB_20120810.GetItem'));
      await time.advance(900);
      expect(server.closed).toBe(0);
      await time.advance(100);
      expect(await outcome).toMatchObject({ exception: 'Timeout', isTransient: false });
      await vi.waitFor(() => expect(server.closed).toBe(1));
      await settled();
      expect(time.watchers).toBe(0);
    } finally {
      await server.close();
    }
  });

  test.each([
    ['no JSON', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi', 'NotJson'],
    ['a list', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]', 'NotJson'],
    ['a cut answer', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"a"', 'Unreachable'],
    ['a page', 'HTTP/1.1 503 Slow\r\ncontent-length: 6\r\n\r\n<html>', 'Status503'],
    ['a qualified name', 'HTTP/1.1 400 Bad\r\ncontent-length: 28\r\n\r\n{"__type":"com.amazon#Deny"}', 'Deny'],
    ['a name in a header', 'HTTP/1.1 400 Bad\r\nx-amzn-errortype: Deny:http://x/\r\ncontent-length: 2\r\n\r\n{}', 'Deny'],
  ])('with response %s fails with %s', async (_, bytes, exception) => {
    const server = await rawServer((socket) => void socket.end(bytes));
    await expect(call({ AWS_ENDPOINT_URL: server.url.href })).rejects.toMatchObject({ exception });
    await server.close();
  });

  test('without an endpoint or a region says which is missing', async () => {
    await expect(call({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      exception: 'Unreachable',
      isTransient: true,
    });
    await expect(call({ AWS_REGION: '' })).rejects.toMatchObject({ exception: 'NoRegion' });
  });
});

describe('the endpoint of a call', () => {
  const href = (environment: Record<string, string>, region = 'eu-west-1') =>
    awsAccess(environment, clock).endpoint('dynamodb', region).href;

  test('is the service in its region, unless a variable overrides it', () => {
    expect(href({})).toBe('https://dynamodb.eu-west-1.amazonaws.com/');
    expect(href({}, 'cn-north-1')).toBe('https://dynamodb.cn-north-1.amazonaws.com.cn/');
    expect(href({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).toBe('http://127.0.0.1:1/');
    expect(href({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:2' })).toBe(
      'http://127.0.0.1:2/',
    );
  });

  test('must be a URL', () => {
    expect(() => awsAccess({ AWS_ENDPOINT_URL: 'here' }, clock)).toThrow(
      'environment: AWS_ENDPOINT_URL: expected a URL, found "here".',
    );
  });
});
