import { describe, expect, test } from 'vitest';
import { bodyFailure } from '../../../lib/dialects/gemini/failure.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';

const failure = (code: number, status: string, message: string, details: JsonObject[] = []) =>
  bodyFailure(code, JSON.stringify({ error: { code, message, status, details } }, null, 2));
const google = (kind: string) => ({ '@type': `type.googleapis.com/google.rpc.${kind}` });

describe('bodyFailure', () => {
  test.each([
    [400, 'INVALID_ARGUMENT', 'Please use a valid role: user, model.', 'invalid_request'],
    [
      400,
      'INVALID_ARGUMENT',
      'The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).',
      'context_length_exceeded',
    ],
    [400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.', 'provider_auth_error'],
    [403, 'PERMISSION_DENIED', 'Your API key was reported as leaked.', 'provider_auth_error'],
    [404, 'NOT_FOUND', 'models/gemini-9 is not found for API version v1beta.', 'provider_model_not_found'],
    [429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.', 'rate_limit_exceeded'],
    [499, 'CANCELLED', 'The operation was cancelled.', 'upstream_error'],
    [500, 'INTERNAL', 'An internal error has occurred.', 'upstream_error'],
    [503, 'UNAVAILABLE', 'The model is overloaded.', 'server_overloaded'],
    [504, 'DEADLINE_EXCEEDED', 'The request timed out.', 'upstream_timeout'],
  ])('%d %s: %s is %s', (code, status, message, kind) => {
    expect(failure(code, status, message)).toMatchObject({ kind, message });
  });

  test('reports a wrong key as a key failure, although it arrives as a bad request', () => {
    const details = [{ ...google('ErrorInfo'), reason: 'API_KEY_INVALID', domain: 'googleapis.com' }];
    expect(failure(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', details).kind).toBe(
      'provider_auth_error',
    );
  });

  test('reads the wait time from the details', () => {
    const details = [google('QuotaFailure'), { ...google('RetryInfo'), retryDelay: '34.4s' }];
    expect(failure(429, 'RESOURCE_EXHAUSTED', 'Quota.', details).retryAfterMs).toBe(34_400);
    expect(
      failure(429, 'RESOURCE_EXHAUSTED', 'Quota.', [{ ...google('RetryInfo'), retryDelay: 'soon' }]).retryAfterMs,
    ).toBeUndefined();
  });

  test('falls back to the status for an unknown body, and quotes no HTML', () => {
    expect(bodyFailure(502, '<html>Bad Gateway</html>')).toMatchObject({
      kind: 'upstream_error',
      message: expect.not.stringContaining('html'),
    });
    expect(bodyFailure(429, 'slow down')).toMatchObject({ kind: 'rate_limit_exceeded', message: 'slow down' });
    expect(bodyFailure(503, '[{"error":{"code":503,"message":"Overloaded."}}]')).toMatchObject({ message: 'Overloaded.' });
    expect(bodyFailure(500, '{"error":"failed"}')).toMatchObject({ message: 'failed' });
    expect(bodyFailure(500, 'null')).toMatchObject({ kind: 'upstream_error' });
  });
});
