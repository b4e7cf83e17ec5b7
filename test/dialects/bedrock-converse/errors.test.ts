import { describe, expect, test } from 'vitest';
import { bedrockConverse } from '../../../lib/dialects/bedrock-converse/client.ts';
import { type ErrorKind, SluiceError } from '../../../lib/stream/errors.ts';

describe('a failure before the first byte', () => {
  test.each<[ErrorKind, number, string]>([
    ['invalid_request', 400, 'ValidationException'],
    ['unsupported_parameter', 400, 'ValidationException'],
    ['request_too_large', 400, 'ValidationException'],
    ['insufficient_quota', 400, 'ServiceQuotaExceededException'],
    ['invalid_api_key', 403, 'AccessDeniedException'],
    ['model_not_allowed', 403, 'AccessDeniedException'],
    ['model_not_found', 404, 'ResourceNotFoundException'],
    ['provider_model_not_found', 404, 'ResourceNotFoundException'],
    ['route_not_found', 404, 'ResourceNotFoundException'],
    ['upstream_timeout', 408, 'ModelTimeoutException'],
    ['upstream_stalled', 408, 'ModelTimeoutException'],
    ['rate_limit_exceeded', 429, 'ThrottlingException'],
    ['upstream_cut', 424, 'ModelErrorException'],
    ['provider_auth_error', 424, 'ModelErrorException'],
    ['gateway_error', 424, 'ModelErrorException'],
    ['server_overloaded', 424, 'ModelErrorException'],
  ])('%s is %i %s', (kind, status, exception) => {
    const answer = bedrockConverse.error(new SluiceError(kind, 'Because.'), 'req_1');
    expect(answer).toMatchObject({ status, body: { message: 'Because.' }, headers: { 'x-amzn-errortype': exception } });
  });

  test('is a 503, which AWS SDKs retry, only if a retry can help', () => {
    const answerTo = (kind: ErrorKind, retryAfterMs?: number) =>
      bedrockConverse.error(new SluiceError(kind, '.', { ...(retryAfterMs && { retryAfterMs }) }), 'req_1').status;
    for (const kind of ['limits_unavailable', 'keys_unavailable', 'provider_secret_unavailable'] as const) {
      expect(answerTo(kind, 1000)).toBe(503);
      expect(answerTo(kind)).toBe(424);
    }
  });

  test('names the status of the provider', () => {
    const error = new SluiceError('upstream_error', '.', { upstream: { status: 500 } });
    expect(bedrockConverse.error(error, 'req_1').body).toHaveProperty('originalStatusCode', 500);
  });

  test('says how long to wait if that helps', () => {
    const headersOf = (kind: ErrorKind) => bedrockConverse.error(new SluiceError(kind, '.'), 'req_1').headers;
    expect(headersOf('rate_limit_exceeded')).toHaveProperty('retry-after');
    expect(headersOf('upstream_cut')).toHaveProperty('x-should-retry', 'false');
  });
});
