import type { Received } from './accumulator.ts';

/** The details of a failure. */
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
 * Why a stream ended without a complete answer, and what had been received until then.
 *
 * `code` is the gateway's error code (`upstream_cut`, `rate_limit_exceeded` …), if the dialect carries it. Messages
 * and `/v1/complete` have an error type instead (`overloaded_error`), and Converse an exception name. Other codes
 * come from this client: `connection_failed`, `http_error` (an error in no known format), `stream_cut` (the bytes end
 * before the answer does, and reconnecting failed or is not possible), `stream_gone` (the connection was lost, and the
 * server no longer has the stream), `stream_malformed`, `callback_failed` (`cause` is the error of your callback), `closed`
 * (by `close()`, a signal, or leaving the loop).
 */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly code: string;
  /** The HTTP status of a rejected request. `undefined` if the stream had begun or there was no response. */
  readonly status: number | undefined;
  /** The request field at fault. */
  readonly param: string | undefined;
  /** The id of the request in the gateway's log. */
  readonly requestId: string | undefined;
  /** The wait that the server requests, in milliseconds. */
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
