import { describe, expect, test } from 'vitest';
import { addressOf, idempotencyKeyIn, newAddress, publicId, requestDigest } from '../../lib/streams/stream-id.ts';

const keyIn = (value: string) => idempotencyKeyIn(new Headers({ 'idempotency-key': value }));

describe('the id of a stream', () => {
  test('follows from the key holder and the idempotency key, with another generation each time', () => {
    const one = newAddress('holder', 'key');
    const same = newAddress('holder', 'key');
    expect(same.id).toBe(one.id);
    expect(same.generation).not.toBe(one.generation);
    expect(newAddress('holder', 'other').id).not.toBe(one.id);
    expect(newAddress('other', 'key').id).not.toBe(one.id);
    // The border between the two is part of what is hashed.
    expect(newAddress('holderk', 'ey').id).not.toBe(one.id);
  });

  test('is random without an idempotency key', () => {
    expect(newAddress('holder').id).not.toBe(newAddress('holder').id);
  });

  test('is parsed from the id that clients see', () => {
    for (let round = 0; round < 100; round++) {
      const address = newAddress('holder');
      expect(publicId(address)).toMatch(/^str_[\w-]{32}$/);
      expect(addressOf(publicId(address))).toEqual(address);
    }
  });

  test.each(['', 'str_', 'str_short', `str_${'x'.repeat(33)}`, `str_${'/'.repeat(32)}`, 'x'.repeat(36)])(
    'is not accepted from %j',
    (text) => {
      expect(addressOf(text)).toBeUndefined();
    },
  );
});

describe('an Idempotency-Key header', () => {
  test('is the same key quoted and bare (A8)', () => {
    expect(keyIn('"8e03978e-40d5"')).toBe('8e03978e-40d5');
    expect(keyIn(' 8e03978e-40d5 ')).toBe('8e03978e-40d5');
  });

  test('is optional, and may have 255 characters', () => {
    expect(idempotencyKeyIn(new Headers())).toBeUndefined();
    expect(keyIn('k'.repeat(255))).toHaveLength(255);
  });

  test.each(['', '""', 'k'.repeat(256), 'two words', 'caf\u00e9'])('is rejected by name if it is %j', (value) => {
    expect(() => keyIn(value)).toThrow(/`Idempotency-Key` header must have 1 to 255 visible ASCII characters/);
  });
});

describe('the digest of a request', () => {
  test('does not depend on the order of members', () => {
    expect(requestDigest('chat', { a: 1, b: [{ c: 2, d: 3 }] })).toBe(requestDigest('chat', { b: [{ d: 3, c: 2 }], a: 1 }));
  });

  test('depends on every value, on the order of lists and on the dialect', () => {
    const digests = [
      requestDigest('chat', { a: 1 }),
      requestDigest('chat', { a: 2 }),
      requestDigest('chat', { a: '1' }),
      requestDigest('chat', { a: [1, 2] }),
      requestDigest('chat', { a: [2, 1] }),
      requestDigest('messages', { a: 1 }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });
});
