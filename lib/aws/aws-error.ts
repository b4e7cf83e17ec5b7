import type { JsonObject } from '../stream/json.ts';

/** Why a call got no usable response. Used where AWS would name an exception. */
export type AwsErrorReason = 'NoRegion' | 'NoCredentials' | 'Unreachable' | 'Timeout' | 'NotJson';

const throttled =
  /^(Throttling|ThrottlingException|ThrottledException|TooManyRequestsException|RequestLimitExceeded|ProvisionedThroughputExceededException)$/;

/**
 * A failed call to an AWS service. The message comes from AWS and may name accounts and roles, so it belongs in the
 * log as a `cause` and never in a response.
 */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** AWS's name for the failure, such as `ResourceNotFoundException`, or our name for why there is no response. */
  readonly exception: AwsErrorReason | (string & {});
  readonly status: number | undefined;
  /** The JSON of the response. Empty if there was none. */
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

  /** True if the service throttled the call. A throttled call has had no effect. */
  get isThrottled(): boolean {
    return throttled.test(this.exception);
  }

  /** True if the same call may succeed a moment later. False for a timeout, because it has already used its time. */
  get isTransient(): boolean {
    return (this.status ?? 0) >= 500 || this.isThrottled || this.exception === 'Unreachable';
  }
}
