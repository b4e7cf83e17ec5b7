import { lenientText } from '../dialects/lenient-fields.ts';
import { type JsonObject, parseJsonObject } from '../stream/json.ts';
import type { Accumulator, AnswerEvent } from './accumulator.ts';
import type { AnswerRequest } from './answer-request.ts';
import { failureInFrame, refusal } from './parse-error.ts';
import { readFrames } from './read-frames.ts';
import { streamOf } from './response-body.ts';
import { type Failure, StreamError } from './stream-error.ts';

/**
 * Sends the request and yields the events of the answer on demand, without reading ahead. Each event is in
 * `accumulator` when it is yielded. Reconnects if the server keeps the stream. Ends with `finish` or throws a
 * StreamError. Closes the connection however the iteration ends.
 */
export async function* readAnswer(answerRequest: AnswerRequest, accumulator: Accumulator): AsyncGenerator<AnswerEvent> {
  const { baseUrl, path, dialect, body, onRaw } = answerRequest;
  const url = baseUrl + path;
  let requestId = '';
  const fail = (failure: Failure) => new StreamError({ ...(requestId && { requestId }), ...failure }, accumulator.received);
  const startedAt = performance.now();
  const response = await send(url, answerRequest).catch((cause: unknown) => {
    throw fail({ code: 'connection_failed', message: `${url} can't be reached.`, cause });
  });
  requestId = response.headers.get('x-request-id') ?? '';
  answerRequest.onHeaders(response.headers);
  if (!response.ok) throw fail(await refusal(response));
  const source = streamOf(response, dialect);
  if (!source) throw fail({ code: 'stream_malformed', message: `${url} did not respond with a stream.` });

  const decoder = dialect.decoder({ id: requestId, model: lenientText(body.modelId) });
  const streamId = response.headers.get('x-sluice-stream') ?? undefined;
  let last = false;
  try {
    for await (const frame of readFrames(answerRequest, { body: source, streamId, isLast: () => last, fail })) {
      if ('type' in frame) {
        yield frame;
        continue;
      }
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
    throw fail({ code: 'stream_malformed', message: 'The server sent data that is not valid in this dialect.', cause: thrown });
  }
}

/** Marks an error that a callback of the app threw. */
export function callbackFailure(cause: unknown): Failure {
  return { code: 'callback_failed', message: 'A callback of the stream threw an error.', cause };
}

/** `undefined` for the sentinel. Throws for anything else that is not a JSON object. */
function payloadOf(data: string): JsonObject | undefined {
  const payload = parseJsonObject(data);
  if (!payload && data !== '[DONE]') throw new Error('An event is not a JSON object.');
  return payload;
}

function send(url: string, { headers, body, dialect, fetch, signal }: AnswerRequest): Promise<Response> {
  const sent = JSON.stringify(dialect.body(body));
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: sent, signal });
}
