import type { ErrorKind, SluiceError } from '../../stream/errors.ts';
import { isObject, type JsonObject } from '../../stream/json.ts';
import { messageFor } from '../context-overflow.ts';
import type { ErrorAnswer } from '../dialect.ts';
import { retryHeaders } from '../retry-headers.ts';

/** OpenAI's `type`, if it doesn't follow from the status. */
const types: Partial<Record<ErrorKind, string>> = {
  insufficient_quota: 'insufficient_quota',
  rate_limit_exceeded: 'rate_limit_error',
  key_rate_limit_exceeded: 'rate_limit_error',
  key_budget_exceeded: 'insufficient_quota',
};

/** The content of `{"error": …}`, before and inside a stream, in all OpenAI APIs. `code` is the kind. */
export function errorObject(error: SluiceError, requestId: string): JsonObject {
  return {
    message: errorMessage(error, requestId),
    type: types[error.kind] ?? (error.status < 500 ? 'invalid_request_error' : 'server_error'),
    param: error.param ?? null,
    code: error.kind,
  };
}

export function errorMessage(error: SluiceError, requestId: string): string {
  return `${messageFor('openai', error)} (request ${requestId})`;
}

/** An error before the first byte. The message of an OpenAI provider about a bad request passes unchanged. */
export function errorAnswer(error: SluiceError, requestId: string): ErrorAnswer {
  const isTheirs = error.status < 500 && error.kind !== 'provider_model_not_found';
  const verbatim = isTheirs ? verbatimBody(error) : undefined;
  return { status: error.status, body: verbatim ?? { error: errorObject(error, requestId) }, headers: retryHeaders(error) };
}

/**
 * The provider's own body, where it has this shape. Anthropic's looks alike but for its outer type. Clients know a full
 * context by its code, for which servers other than OpenAI's have a number or nothing.
 */
function verbatimBody({ kind, upstream }: SluiceError): JsonObject | undefined {
  const body = upstream?.body;
  if (!isObject(body?.error) || typeof body.error.message !== 'string' || body.type === 'error') return undefined;
  return kind === 'context_length_exceeded' ? { ...body, error: { ...body.error, code: kind } } : body;
}
