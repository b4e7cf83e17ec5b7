import type { Received } from './accumulator.ts';

/** What is known of a failure. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly param?: string;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/**
 * Why a stream ended without a whole answer, and what had come until then.
 *
 * `code` is the gateway's own word (`upstream_cut`, `rate_limit_exceeded` …), as far as the dialect says it: Messages and
 * `/v1/complete` have a type of error in its place (`overloaded_error`), Converse the name of an exception. Or it is one
 * of the client's: `connection_failed`, `http_error` (a refusal in no dialect's form), `stream_cut` (the bytes end before
 * the answer does), `stream_malformed`, `callback_failed` (`cause` is what your callback threw), `closed` (by `close()`, a
 * signal, or a loop that was left).
 */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly code: string;
  /** HTTP status of a refusal; `undefined` where the stream had begun, and where there was no answer. */
  readonly status: number | undefined;
  /** The field of the request at fault. */
  readonly param: string | undefined;
  /** The id by which the gateway's log knows the request. */
  readonly requestId: string | undefined;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  readonly received: Received;

  constructor(failure: Failure, received: Received) {
    super(failure.message, { cause: failure.cause });
    this.code = failure.code;
    this.status = failure.status;
    this.param = failure.param;
    this.requestId = failure.requestId;
    this.retryAfterMs = failure.retryAfterMs;
    this.received = received;
  }
}
