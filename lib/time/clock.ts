/** Time as policy sees it. Tests pass a clock that they move by hand. */
export interface Clock {
  /** Milliseconds since some fixed point. Never decreases. */
  now(): number;
  /**
   * Milliseconds since some fixed point that also pass while Lambda freezes the process, when `now` may stand still. For
   * ages of what is cached between requests. Without it, `now` counts.
   */
  wall?(): number;
  /** Calls `check` about every 100 ms until the returned function is called. There is no timer per stream or token. */
  watch(check: (now: number) => void): () => void;
}

/** The time for ages of what is cached between requests. */
export function wallTime(clock: Clock): number {
  return clock.wall?.() ?? clock.now();
}

const tickMs = 100;

/** The clock of the process. All watchers share one coarse timer, which only runs while there are any. */
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
    wall: Date.now,
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
