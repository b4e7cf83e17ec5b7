import type { FailureEvents } from './failure-events.ts';
import type { ResponseInput } from './response-input.ts';
import type { StreamState } from './stream-log.ts';

/** Events of one stream that are stored together. */
export interface Batch {
  /** The number of the first event. */
  readonly first: number;
  /** The exact bytes of each event on the wire. */
  readonly events: readonly Uint8Array[];
  /** The first batch knows how the answer begins. */
  readonly opening?: Opening;
  /** The last batch has the outcome of the stream. */
  readonly end?: Exclude<StreamState, 'open'>;
}

/** How the answer to the original request begins. */
export interface Opening {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the answer is a stream of events, or one body. */
  readonly streamed: boolean;
  /** The request of a response, if the response can be retrieved later. */
  readonly input?: ResponseInput;
  /** Keeps the connection of a reader alive that waits for the next event, where no event does that. */
  readonly comment?: string;
  /** How a reader ends a stream that has no end, in the client's dialect. */
  readonly failures: FailureEvents;
}
