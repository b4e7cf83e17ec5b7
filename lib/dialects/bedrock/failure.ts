import type { SluiceError } from '../../stream/errors.ts';
import { type JsonObject, parseJsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { lenientText } from '../lenient-fields.ts';
import { lookup } from '../lookup.ts';
import { upstreamFailure } from '../upstream-failure.ts';

/**
 * The status that each of Bedrock's exceptions stands for: in the middle of a stream, where no HTTP status says it, and
 * where HTTP says another. 424 is the model's failure and no fault of the request; an exceeded quota comes as 400.
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

/** What to do about a failure that Bedrock's own sentence does not explain to whoever runs the gateway. */
const hints: Readonly<Record<string, string>> = {
  accessDeniedException: 'The gateway needs permission to invoke this model, and the model must be enabled in the region.',
  expiredTokenException: 'Renew the AWS credentials that the gateway runs with.',
  invalidSignatureException: 'Check the AWS secret key that the gateway runs with, and its clock.',
  unrecognizedClientException: 'Check the AWS access key that the gateway runs with.',
};

/** The failure that a frame is by the wire's own word: an exception, or an error that Bedrock has no model of. */
export function frameFailure(frame: Frame): SluiceError {
  return failureOf(undefined, frame.event ?? '', frame.data);
}

/**
 * The failure that the body of a refused call tells of. The exception's name stands in the header `x-amzn-errortype`,
 * with what comes after a colon left to ignore, or in the body as `__type`, after a namespace and `#`.
 */
export function bodyFailure(status: number, body: string, errorType = ''): SluiceError {
  return failureOf(status, errorType || lenientText(parseJsonObject(body)?.__type), body);
}

function failureOf(status: number | undefined, type: string, text: string): SluiceError {
  const name = type.replace(/^.*#/, '').replace(/:.*$/, '');
  // Frames spell a name with a small first letter, headers and bodies with a capital.
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

/** A model's own failure keeps both sentences: Bedrock's, and the one that the model's host gave. */
function messageOf(payload: JsonObject): string {
  const message = lenientText(payload.message) || lenientText(payload.Message);
  const original = lenientText(payload.originalMessage);
  return original && !message.includes(original) ? [message, original].filter(Boolean).join(' ') : message;
}

const maxPlain = 500;

/** Text in place of JSON, if it can be a sentence: a proxy's HTML page is never quoted. */
function plain(text: string): string {
  const trimmed = text.trim();
  return /^[<{[]/.test(trimmed) ? '' : trimmed.slice(0, maxPlain);
}
