import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { awsAccess } from '../../lib/aws/access.ts';
import { retryHeaders } from '../../lib/dialects/retry-headers.ts';
import { credentials } from '../../lib/emulator/credentials.ts';
import { type EmulatedSecretsManager, startSecretsManager } from '../../lib/emulator/secrets-manager.ts';
import { redact } from '../../lib/redact/redact.ts';
import { secretsManager } from '../../lib/secrets/secrets-manager.ts';
import type { SluiceError } from '../../lib/stream/errors.ts';
import { type MovableClock, movableClock } from '../support/movable-clock.ts';

const minute = 60_000;
let manager: EmulatedSecretsManager;
let clock: MovableClock;
let failures: string[];

beforeEach(async () => {
  clock = movableClock();
  failures = [];
  manager = await startSecretsManager({ secrets: { 'sluice/openai': 'the-first-key', empty: undefined } });
});
afterEach(() => manager.close());

function secrets(environment: Record<string, string> = {}) {
  const given = {
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...environment,
  };
  const onFailure = (name: string, error: SluiceError) => failures.push(`${name}: ${error.kind}`);
  return secretsManager({ access: awsAccess(given, clock), random: () => 0, onFailure });
}

const openai = () => secrets()('sluice/openai');
const failure = async (promise: Promise<unknown>) =>
  (await promise.then(
    () => undefined,
    (error: SluiceError) => error,
  )) as SluiceError;

describe('a key in Secrets Manager', () => {
  test('is read on first use, with one call in five minutes for any number of requests', async () => {
    const key = openai();
    expect(manager.calls).toEqual([]);
    const first = await Promise.all(Array.from({ length: 500 }, () => key.read()));
    for (let count = 0; count < 500; count++) first.push(await key.read());
    expect(new Set(first)).toEqual(new Set(['the-first-key']));
    expect(manager.calls).toHaveLength(1);
    clock.forward(5 * minute - 1_000);
    await key.read();
    expect(manager.calls).toHaveLength(1);
    clock.forward(1_000);
    await Promise.all(Array.from({ length: 500 }, () => key.read()));
    expect(manager.calls).toHaveLength(2);
  });

  test('is one source for all providers that share the secret', async () => {
    const source = secrets();
    await Promise.all([source('sluice/openai').read(), source('sluice/openai').read()]);
    expect(manager.calls).toHaveLength(1);
  });

  test('is updated within five minutes of a change', async () => {
    const key = openai();
    await key.read();
    manager.put('sluice/openai', 'the-second-key');
    expect(await key.read()).toBe('the-first-key');
    clock.forward(5 * minute);
    expect(await key.read()).toBe('the-second-key');
  });

  test.each([
    ['itself', 'sk-itself'],
    ['itself, pasted with a line end', '  sk-itself\r\n'],
    ['the apiKey of a JSON object', '{"apiKey":"sk-itself","note":"ours"}'],
    ['the apiKey of a JSON object, pasted too', ' {"apiKey": "sk-itself\\n"}\n'],
  ])('is %s', async (_, value) => {
    manager.put('sluice/openai', value);
    expect(await openai().read()).toBe('sk-itself');
  });

  test('is a known secret from then on', async () => {
    manager.put('sluice/openai', '{"apiKey":"unheard-of-0815"}');
    expect(redact('unheard-of-0815')).toBe('unheard-of-0815');
    await openai().read();
    expect(redact('it was unheard-of-0815')).toBe('it was [redacted]');
  });
});

describe('a Secrets Manager failure', () => {
  test('is retried once', async () => {
    const key = openai();
    manager.fail('throttled', 1);
    expect(await key.read()).toBe('the-first-key');
    expect(manager.calls).toHaveLength(2);
    expect(failures).toEqual([]);
  });

  test('leaves the last key valid for an hour, with a retry at most every five seconds and a report of each failure', async () => {
    const key = openai();
    await key.read();
    manager.fail('denied');
    clock.forward(5 * minute);
    for (let count = 0; count < 1_000; count++) expect(await key.read()).toBe('the-first-key');
    expect(manager.calls).toHaveLength(2);
    clock.forward(5_000);
    await Promise.all(Array.from({ length: 100 }, () => key.read()));
    expect(manager.calls).toHaveLength(3);
    expect(failures).toEqual(Array(2).fill('sluice/openai: provider_secret_unavailable'));
    clock.forward(54 * minute);
    expect(await key.read()).toBe('the-first-key');
    clock.forward(minute);
    expect(await failure(key.read())).toMatchObject({ kind: 'provider_secret_unavailable' });
    manager.fail(undefined);
    clock.forward(5_000);
    expect(await key.read()).toBe('the-first-key');
  });

  test('without any response ends the wait after as long as a connection may take', async () => {
    const key = openai();
    manager.fail('silent');
    const pending = Promise.all([failure(key.read()), failure(key.read())]);
    await vi.waitFor(() => expect(manager.calls).toHaveLength(1));
    clock.forward(4_400);
    expect(await Promise.race([pending, 'it waits'])).toBe('it waits');
    clock.forward(100);
    expect(await pending).toEqual(Array(2).fill(expect.objectContaining({ kind: 'provider_secret_unavailable' })));
    expect(manager.calls).toHaveLength(1);
  });

  test('of the first read is not repeated by every request', async () => {
    const key = secrets()('nowhere');
    for (let count = 0; count < 100; count++) await failure(key.read());
    expect(manager.calls).toHaveLength(1);
    manager.put('nowhere', 'here-after-all');
    clock.forward(5_000);
    expect(await key.read()).toBe('here-after-all');
  });
});

describe('an error names the secret, the reason and the command to run:', () => {
  const put = (name: string) =>
    `Run \`aws secretsmanager put-secret-value --region eu-west-1 --secret-id ${name} --secret-string file:///dev/stdin\`, then paste the key, then press Enter and Ctrl-D.`;
  const at = (name: string) => `The key of the provider is unavailable. The secret \`${name}\` (eu-west-1)`;
  const said = async (name: string, environment = {}) => (await failure(secrets(environment)(name).read())).message;

  test('a secret without a value', async () => {
    expect(await said('empty')).toBe(`${at('empty')} has no value yet. ${put('empty')} (ResourceNotFoundException)`);
  });

  test('no such secret', async () => {
    const create = '`aws secretsmanager create-secret --region eu-west-1 --name none --secret-string file:///dev/stdin`';
    expect(await said('none')).toContain(`${at('none')} does not exist. \`npm run deploy\` creates it`);
    expect(await said('none')).toContain(create);
  });

  test.each([
    ['', 'is empty'],
    [' \n', 'is empty'],
    ['{"apiKey":""}', 'is empty'],
    ['{"key":"sk-of-another-name"}', 'is JSON without an `apiKey`'],
    ['{"apiKey":["sk-in-a-list"]}', 'is JSON without an `apiKey`'],
    ['{sk-in-braces}', 'starts like JSON but is not valid JSON'],
  ])('an invalid key: %j', async (value, words) => {
    manager.put('sluice/openai', value);
    expect(await said('sluice/openai')).toBe(`${at('sluice/openai')} ${words}. ${put('sluice/openai')}`);
  });

  test('no permission, without the account’s name', async () => {
    manager.fail('denied');
    const message = await said('sluice/openai');
    expect(message).toContain('`secretsmanager:GetSecretValue`');
    expect(message).not.toMatch(/arn:|\d{12}/);
  });

  test('wrong AWS credentials', async () => {
    expect(await said('sluice/openai', { AWS_SECRET_ACCESS_KEY: 'wrong-secret-access-key' })).toContain(
      '(InvalidSignatureException)',
    );
    expect(await said('sluice/openai', { AWS_ACCESS_KEY_ID: 'UNKNOWN' })).toContain('(UnrecognizedClientException)');
  });

  test('no region', async () => {
    expect(await said('sluice/openai', { AWS_REGION: '' })).toContain('Set AWS_REGION');
    expect(manager.calls).toEqual([]);
  });
});

describe('after a rejected key', () => {
  test('a new one is found at once, with one call for many refusals', async () => {
    const key = openai();
    await key.read();
    manager.put('sluice/openai', 'the-second-key');
    clock.forward(10_000);
    const since = clock.now();
    expect(await Promise.all(Array.from({ length: 100 }, () => key.refresh(since)))).toEqual(Array(100).fill(true));
    expect(await key.read()).toBe('the-second-key');
    expect(manager.calls).toHaveLength(2);
    // A call that began before the change and is refused only now.
    clock.forward(10_000);
    expect(await key.refresh(since)).toBe(true);
    expect(manager.calls).toHaveLength(2);
  });

  test('the same one causes no retry, and is read at most every five seconds', async () => {
    const key = openai();
    await key.read();
    expect(await key.refresh(clock.now())).toBe(false);
    expect(manager.calls).toHaveLength(1);
    clock.forward(5_000);
    for (let count = 0; count < 100; count++) expect(await key.refresh(clock.now())).toBe(false);
    expect(manager.calls).toHaveLength(2);
  });

  test('a Secrets Manager failure causes no retry either, and the key stays', async () => {
    const key = openai();
    await key.read();
    manager.fail('denied');
    clock.forward(5_000);
    expect(await key.refresh(clock.now())).toBe(false);
    expect(await key.read()).toBe('the-first-key');
  });
});

test('ages count the time while the environment is frozen and the monotonic clock stops', async () => {
  let wall = 0;
  const frozen = { now: () => 0, watch: () => () => {}, wall: () => wall };
  const environment = {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const source = secretsManager({ access: awsAccess(environment, frozen), random: () => 0 })('sluice/openai');
  expect(await source.read()).toBe('the-first-key');
  manager.put('sluice/openai', 'the-second-key');
  expect(await source.read()).toBe('the-first-key');
  wall += 5 * 60_000;
  expect(await source.read()).toBe('the-second-key');
});

test('a transient failure says when to retry, and a permanent one is final', async () => {
  manager.fail('throttled');
  expect(retryHeaders(await failure(openai().read()))).toMatchObject({ 'retry-after': '1', 'x-should-retry': 'true' });
  manager.fail('denied');
  expect(retryHeaders(await failure(openai().read()))['x-should-retry']).toBe('false');
});

test('a transient failure is over for clients that retry when they are asked to', async () => {
  const key = openai();
  manager.fail('throttled', 2);
  const { retryAfterMs = 0 } = await failure(key.read());
  expect(retryAfterMs).toBeGreaterThan(0);
  clock.forward(retryAfterMs);
  expect(await key.read()).toBe('the-first-key');
});
