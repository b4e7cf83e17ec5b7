import { SluiceError } from '../../stream/errors.ts';
import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { upstreamFailure } from '../upstream-failure.ts';

/** The status that an error's own words stand for, where it has no number. */
const statusesByWording: readonly [RegExp, number][] = [
  [/rate.?limit|too.?many.?requests|quota/i, 429],
  [/overloaded|unavailable/i, 503],
  [/time.?out/i, 504],
  [/authentication|api.?key|permission/i, 401],
  [/not.?found/i, 404],
  [/invalid.?request|bad.?request/i, 400],
  [/server|internal/i, 500],
];

/** Does this object of a stream tell of a failure? Also beside choices (OpenRouter); vLLM's older form is flat. */
export function isFailure(payload: JsonObject): boolean {
  return Boolean(payload.error) || payload.object === 'error';
}

/** The failure that an object in a stream tells of. */
export function payloadFailure(payload: JsonObject): SluiceError {
  return failureOf(payload, undefined);
}

/**
 * The failure that a frame is by its own mark: `event: error`, or text outside every field (llama-box, proxies).
 * Text that is not JSON is not quoted: it may be anything.
 */
export function frameFailure(frame: Frame): SluiceError {
  const body = firstObject(frame.data);
  if (body) return failureOf(body, undefined);
  return new SluiceError('upstream_protocol_error', 'The provider sent text that is no part of a stream.');
}

/**
 * The failure that the body of a refused call tells of: `{error: {…}}`, `{error: "text"}` (Prediction Guard, Ollama),
 * `{object: "error", message}` (vLLM, Mistral), `{message}` (Cohere), `{detail}` (FastAPI), a list of one such
 * (Gemini's endpoint). Anything else is named, never quoted.
 */
export function bodyFailure(status: number, body: string): SluiceError {
  const object = firstObject(body);
  if (object) return failureOf(object, status);
  const form = body.trim() === '' ? 'no body' : /^\s*</.test(body) ? 'a page of HTML' : 'text that is not JSON';
  return upstreamFailure({ status, message: `The provider answered with status ${status} and ${form}.` });
}

function failureOf(body: JsonObject, httpStatus: number | undefined): SluiceError {
  const error = isObject(body.error) ? body.error : body;
  const message = sentence(body.error) || sentence(body.message) || sentence(body.detail);
  const code = [error.code, error.type].filter((word) => typeof word === 'string').join(' ');
  const status = httpStatus ?? statusOf(error, code);
  return upstreamFailure({
    ...(status !== undefined && { status }),
    message,
    code,
    body: isObject(body.error) ? { error: body.error } : body,
  });
}

/** The sentence in any of the forms: text, an object that has one, FastAPI's list of faults with their places. */
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

/** The first JSON object of a text that is JSON. */
function firstObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : Array.isArray(value) ? value.find(isObject) : undefined;
  } catch {
    return undefined;
  }
}
