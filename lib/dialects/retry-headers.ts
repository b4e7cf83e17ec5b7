import type { ErrorKind, SluiceError } from '../stream/errors.ts';

/** Some clients sleep for as long as they are told, whatever it is. */
const maxRetryAfterMs = 60_000;

/** Told when the provider has not said how long. */
const usualWaitMs: Partial<Record<ErrorKind, number>> = {
  rate_limit_exceeded: 1000,
  key_rate_limit_exceeded: 1000,
  provider_secret_unavailable: 5000,
};

/** Kinds whose status alone would make a client try again, in vain: the gateway has tried, or waiting does not help. */
const final: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['insufficient_quota', 'key_budget_exceeded', 'client_closed']);

/**
 * What the official clients are told about trying again. The gateway's own attempts are over when it answers, so a
 * failure of the provider is final; a rate limit is not, and says how long to wait.
 */
export function retryHeaders(error: SluiceError): Record<string, string> {
  const waitMs = error.retryAfterMs ?? usualWaitMs[error.kind];
  return {
    ...(waitMs !== undefined && error.kind !== 'insufficient_quota' && waiting(Math.min(Math.max(0, waitMs), maxRetryAfterMs))),
    ...((error.status >= 500 || final.has(error.kind)) && { 'x-should-retry': 'false' }),
  };
}

function waiting(milliseconds: number): Record<string, string> {
  return { 'retry-after': String(Math.ceil(milliseconds / 1000)), 'retry-after-ms': String(Math.round(milliseconds)) };
}
