import type { Clock } from './clock.ts';
import { sleep } from './sleep.ts';

/** The longest pause before the second try, in milliseconds. */
const maxPauseMs = 300;

/** What `work` gives; it is done once more, after a short pause that is fully spread, when its failure is one that may pass. */
export async function onceMore<Value>(
  work: () => Promise<Value>,
  { clock, random, mayPass }: { clock: Clock; random: () => number; mayPass: (thrown: unknown) => boolean },
): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (!mayPass(thrown)) throw thrown;
    await sleep(clock, random() * maxPauseMs, new AbortController().signal);
    return work();
  }
}
