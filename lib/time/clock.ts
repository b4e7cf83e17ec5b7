/** Time as policy sees it; tests pass one that they move by hand. */
export interface Clock {
  /** Milliseconds from some fixed point, never going back. */
  now(): number;
  /** Calls `check` about every 100 ms until the returned function is called. No timer is made for each stream or token. */
  watch(check: (now: number) => void): () => void;
}

const tickMs = 100;

/** The process's clock: one coarse timer for all watchers, running only while there are any. */
export function processClock(): Clock {
  const watchers = new Set<(now: number) => void>();
  let timer: NodeJS.Timeout | undefined;
  const now = () => performance.now();
  const tick = () => {
    const time = now();
    for (const check of watchers) check(time);
  };
  return {
    now,
    watch(check) {
      watchers.add(check);
      timer ??= setInterval(tick, tickMs);
      return () => {
        watchers.delete(check);
        if (watchers.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
