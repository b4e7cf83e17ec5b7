import { randomUUID } from 'node:crypto';
import type { Batch, Opening } from './batch.ts';
import { numberedFrom } from './failure-events.ts';
import { isDead, leaseMs } from './lease.ts';
import { recordReader, recordsOf } from './records.ts';
import type { StreamHead, StreamLog } from './stream-log.ts';

const recordsAtOnce = 12;

/**
 * Closes a stream whose producer has died: its last events say so, in the client's dialect. Does nothing where another
 * reader is faster. Where the producer's own end was stored meanwhile, that end stands. Resolves to whether the end of the
 * stream was lost. Rejects where the store can't be reached.
 */
export async function closeLost(dead: StreamHead, { log, now }: { log: StreamLog; now: () => number }): Promise<boolean> {
  const head = await log.takeOver(dead, `closer-${randomUUID()}`, now() + leaseMs);
  if (!head) return false;
  const batchOf = recordReader();
  let position = 0;
  let opening: Opening | undefined;
  let last: Batch = { first: 0, events: [] };
  for (;;) {
    const records = await log.read(head, position, recordsAtOnce);
    position += records.length;
    for (const batch of records.map(batchOf)) {
      if (!batch) continue;
      opening ??= batch.opening;
      last = batch;
    }
    if (last.end) break;
    if (records.length > 0) continue;
    const first = last.first + last.events.length;
    const [record] = recordsOf({ first, events: numberedFrom(first, opening?.failures.producer_lost ?? []), end: 'lost' });
    // `false` means that a slow producer has written a record since. Read it first.
    if (record && (await log.append(head, position, record))) break;
  }
  await log.close(head, last.end ?? 'lost');
  return last.end === undefined;
}

export interface ReviewSettings {
  readonly log: StreamLog;
  readonly now: () => number;
  readonly onLost?: () => void;
}

/**
 * The current head of a stream. One whose producer has died is closed first, so that a client that only asks for its state
 * doesn't find it running forever. Rejects where the store can't be reached.
 */
export async function reviewed(head: StreamHead, { log, now, onLost }: ReviewSettings): Promise<StreamHead> {
  if (!isDead(head, now())) return head;
  if (await closeLost(head, { log, now })) onLost?.();
  return (await log.head(head.id, now())) ?? head;
}
