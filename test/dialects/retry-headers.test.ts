import { describe, expect, test } from 'vitest';
import { retryHeaders } from '../../lib/dialects/retry-headers.ts';
import { type ErrorDetails, type ErrorKind, SluiceError } from '../../lib/stream/errors.ts';

const headers = (kind: ErrorKind, details?: ErrorDetails) => retryHeaders(new SluiceError(kind, 'x', details));

describe('retryHeaders', () => {
  test('says how long to wait for a rate limit, which is never final', () => {
    expect(headers('rate_limit_exceeded', { retryAfterMs: 1500 })).toEqual({ 'retry-after': '2', 'retry-after-ms': '1500' });
    expect(headers('rate_limit_exceeded')).toEqual({ 'retry-after': '1', 'retry-after-ms': '1000' });
    expect(headers('key_rate_limit_exceeded')).toEqual({ 'retry-after': '1', 'retry-after-ms': '1000' });
  });

  test('never asks a client to wait for more than a minute', () => {
    expect(headers('rate_limit_exceeded', { retryAfterMs: 3_600_000 })).toMatchObject({ 'retry-after': '60' });
  });

  test('marks provider failures as final, because the gateway has already retried', () => {
    for (const kind of [
      'upstream_error',
      'upstream_timeout',
      'connect_timeout',
      'provider_auth_error',
      'gateway_error',
    ] as const) {
      expect(headers(kind)).toEqual({ 'x-should-retry': 'false' });
    }
    expect(headers('server_overloaded', { retryAfterMs: 2000 })).toMatchObject({ 'retry-after': '2', 'x-should-retry': 'false' });
  });

  test('marks a spent budget as final, and adds nothing to a bad request', () => {
    expect(headers('insufficient_quota', { retryAfterMs: 1000 })).toEqual({ 'x-should-retry': 'false' });
    expect(headers('key_budget_exceeded')).toEqual({ 'x-should-retry': 'false' });
    expect(headers('invalid_request')).toEqual({});
  });
});
