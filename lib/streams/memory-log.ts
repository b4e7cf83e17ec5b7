import { claimable, type StreamAddress, type StreamHead, type StreamLog } from './stream-log.ts';

interface Stored {
  head: StreamHead;
  readonly records: { readonly owner: string; readonly record: Uint8Array }[];
  bytes: number;
}

/** About what an entry takes beside its records. */
const headBytes = 512;

/**
 * Streams in the memory of one process. They go with it, and the oldest go when there are more than `maxBytes` of them.
 * A stream that is removed while it is open refuses its next record, as a store that can't be reached does.
 */
export function memoryLog({ maxBytes = 64 << 20 }: { readonly maxBytes?: number } = {}): StreamLog {
  /** In the order in which they were claimed. */
  const streams = new Map<string, Stored>();
  let bytes = 0;

  function remove(id: string): void {
    bytes -= streams.get(id)?.bytes ?? 0;
    streams.delete(id);
  }

  function makeRoom(now: number): void {
    for (const [id, { head }] of streams) {
      if (head.expiresAt <= now || bytes > maxBytes) remove(id);
    }
  }

  const at = ({ id, generation }: StreamAddress): Stored | undefined => {
    const found = streams.get(id);
    return found?.head.generation === generation ? found : undefined;
  };
  const owned = (head: StreamHead): Stored | undefined => {
    const found = at(head);
    return found?.head.owner === head.owner ? found : undefined;
  };
  const change = (stored: Stored, members: Partial<StreamHead>): StreamHead => {
    stored.head = { ...stored.head, ...members };
    return stored.head;
  };

  return {
    async claim(stream, now) {
      const found = streams.get(stream.id);
      if (found && found.head.expiresAt > now && !claimable.includes(found.head.state)) return found.head;
      remove(stream.id);
      makeRoom(now);
      const head: StreamHead = { ...stream, state: 'open', cancelRequested: false, tailedUntil: 0 };
      streams.set(stream.id, { head, records: [], bytes: headBytes });
      bytes += headBytes;
      return head;
    },

    async head(id, now) {
      const head = streams.get(id)?.head;
      return head && head.expiresAt > now ? head : undefined;
    },

    async append(head, position, record) {
      const stored = at(head);
      if (!stored) throw new Error('The stream was removed from memory to make room for others.');
      const standing = stored.records[position];
      if (standing) return standing.owner === head.owner;
      if (position !== stored.records.length) throw new RangeError(`The record before ${position} has not been written.`);
      stored.records.push({ owner: head.owner, record });
      stored.bytes += record.length;
      bytes += record.length;
      if (bytes > maxBytes) makeRoom(0);
      return true;
    },

    async read(address, position, most) {
      const records = at(address)?.records ?? [];
      return records.slice(position, position + most).map(({ record }) => record);
    },

    async renew(head, leaseUntil) {
      const stored = owned(head);
      return stored?.head.state === 'open' ? change(stored, { leaseUntil }) : undefined;
    },

    async takeOver(head, owner, leaseUntil) {
      const stored = owned(head);
      if (stored?.head.state !== 'open' || stored.head.leaseUntil !== head.leaseUntil) return undefined;
      return change(stored, { owner, leaseUntil });
    },

    async close(head, state) {
      const stored = owned(head);
      if (stored) change(stored, { state });
      return stored !== undefined;
    },

    async requestCancel(address) {
      const stored = at(address);
      if (stored?.head.state === 'open') change(stored, { cancelRequested: true });
    },

    async markTailed(address, until) {
      const stored = at(address);
      if (stored?.head.state === 'open') change(stored, { tailedUntil: until });
    },

    async erase(address) {
      if (at(address)) remove(address.id);
    },
  };
}
