import { startTotal } from '../policy/total.ts';
import type { Clock } from '../time/clock.ts';

/** What happens before an invocation's limit, when Lambda kills the environment with whatever it was doing. */
export interface TimeLimit {
  /** Aborts a little ahead: whatever still runs is to end by itself. */
  readonly signal: AbortSignal;
  /** Rejects just ahead, for what did not. Handled already where nobody awaits it. */
  readonly over: Promise<never>;
  stop(): void;
}

/** Answers say their own last words 10 s ahead (lib/http/cap-to-deadline.ts); these are for what goes on after that. */
const aheadMs = { signal: 5_000, over: 2_000 };

/** Counts from now; `remainingMs` is what Lambda gives the invocation. To be stopped when it is over. */
export function startTimeLimit(clock: Clock, remainingMs: number): TimeLimit {
  const never = new AbortController().signal;
  // Where a function has few seconds, its answers have most of them.
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
