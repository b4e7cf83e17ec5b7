import { reviewed } from './close-lost.ts';
import { recordReader } from './records.ts';
import type { StreamHead, StreamLog } from './stream-log.ts';

const recordsAtOnce = 12;

/** Whose stream is looked for, and of which request. */
export type LostRequest = Pick<StreamHead, 'id' | 'keyId' | 'digest'>;

/**
 * The events that the producer of this stream stored before it died, if it was a streamed answer to the same request.
 * Closes the stream if nobody has yet. Rejects where the store can't be reached.
 */
export async function lostEvents(
  { id, keyId, digest }: LostRequest,
  settings: { readonly log: StreamLog; readonly now: () => number },
): Promise<readonly Uint8Array[] | undefined> {
  const { log, now } = settings;
  const found = await log.head(id, now());
  if (found?.keyId !== keyId || found.digest !== digest) return undefined;
  const head = await reviewed(found, settings);
  return head.state === 'lost' ? storedEvents(head, log) : undefined;
}

async function storedEvents(head: StreamHead, log: StreamLog): Promise<readonly Uint8Array[] | undefined> {
  const batchOf = recordReader();
  const events: Uint8Array[] = [];
  let isStreamed = false;
  for (let position = 0; ; ) {
    const records = await log.read(head, position, recordsAtOnce);
    if (records.length === 0) return isStreamed ? events : undefined;
    position += records.length;
    for (const batch of records.map(batchOf)) {
      isStreamed ||= batch?.opening?.streamed === true;
      // The last batch holds the error of the reader that closed the stream.
      if (batch && !batch.end) events.push(...batch.events);
    }
  }
}
