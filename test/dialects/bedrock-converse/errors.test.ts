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
    ['upstream_cut', 500, 'InternalServerException'],
    ['provider_auth_error', 500, 'InternalServerException'],
    ['gateway_error', 500, 'InternalServerException'],
    ['server_overloaded', 503, 'ServiceUnavailableException'],
  ])('%s is %i %s', (kind, status, exception) => {
    const answer = bedrockConverse.error(new SluiceError(kind, 'Because.'), 'req_1');
    expect(answer).toMatchObject({ status, body: { message: 'Because.' }, headers: { 'x-amzn-errortype': exception } });
  });

  test('says how long to wait if that helps', () => {
    const headersOf = (kind: ErrorKind) => bedrockConverse.error(new SluiceError(kind, '.'), 'req_1').headers;
    expect(headersOf('rate_limit_exceeded')).toHaveProperty('retry-after');
    expect(headersOf('upstream_cut')).toHaveProperty('x-should-retry', 'false');
  });
});
