import type { Clock } from './clock.ts';

/**
 * Waits for `first`, but no longer than `limitMs`: true when the wait was given up, and the status has to be sent
 * before the answer is known. A rejection of `first` passes through.
 */
export function waitedInVain(first: Promise<unknown>, clock: Clock, limitMs: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const start = clock.now();
  const unwatch = clock.watch((now) => {
    if (now - start >= limitMs) resolve(true);
  });
  first.then(() => resolve(false), reject);
  return promise.finally(unwatch);
}
