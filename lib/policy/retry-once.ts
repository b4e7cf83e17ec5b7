import type { Clock } from '../time/clock.ts';
import { sleep } from '../time/sleep.ts';

/** The longest pause before the retry, in milliseconds. */
const maxPauseMs = 300;

/** The result of `work`. If it fails with a transient error, it runs once more after a short pause with full jitter. */
export async function retryOnce<Value>(
  work: () => Promise<Value>,
  { clock, random, isTransient }: { clock: Clock; random: () => number; isTransient: (thrown: unknown) => boolean },
): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (!isTransient(thrown)) throw thrown;
    await sleep(clock, random() * maxPauseMs, new AbortController().signal);
    return work();
  }
}
