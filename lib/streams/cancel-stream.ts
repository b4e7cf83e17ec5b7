import type { Clock } from '../time/clock.ts';
import { sleep } from '../time/sleep.ts';
import { reviewed } from './close-lost.ts';
import { reach } from './durable-streams.ts';
import type { StreamHead, StreamLog, StreamState } from './stream-log.ts';

export interface CancelSettings {
  readonly log: StreamLog;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onLost?: () => void;
  /** Nothing of the stream is to be kept. */
  readonly purge: boolean;
}

/** How long a producer may take to end its stream before everything of it is erased, and how often that is looked at. */
const endMs = 5_000;
const lookMs = 200;

/**
 * Asks the producer of a stream to stop, which it does within a second. Returns how the stream stands: `cancelling`, or
 * how it has ended already. With `purge`, waits for that end and erases the stream. Throws `streams_unavailable`.
 */
export async function cancelStream(
  found: StreamHead,
  settings: CancelSettings,
): Promise<Exclude<StreamState, 'open'> | 'cancelling' | 'deleted'> {
  const { log, purge } = settings;
  const head = await reach(() => reviewed(found, settings));
  if (head.state === 'open') await reach(() => log.requestCancel(head));
  if (!purge) return head.state === 'open' ? 'cancelling' : head.state;
  await reach(() => ended(head, settings));
  await reach(() => log.erase(head));
  return 'deleted';
}

/** Resolves when the stream has ended, or its producer doesn't seem to hear. */
async function ended(head: StreamHead, { log, clock, now }: CancelSettings): Promise<void> {
  const startedAt = clock.now();
  while (clock.now() - startedAt < endMs) {
    const found = await log.head(head.id, now());
    if (found?.generation !== head.generation || found.state !== 'open') return;
    await sleep(clock, lookMs, new AbortController().signal);
  }
}
