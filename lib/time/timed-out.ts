import type { Clock } from './clock.ts';

/**
 * Resolves to true if the promise is not settled after this many milliseconds. Resolves to false once `signal`
 * aborts.
 */
export async function timedOut(
  promise: Promise<unknown>,
  milliseconds: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<boolean> {
  const { promise: outcome, resolve } = Promise.withResolvers<boolean>();
  const inTime = () => resolve(false);
  const start = clock.now();
  if (signal?.aborted) inTime();
  signal?.addEventListener('abort', inTime, { once: true });
  const unwatch = clock.watch((now) => {
    if (now - start >= milliseconds) resolve(true);
  });
  promise.then(inTime, inTime);
  try {
    return await outcome;
  } finally {
    unwatch();
    signal?.removeEventListener('abort', inTime);
  }
}
