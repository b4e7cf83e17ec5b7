import type { ErrorKind, SluiceError } from '../../stream/errors.ts';
import type { JsonObject } from '../../stream/json.ts';
import { messageFor } from '../context-overflow.ts';
import type { ErrorAnswer } from '../dialect.ts';
import { retryHeaders } from '../retry-headers.ts';
import { isNamedError } from './failure.ts';

/** Error types by kind, with the status if this dialect has a special one. Every other kind is an `api_error`. */
const errorTypes: Partial<Record<ErrorKind, { type: string; status?: number }>> = {
  invalid_request: { type: 'invalid_request_error' },
  unsupported_parameter: { type: 'invalid_request_error' },
  context_length_exceeded: { type: 'invalid_request_error' },
  content_filter: { type: 'invalid_request_error' },
  invalid_api_key: { type: 'authentication_error' },
  model_not_allowed: { type: 'permission_error' },
  origin_not_allowed: { type: 'permission_error' },
  model_not_found: { type: 'not_found_error' },
  route_not_found: { type: 'not_found_error' },
  provider_model_not_found: { type: 'not_found_error' },
  method_not_allowed: { type: 'invalid_request_error' },
  request_too_large: { type: 'request_too_large' },
  unsupported_encoding: { type: 'invalid_request_error' },
  insufficient_quota: { type: 'billing_error', status: 402 },
  rate_limit_exceeded: { type: 'rate_limit_error' },
  key_rate_limit_exceeded: { type: 'rate_limit_error' },
  key_budget_exceeded: { type: 'billing_error', status: 402 },
  server_overloaded: { type: 'overloaded_error', status: 529 },
  connect_timeout: { type: 'timeout_error' },
  upstream_timeout: { type: 'timeout_error' },
  upstream_stalled: { type: 'timeout_error' },
  stream_deadline: { type: 'timeout_error' },
};

/** An error before the first byte. */
export function errorAnswer(error: SluiceError, requestId: string): ErrorAnswer {
  return {
    status: errorTypes[error.kind]?.status ?? error.status,
    body: errorBody(error, requestId),
    headers: retryHeaders(error),
  };
}

/**
 * An error in this dialect, before the first byte or inside a stream. If a provider of the same dialect rejected the
 * request, its error passes through member by member, because Claude Code parses the wording. The id is ours, because
 * the operator can find it.
 */
export function errorBody(error: SluiceError, requestId: string): JsonObject {
  const { body, status } = error.upstream ?? {};
  const isClientFault =
    error.status < 500 && error.kind !== 'provider_model_not_found' && (status === undefined || (status >= 400 && status < 500));
  const providerError = isClientFault && body?.type === 'error' && isNamedError(body.error) ? body.error : undefined;
  const type = errorTypes[error.kind]?.type ?? 'api_error';
  return {
    type: 'error',
    error: {
      ...(providerError ?? { type, message: messageFor('anthropic', error), ...(error.details && { details: error.details }) }),
    },
    request_id: requestId,
  };
}
