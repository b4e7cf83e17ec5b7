import { lenientText } from '../dialects/lenient-fields.ts';
import { type JsonObject, parseJsonObject } from '../stream/json.ts';
import type { Bytes } from '../wire/frame.ts';
import type { Accumulator, AnswerEvent } from './accumulator.ts';
import type { Dialect } from './dialects.ts';
import { failureInFrame, refusal } from './parse-error.ts';
import { type Failure, StreamError } from './stream-error.ts';

/** An event as received. */
export interface RawEvent {
  /** When it was read, in milliseconds since the request was sent. */
  readonly at: number;
  /** SSE `event:`, or the type of a Bedrock message. Missing if there was none. */
  readonly event?: string;
  /** JSON, or a sentinel such as `[DONE]`. */
  readonly data: string;
}

/** One request, and the callbacks besides its events. */
export interface AnswerRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  readonly dialect: Dialect;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  readonly onHeaders: (headers: Headers) => void;
  readonly onRaw?: ((raw: RawEvent) => unknown) | undefined;
}

/** Larger than any event. The gateway rejects larger ones from its providers. */
const maxFrameBytes = 32 << 20;

/** The maximum size of the ignored bytes after the last event. */
const drainedPieces = 16;

/**
 * Sends the request and yields the events of the answer on demand, without reading ahead. Each event is in
 * `accumulator` when it is yielded. Ends with `finish` or throws a StreamError. Closes the connection however the
 * iteration ends.
 */
export async function* readAnswer(answerRequest: AnswerRequest, accumulator: Accumulator): AsyncGenerator<AnswerEvent> {
  const { url, dialect, body, onRaw } = answerRequest;
  let requestId = '';
  const fail = (failure: Failure) => new StreamError({ ...(requestId && { requestId }), ...failure }, accumulator.received);
  const startedAt = performance.now();
  const response = await send(answerRequest).catch((cause: unknown) => {
    throw fail({ code: 'connection_failed', message: `${url} can't be reached.`, cause });
  });
  requestId = response.headers.get('x-request-id') ?? '';
  answerRequest.onHeaders(response.headers);
  if (!response.ok) throw fail(await refusal(response));
  const source = streamOf(response, dialect);
  if (!source) throw fail({ code: 'stream_malformed', message: `${url} did not respond with a stream.` });

  const decoder = dialect.decoder({ id: requestId, model: lenientText(body.modelId) });
  /** The server has sent its last event. */
  let last = false;
  try {
    for await (const frame of dialect.wire.read(
      bytesOf(source, () => last),
      maxFrameBytes,
    )) {
      const { event, data } = frame;
      const raw = { at: performance.now() - startedAt, ...(event !== undefined && { event }), data };
      try {
        await onRaw?.(raw);
      } catch (cause) {
        throw fail(callbackFailure(cause));
      }
      const failure = failureInFrame(frame);
      last = failure !== undefined;
      if (failure) throw fail(failure);
      for (const decoded of decoder.read(payloadOf(data), event)) {
        last = decoded.type === 'finish';
        accumulator.take(decoded);
        yield decoded;
      }
      if (last) return;
    }
  } catch (thrown) {
    if (thrown instanceof StreamError) throw thrown;
    if (thrown instanceof Broken) throw fail(cutFailure(thrown.cause));
    throw fail({ code: 'stream_malformed', message: 'The server sent data that is not valid in this dialect.', cause: thrown });
  }
  throw fail(cutFailure());
}

/** Marks an error that a callback of the app threw. */
export function callbackFailure(cause: unknown): Failure {
  return { code: 'callback_failed', message: 'A callback of the stream threw an error.', cause };
}

function cutFailure(cause?: unknown): Failure {
  return { code: 'stream_cut', message: 'The stream ended before the response was complete.', cause };
}

/** The connection was lost. */
class Broken extends Error {}

/** `undefined` for the sentinel. Throws for anything else that is not a JSON object. */
function payloadOf(data: string): JsonObject | undefined {
  const payload = parseJsonObject(data);
  if (!payload && data !== '[DONE]') throw new Error('An event is not a JSON object.');
  return payload;
}

function send({ url, headers, body, dialect, fetch, signal }: AnswerRequest): Promise<Response> {
  const sent = JSON.stringify(dialect.body(body));
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: sent, signal });
}

/** The body, if it is a stream of this dialect. */
function streamOf({ headers, body }: Response, { wire }: Dialect): ReadableStream<Uint8Array> | undefined {
  if (body && headers.get('content-type')?.startsWith(wire.contentType)) return body;
  void body?.cancel().catch(() => {});
  return undefined;
}

/**
 * An early exit closes the connection. After the server's last event, the rest is read so that the connection can be
 * reused.
 */
async function* bytesOf(body: ReadableStream<Uint8Array>, isLast: () => boolean): Bytes & AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let over = false;
  try {
    while (!over) {
      const { done, value } = await reader.read();
      over = done;
      if (value) yield value;
    }
  } catch (cause) {
    over = true;
    throw new Broken('The connection was lost.', { cause });
  } finally {
    if (!over) void (isLast() ? drain(reader) : reader.cancel()).catch(() => {});
  }
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  for (let piece = 0; piece < drainedPieces; piece++) if ((await reader.read()).done) return;
  await reader.cancel();
}
