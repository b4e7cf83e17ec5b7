import type { Clock } from '../time/clock.ts';
import { sleep } from '../time/sleep.ts';
import type { Batch } from './batch.ts';
import { closeLost } from './close-lost.ts';
import { isDead } from './lease.ts';
import { recordReader } from './records.ts';
import type { StreamAddress, StreamLog } from './stream-log.ts';

export interface TailSettings {
  readonly log: StreamLog;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Ends the reading when it aborts. */
  readonly signal: AbortSignal;
  /** Called when this reader has closed the stream of a producer that died. */
  readonly onLost?: () => void;
}

/** How long a reader that has everything waits before it looks again, in milliseconds: from the first pause to the longest. */
const pauseMs = { first: 100, longest: 500 };
/** How often it looks at the head, in milliseconds. */
const headEveryMs = 1_000;
/** How often a reader announces itself, and how long that is valid, in milliseconds. */
const markEveryMs = 8_000;
const markForMs = 10_000;
/** Records that are read at once: at their largest they are less than one answer of DynamoDB may hold. */
const recordsAtOnce = 12;

/**
 * The batches of a stream from its beginning: first what is stored, then what is stored meanwhile. Ends after the batch
 * that has an `end`. A reader that finds the producer's lease expired closes the stream itself, so that no stream stays
 * open forever. Ends without such a batch where the stream has expired or was erased, or where the store has lost a record
 * of it. Rejects where the store can't be reached, or with the signal's reason.
 */
export async function* tail(address: StreamAddress, settings: TailSettings): AsyncGenerator<Batch> {
  const { log, clock, now, signal } = settings;
  const batchOf = recordReader();
  const isTimeToLook = every(headEveryMs, clock);
  const isTimeToMark = every(markEveryMs, clock);
  let position = 0;
  let pause = pauseMs.first;
  let mayBeBehind = true;
  let ended = false;
  for (;;) {
    // One record is read consistently. Several may lack the last.
    const most = mayBeBehind && !ended ? recordsAtOnce : 1;
    const records = await log.read(address, position, most);
    position += records.length;
    for (const batch of records.map(batchOf)) {
      if (!batch) continue;
      yield batch;
      if (batch.end) return;
    }
    if (ended && records.length === 0) return;
    if (ended || (most > 1 && records.length === most)) continue;

    mayBeBehind = isTimeToLook();
    if (mayBeBehind) {
      const head = await log.head(address.id, now());
      if (head?.generation !== address.generation) return;
      if (head.state !== 'open') ended = true;
      else if (isDead(head, now()) && (await closeLost(head, settings))) settings.onLost?.();
    }
    // Without the mark the reader only waits longer.
    if (isTimeToMark()) await log.markTailed(address, now() + markForMs).catch(() => {});
    pause = records.length > 0 ? pauseMs.first : Math.min(pause * 1.5, pauseMs.longest);
    if (!ended) await sleep(clock, pause, signal);
  }
}

/** Is it time again? At once the first time. */
function every(milliseconds: number, clock: Clock): () => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock.now();
    if (now - last < milliseconds) return false;
    last = now;
    return true;
  };
}
