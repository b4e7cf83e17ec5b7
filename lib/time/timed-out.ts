import type { Clock } from './clock.ts';
import { sleep } from './sleep.ts';

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
  const over = new AbortController();
  const inTime = () => false;
  const late = sleep(clock, milliseconds, signal ? AbortSignal.any([signal, over.signal]) : over.signal).then(() => true, inTime);
  // An explicit reason, because the default one costs more than everything else here.
  return Promise.race([promise.then(inTime, inTime), late]).finally(() => over.abort(inTime));
}
