import { pause } from '../time/pause.ts';
import type { AnswerRequest } from './answer-request.ts';
import { refusal } from './parse-error.ts';
import { streamOf } from './response-body.ts';
import { type Failure, StreamError } from './stream-error.ts';

/** Statuses that a later attempt may not get. */
const passing = (status: number) => status === 408 || status === 429 || status >= 500;
const longestDelayMs = 10_000;
const longestRequestedMs = 60_000;

/** Where to read on. */
export interface Position {
  readonly streamId: string;
  /** The number of events that arrived. */
  readonly events: number;
  /** The number of attempts without an event. */
  readonly attempts: number;
  /** Why the connection was lost. */
  readonly cause: unknown;
  readonly fail: (failure: Failure) => StreamError;
}

/** Resolves to the rest of the answer. Throws a failure if no attempt succeeds or can succeed, and when the request is aborted. */
export async function reconnect(
  request: AnswerRequest,
  { streamId, events, attempts, cause: lostBy, fail }: Position,
): Promise<{ body: ReadableStream<Uint8Array>; attempts: number }> {
  const { fetch, headers, signal, resume, dialect } = request;
  const { attempts: most = 8, delayMs = 250 } = resume ?? {};
  const url = streamUrl(request, streamId) + (events > 0 ? `?after=${events - 1}` : '');
  let cause = lostBy;
  let requestedMs = 0;
  for (let attempt = attempts + 1; attempt <= most; attempt++) {
    const delay = Math.min(delayMs * 2 ** (attempt - 1), longestDelayMs);
    // Clients that lost their connections together come back one after the other.
    await pause(Math.max(delay * (0.5 + Math.random() / 2), requestedMs), signal);
    try {
      const response = await fetch(url, { headers, signal });
      if (response.ok) {
        const body = streamOf(response, dialect);
        if (body) return { body, attempts: attempt };
        throw fail(cutFailure(cause, ' The server has no more of it.'));
      }
      const failure = await refusal(response);
      if (!passing(response.status)) throw fail(lasting(failure, cause));
      requestedMs = Math.min(failure.retryAfterMs ?? 0, longestRequestedMs);
      cause = fail(failure);
    } catch (thrown) {
      if (thrown instanceof StreamError || signal.aborted) throw thrown;
      cause = thrown;
    }
  }
  throw fail(cutFailure(cause, ` ${most} attempts to reconnect failed.`));
}

/** The address of a durable stream. */
export function streamUrl({ baseUrl }: AnswerRequest, streamId: string): string {
  return `${baseUrl}/v1/streams/${encodeURIComponent(streamId)}`;
}

/** The bytes ended before the answer. */
export function cutFailure(cause: unknown, reason = ''): Failure {
  return { code: 'stream_cut', message: `The stream ended before the response was complete.${reason}`, cause };
}

/** A refusal that every attempt would get. */
function lasting(refused: Failure, cause: unknown): Failure {
  if (refused.status !== 404) return { ...refused, cause };
  return { ...refused, code: 'stream_gone', message: `The connection was lost, and so is the stream. ${refused.message}`, cause };
}
