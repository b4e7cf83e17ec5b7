import { SluiceError } from '../stream/errors.ts';
import type { Clock } from '../time/clock.ts';

/**
 * A signal that aborts with `stream_deadline` after `limitMs`, or when the parent signal aborts. `stop` stops the
 * timer.
 */
export function startTotal(clock: Clock, limitMs: number, above: AbortSignal): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const start = clock.now();
  const follow = () => controller.abort(above.reason);
  if (above.aborted) follow();
  else above.addEventListener('abort', follow, { once: true });
  const unwatch = clock.watch((now) => {
    if (now - start < limitMs) return;
    controller.abort(
      new SluiceError('stream_deadline', `The response was not complete within ${limitMs / 1000} s, the limit of this gateway.`),
    );
  });
  return {
    signal: controller.signal,
    stop() {
      unwatch();
      above.removeEventListener('abort', follow);
    },
  };
}
