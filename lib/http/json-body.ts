import { gunzipSync } from 'node:zlib';
import { clientDisconnected } from '../gateway/gateway-request.ts';
import { SluiceError } from '../stream/errors.ts';
import { isObject, type JsonObject } from '../stream/json.ts';
import { after } from '../time/after.ts';
import type { Host } from './host.ts';

const maxDepth = 128;

/**
 * Parses the request body as a JSON object, whatever its content type, because some clients send none. Throws
 * `request_too_large`, `unsupported_encoding`, or `invalid_request` for anything that is not a JSON object.
 */
export function parseJsonBody(bytes: Uint8Array, request: Request, limit: number): JsonObject {
  const text = utf8(decode(bytes, request.headers.get('content-encoding'), limit));
  if (text.trim() === '') throw invalid('The request has no body. Send a JSON object.');
  if (depth(text) > maxDepth) throw invalid(`The request body is nested more than ${maxDepth} levels deep.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid('The request body is not valid JSON.', cause);
  }
  if (!isObject(value)) throw invalid('The request body is not a JSON object. Send a JSON object.');
  return value;
}

/**
 * The raw bytes of a request body. Counts the bytes instead of trusting `content-length`. If the server enforces the
 * declared length, the body is read in one piece. Otherwise the bytes are counted as they arrive. Throws
 * `request_too_large`, or `client_closed` if the client disconnects before the end.
 */
export async function readBody(request: Request, limit: number, host: Host = {}): Promise<Uint8Array> {
  try {
    const bytes = await readBytes(request, limit);
    // A reset HTTP/2 stream ends like a complete body.
    if (host.isDisconnected?.()) throw clientDisconnected();
    return bytes;
  } catch (thrown) {
    throw thrown instanceof SluiceError ? thrown : clientDisconnected(thrown);
  }
}

/**
 * Reads a body. The rest of a body above the limit is read and discarded for a while before the refusal, because
 * Python's clients send all of a body before they read the response, and would report a broken pipe.
 */
async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const promised = request.headers.get('content-length');
  if (promised !== null && Number(promised) <= limit) {
    const whole = new Uint8Array(await request.arrayBuffer());
    if (whole.length > limit) throw tooLarge(limit);
    return whole;
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  if (Number(promised) > limit) {
    await discard(reader);
    throw tooLarge(limit);
  }
  for (let piece = await reader?.read(); piece?.value; piece = await reader?.read()) {
    size += piece.value.length;
    if (size > limit) {
      await discard(reader);
      throw tooLarge(limit);
    }
    pieces.push(piece.value);
  }
  return Buffer.concat(pieces);
}

/** How many bytes are discarded at most, and for how long, in milliseconds. */
const maxDiscardedBytes = 64 << 20;
const maxDiscardMs = 5_000;
/** A client that is silent for this long, in milliseconds, has sent what it sends before it reads the response. */
const maxSilenceMs = 500;

/** Reads and discards the rest of a body, within the limits above. */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<void> {
  const until = performance.now() + maxDiscardMs;
  for (let size = 0; reader && size < maxDiscardedBytes && performance.now() < until; ) {
    const { promise: silence, resolve } = Promise.withResolvers<undefined>();
    const cancel = after(maxSilenceMs, () => resolve(undefined));
    const piece = await Promise.race([reader.read(), silence]).finally(cancel);
    if (!piece?.value) break;
    size += piece.value.length;
  }
}

/** Bytes that are not UTF-8 would reach the model as other text than the client sent. */
function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid('The request body is not valid UTF-8. Send JSON in UTF-8.', cause);
  }
}

function decode(bytes: Uint8Array, encoding: string | null, limit: number): Uint8Array {
  if (encoding === null || encoding === 'identity') return bytes;
  if (encoding !== 'gzip')
    throw new SluiceError(
      'unsupported_encoding',
      'The content-encoding of the request body is not supported. Send it uncompressed or as gzip.',
    );
  try {
    return gunzipSync(bytes, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw invalid('The content-encoding of the request body is gzip, but the body is not valid gzip.', cause);
  }
}

/** The nesting depth of brackets outside strings. Checked before parsing, because a parser may recurse. */
function depth(text: string): number {
  let deepest = 0;
  let level = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++level);
    else if (code === 0x7d || code === 0x5d) level--;
  }
  return deepest;
}

function invalid(message: string, cause?: unknown): SluiceError {
  return new SluiceError('invalid_request', message, { cause });
}

function tooLarge(limit: number): SluiceError {
  return new SluiceError(
    'request_too_large',
    `The request body is larger than the limit of this gateway (\`bodyLimit\`, ${limit} bytes).`,
  );
}
