import type { Sink } from '../gateway/deliver.ts';
import { type FailureEvents, numberedFrom } from './failure-events.ts';
import type { Pump } from './pump.ts';
import type { StreamAddress } from './stream-log.ts';
import { type TailSettings, tail } from './tail.ts';
import { writeEvents } from './write-events.ts';

export interface FollowSettings extends TailSettings {
  readonly address: StreamAddress;
  readonly failures: FailureEvents;
  /** Each event has an `id:` line with its number. */
  readonly withIds: boolean;
}

/**
 * Writes the events of a pump for the client whose request it is: from memory, or from the log where the client is so
 * slow that memory has lost them. Ends the sink when the client has all, or is gone. Never rejects.
 */
export async function follow({ window }: Pump, sink: Sink, settings: FollowSettings): Promise<void> {
  const { failures, withIds } = settings;
  let next = 0;
  for (;;) {
    const events = window.readable(next);
    if (!events) {
      const missing = await writeStored(next, () => window.first, sink, settings);
      if (missing === undefined) {
        writeEvents(sink, next, numberedFrom(next, failures.streams_unavailable), withIds);
        break;
      }
      next = missing;
    } else if (events.length > 0) {
      const waiting = writeEvents(sink, next, events, withIds);
      next += events.length;
      window.readTo(next);
      if (waiting) await waiting;
    } else {
      const comment = window.takeComment();
      if (comment) await sink.write(comment);
      else if (window.isOver || !window.isFollowed) break;
      else await window.changed();
    }
  }
  sink.end();
}

/** Writes stored events from this number on, up to where memory begins. The next number, or `undefined` where they can't be read. */
async function writeStored(from: number, upTo: () => number, sink: Sink, settings: FollowSettings): Promise<number | undefined> {
  let next = from;
  try {
    for await (const { first, events } of tail(settings.address, settings)) {
      const fresh = events.slice(Math.max(0, next - first));
      await writeEvents(sink, next, fresh, settings.withIds);
      next += fresh.length;
      if (next >= upTo()) return next;
    }
  } catch {}
  return undefined;
}
