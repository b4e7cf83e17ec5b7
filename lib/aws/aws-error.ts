import type { JsonObject } from '../stream/json.ts';

/** What kept a call from being answered at all, in the place of an AWS exception's name. */
export type AwsErrorReason = 'NoRegion' | 'NoCredentials' | 'Unreachable' | 'Timeout' | 'NotJson';

const throttled =
  /^(Throttling|ThrottlingException|ThrottledException|TooManyRequestsException|RequestLimitExceeded|ProvisionedThroughputExceededException)$/;

/**
 * A call of an AWS service that failed. Its message is AWS's own: it may name accounts and roles, so it is for the log
 * as a `cause`, never for a caller.
 */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** AWS's name for the failure, `ResourceNotFoundException`, or our word for the obstacle. */
  readonly exception: AwsErrorReason | (string & {});
  readonly status: number | undefined;
  /** The answer's JSON; empty where there was none. */
  readonly body: JsonObject;

  constructor(
    exception: AwsError['exception'],
    message: string,
    details: { status?: number; body?: JsonObject; cause?: unknown } = {},
  ) {
    super(`${exception}: ${message}`, { cause: details.cause });
    this.exception = exception;
    this.status = details.status;
    this.body = details.body ?? {};
  }

  /** Has the service refused the call for want of capacity? Then it has done nothing of it. */
  get isThrottled(): boolean {
    return throttled.test(this.exception);
  }

  /** Would the same call, made a moment later, perhaps succeed? Not after a timeout: it has cost its time already. */
  get isTransient(): boolean {
    return (this.status ?? 0) >= 500 || this.isThrottled || this.exception === 'Unreachable';
  }
}
