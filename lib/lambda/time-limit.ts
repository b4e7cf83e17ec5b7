import { startTotal } from '../policy/total.ts';
import type { Clock } from '../time/clock.ts';

/** Signals shortly before the timeout of an invocation, when Lambda kills the environment. */
export interface TimeLimit {
  /** Aborts a little earlier, so that running work can end by itself. */
  readonly signal: AbortSignal;
  /** Rejects just before the timeout, for work that did not end. Already handled if nobody awaits it. */
  readonly over: Promise<never>;
  stop(): void;
}

/** Responses end themselves 10 s earlier (lib/http/cap-to-deadline.ts). These margins are for work after that. */
const aheadMs = { signal: 5_000, over: 2_000 };

/** Starts now. `remainingMs` is Lambda's remaining time of the invocation. Stop it when the invocation is over. */
export function startTimeLimit(clock: Clock, remainingMs: number): TimeLimit {
  const never = new AbortController().signal;
  // In a function with a short timeout, the response gets most of the time.
  const ending = startTotal(clock, Math.max(remainingMs - aheadMs.signal, remainingMs * 0.7), never);
  const killing = startTotal(clock, Math.max(remainingMs - aheadMs.over, remainingMs * 0.85), never);
  const { promise: over, reject } = Promise.withResolvers<never>();
  over.catch(() => {});
  killing.signal.addEventListener('abort', () => reject(killing.signal.reason), { once: true });
  return {
    signal: ending.signal,
    over,
    stop() {
      ending.stop();
      killing.stop();
    },
  };
}
