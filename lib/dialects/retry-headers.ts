import type { ErrorKind, SluiceError } from '../stream/errors.ts';

/** The longest wait that Sluice sends, because some clients sleep for any time they receive. */
const maxRetryAfterMs = 60_000;

/** The default wait if the provider sent none. */
const usualWaitMs: Partial<Record<ErrorKind, number>> = {
  rate_limit_exceeded: 1000,
  key_rate_limit_exceeded: 1000,
  provider_secret_unavailable: 5000,
};

/**
 * Kinds whose status alone would trigger a pointless retry by the client: the gateway has already retried, or waiting
 * doesn't help.
 */
const final: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['insufficient_quota', 'key_budget_exceeded', 'client_closed']);

/**
 * The retry headers for official clients. By the time of a response, the gateway has made its own attempts, so a
 * provider failure is final. A rate limit is not final and includes the wait.
 */
export function retryHeaders(error: SluiceError): Record<string, string> {
  const waitMs = error.retryAfterMs ?? usualWaitMs[error.kind];
  return {
    ...(waitMs !== undefined && error.kind !== 'insufficient_quota' && waiting(Math.min(Math.max(0, waitMs), maxRetryAfterMs))),
    ...(isBrief(error) && { 'x-should-retry': 'true' }),
    ...(isFinal(error) && { 'x-should-retry': 'false' }),
  };
}

/** Kinds that come from a service of ours and not from a provider. */
const brief: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  'provider_secret_unavailable',
  'keys_unavailable',
  'limits_unavailable',
]);

/** Failures without an upstream request that a retry can fix, such as a burst of cold starts or a table under load. */
function isBrief({ kind, retryAfterMs }: SluiceError): boolean {
  return retryAfterMs !== undefined && brief.has(kind);
}

/** True if a retry by the client would be pointless. A rate limit isn't final. */
export function isFinal(error: SluiceError): boolean {
  return !isBrief(error) && (error.status >= 500 || final.has(error.kind));
}

function waiting(milliseconds: number): Record<string, string> {
  return { 'retry-after': String(Math.ceil(milliseconds / 1000)), 'retry-after-ms': String(Math.round(milliseconds)) };
}
