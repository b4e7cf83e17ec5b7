import type { Clock } from '../../lib/policy/clock.ts';

const tickMs = 5;

/**
 * Real time, `factor` times as fast: the limits of a real configuration, in seconds and minutes, against real sockets
 * within a test. Nothing may be concluded from how little time has passed, since a busy machine is hurried as well.
 */
export function hurriedClock(factor: number): Clock {
  const now = () => performance.now() * factor;
  return {
    now,
    watch(check) {
      const timer = setInterval(() => check(now()), tickMs);
      return () => clearInterval(timer);
    },
  };
}
