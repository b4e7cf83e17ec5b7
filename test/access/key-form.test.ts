import { describe, expect, test } from 'vitest';
import { freshKey, isBrokenKey } from '../../lib/access/key-form.ts';
import { authenticateKey, keyDigest } from '../../lib/access/keys.ts';
import { listedKeys } from '../../lib/access/listed-keys.ts';
import { redact } from '../../lib/redact/redact.ts';
import { randomFrom } from '../support/random.ts';

const random = randomFrom('key forms');
const pick = (text: string) => text[Math.floor(random() * text.length)] ?? '';

describe('a new key', () => {
  test('names its owner and purpose, and has a valid checksum', () => {
    expect(freshKey()).toMatch(/^sluice_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    expect(freshKey('live')).toMatch(/^sluice_live_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    for (let count = 0; count < 200; count++) expect(isBrokenKey(freshKey('test'))).toBe(false);
  });

  test('is always different', () => {
    expect(new Set(Array.from({ length: 1000 }, () => freshKey())).size).toBe(1000);
  });

  test('uses every digit in every place of its secret except the first', () => {
    const secrets = Array.from({ length: 3000 }, () => freshKey().slice('sluice_'.length, 'sluice_'.length + 43));
    for (let place = 1; place < 43; place++) expect(new Set(secrets.map((secret) => secret[place])).size).toBe(62);
  });

  test('has a label of a few plain characters, or none', () => {
    for (const label of ['', 'Live', 'my_app', 'x'.repeat(17), 'ü']) expect(() => freshKey(label)).toThrow(RangeError);
  });

  test('is redacted wherever it is quoted', () => {
    for (const key of [freshKey(), freshKey('live')])
      expect(redact(`Bearer ${key}, said they`)).toBe('Bearer [redacted], said they');
  });
});

describe('a key in our form', () => {
  test('is invalid after any one character changes or two neighbors are swapped', () => {
    const key = freshKey('live');
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    for (let at = 'sluice_live_'.length; at < key.length; at++) {
      if (key[at] === '_') continue;
      let other = pick(digits);
      while (other === key[at]) other = pick(digits);
      expect(isBrokenKey(key.slice(0, at) + other + key.slice(at + 1)), `${at}`).toBe(true);
      const [one = '', two = ''] = key.slice(at, at + 2);
      if (one === two || two === '_' || two === '') continue;
      expect(isBrokenKey(key.slice(0, at) + two + one + key.slice(at + 2)), `${at}`).toBe(true);
    }
    expect(isBrokenKey(key.replace('live', 'test'))).toBe(true);
  });

  test('is not compared with any digest if it is invalid', async () => {
    const key = freshKey();
    const broken = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;
    const untouchable = [
      {
        id: 'one',
        models: ['*'],
        get sha256(): string {
          throw new Error('a digest was read');
        },
      },
    ];
    const headers = new Headers({ authorization: `Bearer ${broken}` });
    const directory = listedKeys(untouchable);
    await expect(authenticateKey(headers, directory)).rejects.toThrow(expect.objectContaining({ kind: 'invalid_api_key' }));
    await expect(authenticateKey(new Headers({ 'x-api-key': key }), directory)).rejects.toThrow('a digest was read');
  });

  test('a key in another form is accepted if the operator configured it', async () => {
    for (const text of ['development', 'sluice_dev_key', `sluice_${'x'.repeat(43)}`, `sluice_LIVE_${'x'.repeat(43)}_000000`]) {
      expect(isBrokenKey(text)).toBe(false);
      const records = [{ id: 'one', sha256: keyDigest(text), models: ['*'] }];
      expect((await authenticateKey(new Headers({ 'x-api-key': text }), listedKeys(records))).id).toBe('one');
    }
  });
});
