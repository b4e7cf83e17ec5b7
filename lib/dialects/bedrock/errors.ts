import type { ErrorKind, SluiceError } from '../../stream/errors.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { messageFor } from '../context-overflow.ts';
import type { ErrorAnswer } from '../dialect.ts';
import { lenientText } from '../lenient-fields.ts';
import { lookup } from '../lookup.ts';
import { isFinal, retryHeaders } from '../retry-headers.ts';

/**
 * Exceptions by kind. Every other fault of the request is a ValidationException. Other faults of the gateway or a
 * provider depend on whether a retry can help, because AWS SDKs ignore `x-should-retry`.
 */
const exceptions: Partial<Record<ErrorKind, string>> = {
  invalid_api_key: 'AccessDeniedException',
  model_not_allowed: 'AccessDeniedException',
  origin_not_allowed: 'AccessDeniedException',
  model_not_found: 'ResourceNotFoundException',
  route_not_found: 'ResourceNotFoundException',
  provider_model_not_found: 'ResourceNotFoundException',
  method_not_allowed: 'ResourceNotFoundException',
  rate_limit_exceeded: 'ThrottlingException',
  key_rate_limit_exceeded: 'ThrottlingException',
  key_budget_exceeded: 'ServiceQuotaExceededException',
  insufficient_quota: 'ServiceQuotaExceededException',
  connect_timeout: 'ModelTimeoutException',
  upstream_timeout: 'ModelTimeoutException',
  upstream_stalled: 'ModelTimeoutException',
  stream_deadline: 'ModelTimeoutException',
};

const statuses: Readonly<Record<string, number>> = {
  ValidationException: 400,
  ServiceQuotaExceededException: 400,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ModelTimeoutException: 408,
  ModelErrorException: 424,
  ThrottlingException: 429,
  ServiceUnavailableException: 503,
};

/** An error before the first byte. The exception name is in a header, which every AWS SDK reads. */
export function errorAnswer(error: SluiceError): ErrorAnswer {
  const exception = lookup(exceptions, error.kind) ?? (error.status < 500 ? 'ValidationException' : serverException(error));
  const originalStatusCode = exception === 'ModelErrorException' ? error.upstream?.status : undefined;
  return {
    status: statuses[exception] ?? 500,
    body: { message: messageFor('bedrock', error), ...(originalStatusCode !== undefined && { originalStatusCode }) },
    headers: { 'x-amzn-errortype': exception, ...retryHeaders(error) },
  };
}

/** AWS SDKs retry every 500, 502, 503 and 504, but not ModelErrorException, a 424. */
function serverException(error: SluiceError): string {
  return isFinal(error) ? 'ModelErrorException' : 'ServiceUnavailableException';
}

/**
 * Exceptions inside streams, by kind. The SDKs know no others there. A provider that fails in its answer is a model
 * error. The rest are faults of the request or the gateway.
 */
const streamExceptions: Partial<Record<ErrorKind, string>> = {
  rate_limit_exceeded: 'throttlingException',
  server_overloaded: 'serviceUnavailableException',
  upstream_unreachable: 'modelStreamErrorException',
  upstream_error: 'modelStreamErrorException',
  upstream_timeout: 'modelStreamErrorException',
  upstream_empty: 'modelStreamErrorException',
  upstream_cut: 'modelStreamErrorException',
  upstream_stalled: 'modelStreamErrorException',
  upstream_protocol_error: 'modelStreamErrorException',
  upstream_missing_finish: 'modelStreamErrorException',
};

/** An error inside a stream. Passes on what Bedrock reported about the model's host. */
export function exceptionFrame(error: SluiceError): Frame {
  const event = lookup(streamExceptions, error.kind) ?? (error.status < 500 ? 'validationException' : 'internalServerException');
  const { body, status } = error.upstream ?? {};
  const providerMembers: JsonObject =
    event === 'modelStreamErrorException'
      ? {
          originalStatusCode: body?.originalStatusCode ?? status,
          originalMessage: lenientText(body?.originalMessage) || undefined,
        }
      : {};
  return { event, data: JSON.stringify({ message: messageFor('bedrock', error), ...providerMembers }), failure: true };
}
