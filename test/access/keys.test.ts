import { describe, expect, test } from 'vitest';
import { authenticateKey, authorize, type KeyRecord, keyDigest } from '../../lib/access/keys.ts';
import { listedKeys } from '../../lib/access/listed-keys.ts';
import { requireLoopback } from '../../lib/access/loopback.ts';

const records = [
  { id: 'one', sha256: keyDigest('key-number-one'), models: ['*'] },
  { id: 'two', sha256: keyDigest('key-number-two'), models: ['small'] },
];
const withHeaders = async (headers: Record<string, string>) =>
  (await authenticateKey(new Headers(headers), listedKeys(records))).id;

describe('authenticate', () => {
  test('decides the same for every header that can carry the key', async () => {
    expect(await withHeaders({ authorization: 'Bearer key-number-one' })).toBe('one');
    expect(await withHeaders({ authorization: 'bearer  key-number-two' })).toBe('two');
    expect(await withHeaders({ 'x-api-key': 'key-number-two' })).toBe('two');
    expect(await withHeaders({ 'api-key': 'key-number-one' })).toBe('one');
    expect(await withHeaders({ authorization: 'Bearer key-number-one', 'x-api-key': 'key-number-one' })).toBe('one');
  });

  const refused: [name: string, headers: Record<string, string>][] = [
    ['none', {}],
    ['an empty one', { 'x-api-key': '' }],
    ['an unknown one', { authorization: 'Bearer key-number-three' }],
    ['the digest of one', { authorization: `Bearer ${keyDigest('key-number-one')}` }],
    ['a beginning of one', { 'x-api-key': 'key-number-on' }],
    ['two different ones, even both good', { authorization: 'Bearer key-number-one', 'x-api-key': 'key-number-two' }],
    ['a good one beside a bad one', { authorization: 'Bearer key-number-one', 'api-key': 'nonsense' }],
    ['another scheme', { authorization: 'Basic key-number-one' }],
    ['a hostile one', { authorization: `Bearer ' OR 1=1 -- ${'x'.repeat(10_000)}` }],
  ];
  for (const [name, headers] of refused) {
    test(`refuses ${name}`, async () => {
      await expect(withHeaders(headers)).rejects.toThrow(expect.objectContaining({ kind: 'invalid_api_key' }));
    });
  }
});

describe('an accepted key', () => {
  const decide = async (more: Partial<KeyRecord>, now: number) => {
    const one = { id: 'one', sha256: keyDigest('key-number-one'), models: ['*'], ...more };
    return (await authenticateKey(new Headers({ 'api-key': 'key-number-one' }), listedKeys([one]), { now })).id;
  };
  const refused = expect.objectContaining({ kind: 'invalid_api_key' });

  test('is rejected from the moment it expires', async () => {
    const expires = Date.parse('2027-01-31');
    expect(await decide({ expires }, expires - 1)).toBe('one');
    for (const now of [expires, expires + 86_400_000]) await expect(decide({ expires }, now)).rejects.toThrow(refused);
  });

  test('is rejected after it is revoked', async () => {
    await expect(decide({ disabled: true }, 0)).rejects.toThrow(refused);
    expect(await decide({ disabled: false }, 0)).toBe('one');
  });
});

test('can use only its models', () => {
  expect(() => authorize(records[1] as never, 'small')).not.toThrow();
  expect(() => authorize(records[1] as never, 'large')).toThrow(
    expect.objectContaining({ kind: 'model_not_allowed', param: 'model' }),
  );
  expect(() => authorize(records[0] as never, 'large')).not.toThrow();
});

describe('a server without keys', () => {
  const request = (headers: HeadersInit) => new Request('http://127.0.0.1:8787/v1/models', { headers });
  test('serves programs and pages on the same machine', () => {
    const cases: Record<string, string>[] = [
      { host: 'localhost:8787' },
      { host: '127.0.0.1:8787' },
      { host: '[::1]:8787' },
      { host: 'localhost:8787', origin: 'http://localhost:3000' },
    ];
    for (const headers of cases) {
      expect(() => requireLoopback(request(headers))).not.toThrow();
    }
  });
  test('rejects a rebound host name and a page of another site', () => {
    const cases: Record<string, string>[] = [
      { host: 'evil.example:8787' },
      { host: 'localhost.evil.example' },
      { host: 'localhost:8787', origin: 'https://evil.example' },
      { host: 'localhost:8787', origin: 'null' },
    ];
    for (const headers of cases) {
      expect(() => requireLoopback(request(headers))).toThrow(expect.objectContaining({ kind: 'origin_not_allowed' }));
    }
  });
});
