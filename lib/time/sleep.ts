import type { Clock } from './clock.ts';

/**
 * Resolves after `milliseconds` of the clock, rounded up to a tick. Rejects with the signal's reason when it aborts.
 */
export function sleep(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const start = clock.now();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  const unwatch = clock.watch((now) => {
    if (now - start >= milliseconds) resolve();
  });
  return promise.finally(() => {
    unwatch();
    signal.removeEventListener('abort', abort);
  });
}
