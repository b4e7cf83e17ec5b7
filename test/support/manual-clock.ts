import type { Clock } from '../../lib/time/clock.ts';

/** A clock that advances only on command. */
export interface ManualClock extends Clock {
  /** Lets time pass in ticks of 100 ms, and whatever waits for it run after each. */
  advance(milliseconds: number): Promise<void>;
  /** How many streams are being watched: none once all is over. */
  readonly watchers: number;
}

export function manualClock(): ManualClock {
  const watchers = new Set<(now: number) => void>();
  let time = 0;
  return {
    now: () => time,
    watch(check) {
      watchers.add(check);
      return () => watchers.delete(check);
    },
    async advance(milliseconds) {
      await settled();
      for (const end = time + milliseconds; time < end; ) {
        time = Math.min(end, time + 100);
        for (const check of [...watchers]) check(time);
        await settled();
      }
    },
    get watchers() {
      return watchers.size;
    },
  };
}

/** Resolves when everything that could run without time or network has run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
