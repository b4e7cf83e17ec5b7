import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../../lib/dialects/anthropic-messages/client.ts';
import { anthropicMessagesUpstream } from '../../../lib/dialects/anthropic-messages/upstream.ts';
import { type ErrorDetails, type ErrorKind, errorKinds, SluiceError } from '../../../lib/stream/errors.ts';

const answer = (kind: ErrorKind, details?: ErrorDetails) =>
  anthropicMessages.error(new SluiceError(kind, 'Said so.', details), 'req_1');
const failure = (status: number, body: string) => anthropicMessagesUpstream().failure(status, body);
const theirs = (type: string, message: string) => ({ type: 'error', error: { type, message }, request_id: 'req_theirs' });

describe('error', () => {
  test.each<[ErrorKind, number, string]>([
    ['invalid_request', 400, 'invalid_request_error'],
    ['unsupported_parameter', 400, 'invalid_request_error'],
    ['invalid_api_key', 401, 'authentication_error'],
    ['insufficient_quota', 402, 'billing_error'],
    ['model_not_allowed', 403, 'permission_error'],
    ['model_not_found', 404, 'not_found_error'],
    ['provider_model_not_found', 404, 'not_found_error'],
    ['request_too_large', 413, 'request_too_large'],
    ['rate_limit_exceeded', 429, 'rate_limit_error'],
    ['gateway_error', 500, 'api_error'],
    ['provider_auth_error', 502, 'api_error'],
    ['upstream_unreachable', 502, 'api_error'],
    ['provider_secret_unavailable', 503, 'api_error'],
    ['upstream_timeout', 504, 'timeout_error'],
    ['server_overloaded', 529, 'overloaded_error'],
  ])('%s is a %i %s', (kind, status, type) => {
    expect(answer(kind)).toMatchObject({
      status,
      body: { type: 'error', error: { type, message: 'Said so.' }, request_id: 'req_1' },
    });
  });

  test('has a type that clients know for every kind of error', () => {
    for (const kind of Object.keys(errorKinds) as ErrorKind[]) {
      expect(answer(kind).body).toMatchObject({ error: { type: expect.stringMatching(/^[a-z_]+_error$|^request_too_large$/) } });
    }
  });

  test('keeps a same-dialect provider’s message about a bad request unchanged', () => {
    const upstream = { status: 400, body: { ...theirs('invalid_request_error', 'messages.0: no'), x: 1 } };
    expect(answer('invalid_request', { upstream }).body).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: 'messages.0: no' },
      request_id: 'req_1',
    });
  });

  test.each<[string, ErrorKind, NonNullable<ErrorDetails['upstream']>]>([
    ['our key was refused', 'provider_auth_error', { status: 401, body: theirs('authentication_error', 'invalid x-api-key') }],
    ['the provider broke down', 'upstream_error', { status: 500, body: theirs('api_error', 'oops') }],
    ['it speaks another dialect', 'invalid_request', { status: 400, body: { error: { type: 'x', message: 'y', code: 'z' } } }],
  ])('hides the message if %s', (_, kind, upstream) => {
    expect(answer(kind, { upstream }).body).toMatchObject({ error: { message: 'Said so.' } });
  });

  test('says when to retry', () => {
    expect(answer('rate_limit_exceeded', { retryAfterMs: 2500 }).headers).toEqual({
      'retry-after': '3',
      'retry-after-ms': '2500',
    });
    expect(answer('upstream_error').headers).toEqual({ 'x-should-retry': 'false' });
  });
});

describe('failure', () => {
  test.each<[number, string, ErrorKind]>([
    [400, 'messages: at least one message is required', 'invalid_request'],
    [400, 'prompt is too long: 210000 tokens > 200000 maximum', 'context_length_exceeded'],
    [401, 'invalid x-api-key', 'provider_auth_error'],
    [404, 'model: claude-9', 'provider_model_not_found'],
    [413, 'Request exceeds the maximum size', 'request_too_large'],
    [429, 'Number of request tokens has exceeded your rate limit', 'rate_limit_exceeded'],
    [500, 'Internal server error', 'upstream_error'],
    [529, 'Overloaded', 'server_overloaded'],
  ])('%i with "%s"', (status, message, kind) => {
    const body = theirs('some_error', message);
    expect(failure(status, JSON.stringify(body))).toMatchObject({ kind, message, upstream: { status, body } });
  });

  test.each([
    ['{"error":"just text"}', 'just text'],
    ['{"message":"from AWS"}', 'from AWS'],
    ['{"Message":"from AWS, older"}', 'from AWS, older'],
    ['{"detail":"from FastAPI"}', 'from FastAPI'],
    ['{"error":{"message":"no type"}}', 'no type'],
  ])('reads %s, which is not a body of this dialect', (body, message) => {
    const error = failure(400, body);
    expect(error).toMatchObject({ kind: 'invalid_request', message });
    expect(error.upstream).toEqual({ status: 400 });
  });

  test.each(['<html>a proxy</html>', '', 'gateway hiccup', '[1]', '{"error":{}}', '{"error":{"message":5}}'])(
    'quotes nothing from %j',
    (body) => {
      expect(failure(502, body)).toMatchObject({
        kind: 'upstream_error',
        message: 'The provider failed with status 502 and gave no reason.',
      });
    },
  );
});
