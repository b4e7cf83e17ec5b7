import type { Sink } from '../gateway/deliver.ts';
import type { Clock } from '../time/clock.ts';

/** How long a reader may wait in silence, in milliseconds. Proxies close a connection that is silent for a minute. */
const silenceMs = 15_000;

export interface KeepAlive {
  /** Something was written just now. */
  wrote(): void;
  stop(): void;
}

/** Writes this comment whenever nothing else was written for a while, until it is stopped. */
export function keepAlive(sink: Sink, comment: string, clock: Clock): KeepAlive {
  let wroteAt = clock.now();
  const stop = clock.watch((now) => {
    if (now - wroteAt < silenceMs) return;
    wroteAt = now;
    void sink.write(comment);
  });
  const wrote = () => {
    wroteAt = clock.now();
  };
  return { wrote, stop };
}
