import { SluiceError } from '../../stream/errors.ts';
import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { upstreamFailure } from '../upstream-failure.ts';

/**
 * Causes whose HTTP status would blame the caller. A wrong key and a country without service are 400 here; a call that
 * Google has cancelled is 499.
 */
const statusesByCause: Readonly<Record<string, number>> = {
  API_KEY_INVALID: 401,
  FAILED_PRECONDITION: 403,
  CANCELLED: 500,
};

/** The failure that stands in a stream outside every event: JSON over several lines. Other text may be anything. */
export function frameFailure(frame: Frame): SluiceError {
  const payload = parsed(frame.data);
  if (payload !== undefined) return failureOf(payload, '');
  return new SluiceError('upstream_protocol_error', 'The provider sent text that is no part of a stream.');
}

/** The failure that an event tells of: `{error: {code, message, status}}`. */
export function chunkFailure(chunk: JsonObject): SluiceError {
  return failureOf(chunk, '');
}

/** The failure that the body of a refused call tells of. */
export function bodyFailure(status: number, body: string): SluiceError {
  return failureOf(parsed(body), body, status);
}

function failureOf(payload: Json | undefined, text: string, httpStatus?: number): SluiceError {
  // Without `alt=sse` a stream is one list, and a failure an item of it; proxies pass that on.
  const holder = Array.isArray(payload) ? payload[0] : payload;
  const { error } = isObject(holder) ? holder : {};
  const { code, message, status: word, details }: JsonObject = isObject(error) ? error : { message: error };
  const causes = [word, ...infos(details, 'ErrorInfo').map(({ reason }) => reason)].filter((cause) => typeof cause === 'string');
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

/** The details of this kind: `{"@type": "type.googleapis.com/google.rpc.RetryInfo", …}`. */
function infos(details: Json | undefined, kind: string): JsonObject[] {
  const list = Array.isArray(details) ? details.filter(isObject) : [];
  return list.filter(({ '@type': type }) => typeof type === 'string' && type.endsWith(`.${kind}`));
}

/** A duration as protocol buffers write it: `34.4s`. */
function milliseconds(duration: Json | undefined): number | undefined {
  const [, seconds] = typeof duration === 'string' ? (/^(\d+(?:\.\d+)?)s$/.exec(duration) ?? []) : [];
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1000);
}

const maxSentence = 500;

/** Text in place of JSON, if it can be a sentence: a proxy's HTML page is never quoted. */
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
