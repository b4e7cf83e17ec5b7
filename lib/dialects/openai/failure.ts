import { SluiceError } from '../../stream/errors.ts';
import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { upstreamFailure } from '../upstream-failure.ts';

/** The HTTP status for an error's own code, if it has no number. */
const statusesByWording: readonly [RegExp, number][] = [
  [/rate.?limit|too.?many.?requests|quota/i, 429],
  [/overloaded|unavailable/i, 503],
  [/time.?out/i, 504],
  [/authentication|api.?key|permission/i, 401],
  [/not.?found/i, 404],
  [/invalid.?request|bad.?request/i, 400],
  [/server|internal/i, 500],
];

/**
 * True if this stream object reports a failure, which may be next to choices (OpenRouter). vLLM's older form is flat.
 */
export function isFailure(payload: JsonObject): boolean {
  return Boolean(payload.error) || payload.object === 'error';
}

/** The failure in a stream object. */
export function payloadFailure(payload: JsonObject): SluiceError {
  return failureOf(payload, undefined);
}

/**
 * The failure in a frame with an error marker: `event: error`, or text outside any field (llama-box, proxies). Text
 * that isn't JSON is never quoted, because it may contain anything.
 */
export function frameFailure(frame: Frame): SluiceError {
  const body = firstObject(frame.data);
  if (body) return failureOf(body, undefined);
  return new SluiceError('upstream_protocol_error', 'The provider sent text that is not part of a stream.');
}

/**
 * The failure in the body of a rejected request: `{error: {…}}`, `{error: "text"}` (Prediction Guard, Ollama),
 * `{object: "error", message}` (vLLM, Mistral), `{message}` (Cohere), `{detail}` (FastAPI), or a list with one of
 * these (Gemini's endpoint). Anything else is described, never quoted.
 */
export function bodyFailure(status: number, body: string): SluiceError {
  const object = firstObject(body);
  if (object) return failureOf(object, status);
  const form = body.trim() === '' ? 'no body' : /^\s*</.test(body) ? 'an HTML page' : 'text that is not JSON';
  return upstreamFailure({ status, message: `The provider responded with status ${status} and ${form}.` });
}

function failureOf(body: JsonObject, httpStatus: number | undefined): SluiceError {
  const error = isObject(body.error) ? body.error : body;
  const message = sentence(body.error) || sentence(body.message) || sentence(body.detail);
  const code = [error.code, error.type].filter((part) => typeof part === 'string').join(' ');
  const status = httpStatus ?? statusOf(error, code);
  return upstreamFailure({
    ...(status !== undefined && { status }),
    message,
    code,
    body: isObject(body.error) ? { error: body.error } : body,
  });
}

/** The message in any of its forms: a string, an object with one, or FastAPI's list of errors with their locations. */
function sentence(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(sentence).filter(Boolean).join('; ');
  if (!isObject(value)) return '';
  if (typeof value.msg === 'string') return Array.isArray(value.loc) ? `${value.loc.join('.')}: ${value.msg}` : value.msg;
  return sentence(value.message ?? value.detail);
}

function statusOf(error: JsonObject, code: string): number | undefined {
  const numbers = [error.status_code, error.code, error.status].map(Number);
  const status = numbers.find((number) => Number.isInteger(number) && number >= 400 && number < 600);
  return status ?? statusesByWording.find(([pattern]) => pattern.test(code))?.[1];
}

/** The first JSON object of a JSON text. */
function firstObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : Array.isArray(value) ? value.find(isObject) : undefined;
  } catch {
    return undefined;
  }
}
