import type { SluiceError } from '../../stream/errors.ts';
import { type JsonObject, parseJsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { lenientText } from '../lenient-fields.ts';
import { lookup } from '../lookup.ts';
import { upstreamFailure } from '../upstream-failure.ts';

/**
 * The HTTP status for each Bedrock exception, used inside a stream, where there is no real one, and where the real
 * one is misleading. 424 is a failure of the model and not the request's fault. An exceeded quota arrives as 400.
 */
export const exceptionStatuses: Readonly<Record<string, number>> = {
  validationException: 400,
  accessDeniedException: 403,
  expiredTokenException: 403,
  incompleteSignatureException: 403,
  invalidSignatureException: 403,
  missingAuthenticationTokenException: 403,
  unrecognizedClientException: 403,
  resourceNotFoundException: 404,
  modelTimeoutException: 408,
  modelErrorException: 502,
  modelStreamErrorException: 502,
  modelNotReadyException: 429,
  serviceQuotaExceededException: 429,
  throttlingException: 429,
  internalServerException: 500,
  serviceUnavailableException: 503,
};

/** A fix for failures that Bedrock's own message doesn't explain to the operator. */
const hints: Readonly<Record<string, string>> = {
  accessDeniedException: 'The gateway needs permission to invoke this model, and the model must be enabled in the region.',
  expiredTokenException: 'Renew the AWS credentials of the gateway.',
  invalidSignatureException: 'Check the AWS secret access key of the gateway, and its clock.',
  unrecognizedClientException: 'Check the AWS access key id of the gateway.',
};

/** The failure in a frame with an error marker: an exception, or an unmodeled Bedrock error. */
export function frameFailure(frame: Frame): SluiceError {
  return failureOf(undefined, frame.event ?? '', frame.data);
}

/**
 * The failure in the body of a rejected request. The exception name is in the header `x-amzn-errortype`, up to a
 * colon, or in the body as `__type`, after a namespace and `#`.
 */
export function bodyFailure(status: number, body: string, errorType = ''): SluiceError {
  return failureOf(status, errorType || lenientText(parseJsonObject(body)?.__type), body);
}

function failureOf(status: number | undefined, type: string, text: string): SluiceError {
  const name = type.replace(/^.*#/, '').replace(/:.*$/, '');
  // Frames spell the name with a lowercase first letter, headers and bodies with an uppercase one.
  const exception = name.slice(0, 1).toLowerCase() + name.slice(1);
  const known = lookup(exceptionStatuses, exception) ?? status;
  const { p: _padding, ...payload } = parseJsonObject(text) ?? {};
  const body = { ...payload, ...(name && { __type: name.slice(0, 1).toUpperCase() + name.slice(1) }) };
  return upstreamFailure({
    ...(known !== undefined && { status: known }),
    message: [messageOf(payload) || plain(text), lookup(hints, exception) ?? ''].filter(Boolean).join(' '),
    code: name,
    ...(Object.keys(body).length > 0 && { body }),
  });
}

/** A failure of the model keeps both messages: Bedrock's and that of the model's host. */
function messageOf(payload: JsonObject): string {
  const message = lenientText(payload.message) || lenientText(payload.Message);
  const original = lenientText(payload.originalMessage);
  return original && !message.includes(original) ? [message, original].filter(Boolean).join(' ') : message;
}

const maxPlain = 500;

/** Text instead of JSON, if it may be a sentence. An HTML page of a proxy is never quoted. */
function plain(text: string): string {
  const trimmed = text.trim();
  return /^[<{[]/.test(trimmed) ? '' : trimmed.slice(0, maxPlain);
}
