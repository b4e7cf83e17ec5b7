import { SluiceError } from '../../stream/errors.ts';
import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { upstreamFailure } from '../upstream-failure.ts';

/**
 * Errors whose HTTP status would blame the client. A wrong key and an unsupported country are 400 here. A request
 * that Google cancelled is 499.
 */
const statusesByCause: Readonly<Record<string, number>> = {
  API_KEY_INVALID: 401,
  FAILED_PRECONDITION: 403,
  CANCELLED: 500,
};

/** The failure in a stream outside any event: JSON over several lines. Other text may be anything. */
export function frameFailure(frame: Frame): SluiceError {
  const payload = parsed(frame.data);
  if (payload !== undefined) return failureOf(payload, '');
  return new SluiceError('upstream_protocol_error', 'The provider sent text that is not part of a stream.');
}

/** The failure in an event: `{error: {code, message, status}}`. */
export function chunkFailure(chunk: JsonObject): SluiceError {
  return failureOf(chunk, '');
}

/** The failure in the body of a rejected request. */
export function bodyFailure(status: number, body: string): SluiceError {
  return failureOf(parsed(body), body, status);
}

function failureOf(payload: Json | undefined, text: string, httpStatus?: number): SluiceError {
  // Without `alt=sse` a stream is one list with the failure as an item. Proxies pass that on.
  const holder = Array.isArray(payload) ? payload[0] : payload;
  const { error } = isObject(holder) ? holder : {};
  const { code, message, status: statusName, details }: JsonObject = isObject(error) ? error : { message: error };
  const causes = [statusName, ...infos(details, 'ErrorInfo').map(({ reason }) => reason)].filter(
    (cause) => typeof cause === 'string',
  );
  const known = causes.find((cause) => Object.hasOwn(statusesByCause, cause)) ?? '';
  const status = statusesByCause[known] ?? httpStatus ?? (typeof code === 'number' ? code : undefined);
  const retryAfterMs = milliseconds(infos(details, 'RetryInfo')[0]?.retryDelay);
  return upstreamFailure({
    ...(status !== undefined && { status }),
    message: typeof message === 'string' ? message : payload === undefined ? sentence(text) : '',
    code: causes.join(' '),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** The details of this type: `{"@type": "type.googleapis.com/google.rpc.RetryInfo", …}`. */
function infos(details: Json | undefined, kind: string): JsonObject[] {
  const list = Array.isArray(details) ? details.filter(isObject) : [];
  return list.filter(({ '@type': type }) => typeof type === 'string' && type.endsWith(`.${kind}`));
}

/** A protocol buffers duration: `34.4s`. */
function milliseconds(duration: Json | undefined): number | undefined {
  const [, seconds] = typeof duration === 'string' ? (/^(\d+(?:\.\d+)?)s$/.exec(duration) ?? []) : [];
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1000);
}

const maxSentence = 500;

/** Text instead of JSON, if it may be a sentence. An HTML page of a proxy is never quoted. */
function sentence(text: string): string {
  const trimmed = text.trim();
  return /^[<{[]/.test(trimmed) ? '' : trimmed.slice(0, maxSentence);
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
