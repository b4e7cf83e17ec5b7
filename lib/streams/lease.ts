import type { Clock } from '../time/clock.ts';
import type { StreamHead, StreamLog } from './stream-log.ts';

/** How long a producer counts as alive after its last renewal, in milliseconds. */
export const leaseMs = 15_000;
/** How often it renews its lease, and how often it looks at its head between, in milliseconds. */
const renewEveryMs = 5_000;
const lookEveryMs = 600;
/** By how much the clocks of two machines may differ, in milliseconds. */
const skewMs = 500;

export interface LeaseSettings {
  readonly log: StreamLog;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What a producer hears from its head. */
export interface LeaseListener {
  /** A client has canceled the stream. */
  onCancel(): void;
  /** Another process has taken the stream over, or it is gone. */
  onFenced(): void;
  /** A reader follows the stream until then, in milliseconds since 1970. */
  onTailed(until: number): void;
}

/**
 * Keeps a claimed stream alive, and listens for what others want of it, until the returned function is called. A store
 * that can't be reached is tried again: what was lost meanwhile shows when a record is appended.
 */
export function keepLease(head: StreamHead, { log, clock, now }: LeaseSettings, listener: LeaseListener): () => void {
  let renewedAt = clock.now();
  let lookedAt = renewedAt;
  let isBusy = false;
  let isOver = false;

  async function look(renews: boolean): Promise<void> {
    const found = renews ? await log.renew(head, now() + leaseMs) : await log.head(head.id, now());
    if (renews) renewedAt = clock.now();
    if (isOver) return;
    const isOwn = found?.generation === head.generation && found.owner === head.owner && found.state === 'open';
    if (!isOwn) return listener.onFenced();
    listener.onTailed(found.tailedUntil);
    if (found.cancelRequested) listener.onCancel();
  }

  const unwatch = clock.watch((time) => {
    if (isBusy || time - lookedAt < lookEveryMs) return;
    isBusy = true;
    lookedAt = time;
    const done = () => {
      isBusy = false;
    };
    look(time - renewedAt >= renewEveryMs).then(done, done);
  });
  return () => {
    isOver = true;
    unwatch();
  };
}

/** The producer of an open stream has not renewed its lease in time. */
export function isDead({ state, leaseUntil }: StreamHead, now: number): boolean {
  return state === 'open' && leaseUntil + skewMs < now;
}
