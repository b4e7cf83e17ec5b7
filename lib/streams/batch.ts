import type { StreamState } from './stream-log.ts';

/** Events of one stream that are stored together. */
export interface Batch {
  /** The number of the first event. */
  readonly first: number;
  /** The exact bytes of each event on the wire. */
  readonly events: readonly Uint8Array[];
  /** The first batch knows how the answer begins. */
  readonly opening?: Opening;
  /** The last batch says how the stream ended. */
  readonly end?: Exclude<StreamState, 'open'>;
}

/** How the answer to the original request begins, and how it ends if its producer dies. */
export interface Opening {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the answer is a stream of events, or one body. */
  readonly streamed: boolean;
  /** The events that tell the client that the producer was lost, in its dialect. Each character is a byte. */
  readonly lost: readonly string[];
}
