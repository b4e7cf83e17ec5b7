import { type Clock, processClock } from '../../lib/time/clock.ts';

/** The process's clock, which can be put forward: for waits that are hours, beside sockets that need real time. */
export interface MovableClock extends Clock {
  forward(milliseconds: number): void;
}

export function movableClock(): MovableClock {
  const real = processClock();
  let ahead = 0;
  return {
    now: () => real.now() + ahead,
    watch: (check) => real.watch((now) => check(now + ahead)),
    forward(milliseconds) {
      ahead += milliseconds;
    },
  };
}
