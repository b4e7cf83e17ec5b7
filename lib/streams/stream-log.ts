/** One life of an id. An id that has expired or failed can be claimed again, and then has another generation. */
export interface StreamAddress {
  readonly id: string;
  readonly generation: string;
}

/**
 * How a stream stands. `refused`: it failed before anything was delivered. `lost`: its producer died. Both may be claimed
 * again at once, because nothing of them has to be kept.
 */
export type StreamState = 'open' | 'finished' | 'failed' | 'cancelled' | 'refused' | 'lost';

/** The metadata of a stream, without its records. Times are milliseconds since 1970. */
export interface StreamHead extends StreamAddress {
  /** The key that created it. No other key may read or cancel it. */
  readonly keyId: string;
  /** Of the request. The same id with another digest is another request. */
  readonly digest: string;
  /** Signs the links under which this stream can be read without a key. Empty if it has none. */
  readonly linkSecret: string;
  /** The producer that may append. */
  readonly owner: string;
  /** When the producer counts as dead, unless it renews its lease. */
  readonly leaseUntil: number;
  readonly state: StreamState;
  readonly cancelRequested: boolean;
  /** Until when a reader follows the stream, so records are stored sooner. */
  readonly tailedUntil: number;
  /** From when on the stream counts as unknown, whether or not the store has removed it yet. */
  readonly expiresAt: number;
}

/** A head as its producer claims it. */
export type NewStream = Omit<StreamHead, 'state' | 'cancelRequested' | 'tailedUntil'>;

/** States from which an id may be claimed again. */
export const claimable: readonly StreamState[] = ['refused', 'lost'];

/** The largest record that `append` takes, in bytes: half of what DynamoDB takes for an item. */
export const maxRecordBytes = 192 * 1024;

/**
 * Where durable streams are kept: one head for each id, and records that are numbered from 0 and written once.
 *
 * A store knows nothing of frames, dialects or time. Each call is one atomic step, and every promise that streams make
 * follows from three conditions: an id has one live generation, a position is written once, and only the owner changes
 * a head. Calls reject where the store can't be reached. A call that was made twice has the effect of one.
 */
export interface StreamLog {
  /**
   * Creates the stream, unless its id is taken by one that has not expired by `now` and can't be claimed again. Returns
   * the head that stands: the claim succeeded where its owner is the caller's.
   */
  claim(stream: NewStream, now: number): Promise<StreamHead>;
  /** The head of this id. `undefined` if it is unknown or has expired by `now`. */
  head(id: string, now: number): Promise<StreamHead | undefined>;
  /**
   * Writes the record at this position. `false` where another owner has written it: the caller has been fenced off and
   * must stop. Takes at most `maxRecordBytes`.
   */
  append(head: StreamHead, position: number, record: Uint8Array): Promise<boolean>;
  /** At most `most` records from this position on, without a gap. None where there are none yet. */
  read(address: StreamAddress, position: number, most: number): Promise<Uint8Array[]>;
  /** Extends the lease of the owner. `undefined` if it is no longer the owner, or the stream is no longer open. */
  renew(head: StreamHead, leaseUntil: number): Promise<StreamHead | undefined>;
  /**
   * Makes `owner` the owner of an open stream whose lease has not changed since `head` was read. Of any number of
   * callers one succeeds; the others get `undefined`.
   */
  takeOver(head: StreamHead, owner: string, leaseUntil: number): Promise<StreamHead | undefined>;
  /** Ends the stream. `false` if the caller is no longer the owner. */
  close(head: StreamHead, state: Exclude<StreamState, 'open'>): Promise<boolean>;
  /** Tells the producer of an open stream to stop. It reads that from its head. */
  requestCancel(address: StreamAddress): Promise<void>;
  /** Notifies the producer of an open stream that a reader follows it until then. */
  markTailed(address: StreamAddress, until: number): Promise<void>;
  /** Removes the records and the head. */
  erase(address: StreamAddress): Promise<void>;
}
