import { SluiceError } from '../stream/errors.ts';
import type { Clock } from '../time/clock.ts';

/** The timeout of each phase of one attempt, in milliseconds. */
export interface Timeouts {
  /** Until the connection is established. */
  readonly connect: number;
  /** From the connection to the first content. Headers and events without content do not count. */
  readonly firstContent: number;
  /** Between two events of the provider after the first content. Bytes, comments and pings do not count. */
  readonly idle: number;
}

export const defaultTimeouts: Timeouts = { connect: 5_000, firstContent: 120_000, idle: 120_000 };

/** `firstContent` of a target with another one after it, in milliseconds. */
export const firstContentBeforeFallback = 60_000;

/** The timeout of the whole answer including all attempts, in milliseconds. It belongs to the route. */
export const defaultTotalMs = 840_000;

export interface Deadlines {
  /** Aborts with the SluiceError of the phase that took too long, or with the reason of the parent signal. */
  readonly signal: AbortSignal;
  connected(): void;
  /** The provider sent an event, and the reader is processing it. `content` is true once it commits the answer. */
  event(content: boolean): void;
  /**
   * The reader has processed the event, so the provider's time runs again. A slow reader's time does not count
   * against the provider.
   */
  processed(): void;
  /** The attempt is over, so stops watching. Also aborts the request, unless its response was read to its end. */
  stop(readToEnd: boolean): void;
}

type Phase = 'connect' | 'firstContent' | 'idle';

/** Watches one attempt. A slow but steady stream is never cut. */
export function startDeadlines(clock: Clock, timeouts: Timeouts, above: AbortSignal): Deadlines {
  const controller = new AbortController();
  let phase: Phase = 'connect';
  let since = clock.now();
  let readersTurn = false;

  const follow = () => controller.abort(above.reason);
  if (above.aborted) follow();
  else above.addEventListener('abort', follow, { once: true });

  const unwatch = clock.watch((now) => {
    if (now - since < timeouts[phase] || readersTurn || controller.signal.aborted) return;
    controller.abort(tooLate(phase, timeouts[phase]));
  });

  return {
    signal: controller.signal,
    connected() {
      if (phase !== 'connect') return;
      phase = 'firstContent';
      since = clock.now();
    },
    event(content) {
      if (content) phase = 'idle';
      readersTurn = true;
    },
    processed() {
      readersTurn = false;
      if (phase === 'idle') since = clock.now();
    },
    stop(readToEnd) {
      unwatch();
      above.removeEventListener('abort', follow);
      if (!readToEnd) controller.abort(new SluiceError('client_closed', 'The request is over.'));
    },
  };
}

function tooLate(phase: Phase, limit: number): SluiceError {
  const seconds = `${limit / 1000} s`;
  switch (phase) {
    case 'connect':
      return new SluiceError('connect_timeout', `The gateway could not connect to the provider within ${seconds}.`);
    case 'firstContent':
      return new SluiceError('upstream_timeout', `The provider sent no content within ${seconds}.`);
    case 'idle':
      return new SluiceError(
        'upstream_stalled',
        `The provider stopped sending in the middle of the response and was silent for ${seconds}.`,
      );
  }
}
