import { SluiceError } from '../../stream/errors.ts';
import { isObject, type Json, type JsonObject, parseJsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { lenientText } from '../lenient-fields.ts';
import { upstreamFailure } from '../upstream-failure.ts';

/** The HTTP status for each error type inside a stream, where there is no real one. */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

export type Statuses = Readonly<Record<string, number>>;

/** The failure in an `error` event: `{type: 'error', error: {type, message}}`, with or without the outer type. */
export function eventFailure(payload: JsonObject, more: Statuses): SluiceError {
  return failureOf(payload, more);
}

/**
 * The failure in a frame with an error marker: an exception, or text outside any field. Text that isn't JSON is not
 * quoted, and doesn't count as the provider's own error.
 */
export function frameFailure(frame: Frame, more: Statuses): SluiceError {
  const payload = parseJsonObject(frame.data);
  if (payload || more[frame.event ?? '']) return failureOf(payload, more, { errorType: frame.event });
  return new SluiceError('upstream_protocol_error', 'The provider sent text that is not part of a stream.');
}

/**
 * The failure in the body of a rejected request. Text that isn't JSON is not quoted, because it may be an HTML page.
 */
export function bodyFailure(status: number, body: string, more: Statuses): SluiceError {
  return failureOf(parseJsonObject(body), more, { status });
}

/** True for an error with a type and a message, as in this dialect. */
export function isNamedError(error: Json | undefined): error is { type: string; message: string } {
  return isObject(error) && typeof error.type === 'string' && typeof error.message === 'string';
}

/** The known formats: this dialect's own, an error that is a string, and the flat ones of AWS and FastAPI. */
function failureOf(
  payload: JsonObject | undefined,
  more: Statuses,
  known: { status?: number; errorType?: string | undefined } = {},
): SluiceError {
  const { error, detail } = payload ?? {};
  const inner = isObject(error) ? error : (payload ?? {});
  const message = [inner.message, inner.Message, error, detail].find((value) => typeof value === 'string');
  const type = lenientText(inner.type);
  const code = type === '' || type === 'error' ? (known.errorType ?? '') : type;
  const status = known.status ?? more[code] ?? statuses[code];
  return upstreamFailure({
    ...(status !== undefined && { status }),
    message: lenientText(message),
    code,
    ...(isNamedError(error) && { body: { ...payload, type: 'error' } }),
  });
}
