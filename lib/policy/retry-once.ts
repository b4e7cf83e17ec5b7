import type { Clock } from '../time/clock.ts';
import { sleep } from '../time/sleep.ts';

/** The longest pause before the second try, in milliseconds. */
const maxPauseMs = 300;

/** What `work` gives; it is done once more, after a short pause that is fully spread, when its failure is one that may pass. */
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
