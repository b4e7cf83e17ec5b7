import type { Clock } from '../../lib/time/clock.ts';

const tickMs = 5;
/** The most that one tick may count for, in real milliseconds: a process that was held up could do nothing meanwhile. */
const maxTickMs = 10;

/**
 * Real time, `factor` times as fast: the limits of a real configuration, in seconds and minutes, against real sockets
 * within a test. While somebody watches, time passes in ticks, so that a busy machine, which may stand still for longer
 * than a limit, does not run into it. Nothing may be concluded from how little time has passed.
 */
export function hurriedClock(factor: number): Clock {
  const watchers = new Set<(now: number) => void>();
  let timer: NodeJS.Timeout | undefined;
  let time = 0;
  let seenAt = performance.now();
  const goOn = (mostMs: number) => {
    const real = performance.now();
    time += Math.min(real - seenAt, mostMs) * factor;
    seenAt = real;
  };
  const now = () => {
    if (!timer) goOn(Number.POSITIVE_INFINITY);
    return time;
  };
  const tick = () => {
    goOn(maxTickMs);
    for (const check of watchers) check(time);
  };
  return {
    now,
    watch(check) {
      now();
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
