import { describe, expect, test } from 'vitest';
import { redact, redactError, rememberSecret } from '../../lib/redact/redact.ts';
import { SluiceError } from '../../lib/stream/errors.ts';

test('redacts known secrets and key-like text, and nothing else', () => {
  rememberSecret('a-provider-key-of-no-known-form');
  expect(redact('bad key a-provider-key-of-no-known-form.')).toBe('bad key [redacted].');
  expect(redact('Incorrect API key provided: sk-proj-abcdefgh12345678')).toBe('Incorrect API key provided: [redacted]');
  expect(redact('AKIAIOSFODNN7EXAMPLE')).toBe('[redacted]');
  expect(redact('the task-force met')).toBe('the task-force met');
});

test('redacts key-like text in JSON too, at the start of a line', () => {
  const token = `eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl`;
  for (const space of ['\n', '\r', '\t', '\f', '\b']) {
    for (const key of ['sk-abcdefgh12345678', 'AKIAIOSFODNN7EXAMPLE', token]) {
      const error = new SluiceError('invalid_request', 'no', { upstream: { body: { message: `Yours:${space}${key}` } } });
      expect(redactError(error).upstream?.body).toEqual({ message: `Yours:${space}[redacted]` });
    }
  }
});

describe('an encoded known secret', () => {
  const secret = 'Zm+9/known?secret=of"ours';
  rememberSecret(secret);
  const encoded: [how: string, text: string][] = [
    ['in JSON', JSON.stringify({ message: `bad ${secret}` })],
    ['percent-encoded', encodeURIComponent(secret)],
    ['percent-encoded in small letters', encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase())],
    ['in a query', new URLSearchParams({ key: secret }).toString()],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
    ...['', 'a', 'ab', 'user:', 'Bearer '].flatMap((before): [string, string][] => [
      [`in base64 after ${JSON.stringify(before)}`, Buffer.from(`${before}${secret}\n`).toString('base64')],
      [`in base64 of URLs after ${JSON.stringify(before)}`, Buffer.from(before + secret).toString('base64url')],
    ]),
  ];
  test.each(encoded)('%s is redacted', (_how, text) => {
    const left = redact(`before ${text} after`);
    expect(left).toMatch(/^before .*\[redacted\].* after$/);
    expect(text.length - left.replace(/before | after|\[redacted\]/g, '').length).toBeGreaterThan(secret.length - 4);
  });
});

test('keeps a limited number of secrets, and forgets the oldest first', () => {
  for (let index = 0; index < 300; index++) rememberSecret(`rotated-secret-${index}.`);
  expect(redact('rotated-secret-299.')).toBe('[redacted]');
  expect(redact('rotated-secret-3.')).toBe('rotated-secret-3.');
});

test('redacts the message and the body of an error, and changes nothing else', () => {
  const error = new SluiceError('invalid_request', 'no: sk-abcdefgh12345678', {
    param: 'model',
    upstream: { status: 400, body: { error: { message: 'no: sk-abcdefgh12345678', code: 'x' } } },
  });
  expect(redactError(error)).toMatchObject({
    kind: 'invalid_request',
    message: 'no: [redacted]',
    param: 'model',
    upstream: { status: 400, body: { error: { message: 'no: [redacted]', code: 'x' } } },
  });
});

describe('a secret that a provider changed', () => {
  const secret = 'a "quoted"/key+of=9 characters';

  test.each([
    ['in JSON inside JSON', JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1)],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(secret))],
  ])('%s is redacted', (_how, text) => {
    rememberSecret(secret);
    expect(redact(`before ${text} after`)).toBe('before [redacted] after');
  });

  test.each(['sk-proj-********abcd', 'gsk_****', 'AIzaSy***Q', 'sk-ab***************wxyz'])(
    'masked as %s is redacted',
    (masked) => {
      expect(redact(`Incorrect API key provided: ${masked}. You can find your key online.`)).toBe(
        'Incorrect API key provided: [redacted]. You can find your key online.',
      );
    },
  );

  test('is not seen in stars that mask nothing', () => {
    for (const text of ['a ** b', '**bold** text', '*** end ***', 'x * y']) expect(redact(text)).toBe(text);
  });
});
