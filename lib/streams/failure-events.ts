import type { ClientDialect, EncodeOptions } from '../dialects/dialect.ts';
import { SluiceError } from '../stream/errors.ts';

/** How a stream may fail when its encoder can't be reached any more. */
export const failures = {
  producer_lost: 'The process that produced this answer has died. Send the request again.',
  streams_unavailable: 'The stored stream can no longer be read here. Read it again from the last position.',
} as const;

export type Failure = keyof typeof failures;

/** For each failure the events that tell the client, one character a byte. */
export type FailureEvents = Readonly<Record<Failure, readonly string[]>>;

export function failureError(failure: Failure, cause?: unknown): SluiceError {
  return new SluiceError(failure, failures[failure], { cause });
}

/**
 * The failures in the client's dialect. They are stored when a stream begins, so that a reader can end it in an error
 * without knowing who wrote it.
 */
export function failureEvents(client: ClientDialect, options: EncodeOptions): FailureEvents {
  const eventsOf = (failure: Failure) => {
    const encoder = client.encoder(options);
    // The stream has begun already.
    for (const _frame of encoder.open());
    const frames = [...encoder.write({ type: 'error', error: failureError(failure) })];
    return frames.map((frame) => Buffer.from(client.write(frame)).toString('latin1'));
  };
  return { producer_lost: eventsOf('producer_lost'), streams_unavailable: eventsOf('streams_unavailable') };
}

/** The bytes of these events, as the events from `first` on. Events of Responses carry their own number. */
export function numberedFrom(first: number, events: readonly string[]): Uint8Array[] {
  return events.map((event, index) =>
    Buffer.from(event.replace(/"sequence_number":\d+/, `"sequence_number":${first + index}`), 'latin1'),
  );
}
