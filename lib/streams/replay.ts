import type { Sink } from '../gateway/deliver.ts';
import type { Batch, Opening } from './batch.ts';
import { streamNotFound } from './durable-streams.ts';
import { failureError, numberedFrom } from './failure-events.ts';
import { keepAlive } from './keep-alive.ts';
import type { StreamAddress } from './stream-log.ts';
import { type TailSettings, tail } from './tail.ts';
import { canHaveIds, writeEvents } from './write-events.ts';

export interface ReplaySettings extends TailSettings {
  /** Only events with a higher number are wanted. */
  readonly after?: number;
  /** Each event has an `id:` line with its number, where the wire has a place for it. */
  readonly withIds: boolean;
  /** Called when the store fails while the rest of a stream is read. */
  readonly onFailure: (cause: unknown) => void;
}

/** The stored part of an answer, from a position on. */
export interface Replay {
  readonly opening: Opening;
  /** The body of an answer that isn't a stream. */
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Writes the events of a stream, those to come included, and ends the sink. Never rejects. */
  write(sink: Sink): Promise<void>;
}

/**
 * Reads a stored answer. Resolves when there is something to read, to `undefined` where nothing follows the position.
 * Throws `producer_lost` if the answer never began, `stream_not_found` if it is gone, and whatever the store throws.
 */
export async function replay(address: StreamAddress, settings: ReplaySettings): Promise<Replay | undefined> {
  const batches = tail(address, settings);
  const next = (settings.after ?? -1) + 1;
  let opening: Opening | undefined;
  for (;;) {
    const { value: batch, done } = await batches.next();
    if (done) throw streamNotFound();
    opening ??= batch.opening;
    const fresh = freshEvents(batch, next);
    if (!opening && batch.end) throw failureError('producer_lost');
    if (opening && fresh.length > 0) {
      const write = (sink: Sink) =>
        writeAll({ ...batch, first: next, events: fresh }, batches, opening as Opening, settings, sink);
      return { opening, ...(!opening.streamed && { body: Uint8Array.from(Buffer.concat(fresh)) }), write };
    }
    if (batch.end) return undefined;
  }
}

async function writeAll(
  begun: Batch,
  rest: AsyncIterable<Batch>,
  { headers, failures, comment }: Opening,
  settings: ReplaySettings,
  sink: Sink,
): Promise<void> {
  const withIds = settings.withIds && canHaveIds(headers);
  let next = begun.first;
  let hasEnd = false;
  const alive = comment === undefined ? undefined : keepAlive(sink, comment, settings.clock);
  const writeBatch = async (batch: Batch) => {
    alive?.wrote();
    const fresh = freshEvents(batch, next);
    const waiting = writeEvents(sink, next, fresh, withIds);
    next += fresh.length;
    hasEnd = batch.end !== undefined;
    if (waiting) await waiting;
  };
  try {
    await writeBatch(begun);
    if (!hasEnd) for await (const batch of rest) await writeBatch(batch);
  } catch (cause) {
    // The store can't be reached, or the host stops: the client hears that this isn't the end.
    if (!settings.signal.aborted) settings.onFailure(cause);
  } finally {
    alive?.stop();
  }
  if (!hasEnd) writeEvents(sink, next, numberedFrom(next, failures.streams_unavailable), withIds);
  sink.end();
}

function freshEvents({ first, events }: Batch, next: number): readonly Uint8Array[] {
  return events.slice(Math.max(0, next - first));
}
