import { expect, test } from 'vitest';
import { conceal, concealError, rememberSecret } from '../../lib/secrets/conceal.ts';
import { SluiceError } from '../../lib/stream/errors.ts';

test('known secrets and what looks like a key are blotted out, other text is not', () => {
  rememberSecret('a-provider-key-of-no-known-form');
  expect(conceal('bad key a-provider-key-of-no-known-form.')).toBe('bad key [concealed].');
  expect(conceal('Incorrect API key provided: sk-proj-abcdefgh12345678')).toBe('Incorrect API key provided: [concealed]');
  expect(conceal('AKIAIOSFODNN7EXAMPLE')).toBe('[concealed]');
  expect(conceal('the task-force met')).toBe('the task-force met');
});

test('an error loses its secrets in message and body, and nothing else', () => {
  const error = new SluiceError('invalid_request', 'no: sk-abcdefgh12345678', {
    param: 'model',
    upstream: { status: 400, body: { error: { message: 'no: sk-abcdefgh12345678', code: 'x' } } },
  });
  expect(concealError(error)).toMatchObject({
    kind: 'invalid_request',
    message: 'no: [concealed]',
    param: 'model',
    upstream: { status: 400, body: { error: { message: 'no: [concealed]', code: 'x' } } },
  });
});
