import type { Clock } from './clock.ts';
import { sleep } from './sleep.ts';

/** Has this promise, well or not, kept us waiting for longer than so many milliseconds? Never late once `signal` aborts. */
export async function timedOut(
  promise: Promise<unknown>,
  milliseconds: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<boolean> {
  const over = new AbortController();
  const inTime = () => false;
  const late = sleep(clock, milliseconds, signal ? AbortSignal.any([signal, over.signal]) : over.signal).then(() => true, inTime);
  // A reason is given because the one that is made where none is given costs more than all the rest.
  return Promise.race([promise.then(inTime, inTime), late]).finally(() => over.abort(inTime));
}
