import type { Frame } from '../wire/frame.ts';
import type { Reconnected } from './accumulator.ts';
import type { AnswerRequest } from './answer-request.ts';
import { cutFailure, reconnect } from './reconnect.ts';
import { bytesOf, ConnectionLost } from './response-body.ts';
import type { Failure, StreamError } from './stream-error.ts';

/** Larger than any event. The gateway rejects larger ones from its providers. */
const maxFrameBytes = 32 << 20;

export interface FrameSource {
  readonly body: ReadableStream<Uint8Array>;
  /** The id of a durable stream, which can be read on after the connection was lost. */
  readonly streamId: string | undefined;
  /** The server has sent its last event. */
  readonly isLast: () => boolean;
  readonly fail: (failure: Failure) => StreamError;
}

/**
 * The frames of one answer, over as many connections as it takes, each frame once. Reads until the consumer leaves,
 * because only the consumer knows the last frame. Throws what `fail` makes of it if the bytes end earlier, and another Error
 * for bytes that are no frames.
 */
export async function* readFrames(
  request: AnswerRequest,
  { body: first, streamId, isLast, fail }: FrameSource,
): AsyncGenerator<Frame | Reconnected> {
  let body = first;
  // Frames are counted like the server counts events.
  let events = 0;
  let attempts = 0;
  for (;;) {
    let cause: unknown;
    try {
      for await (const frame of request.dialect.wire.read(bytesOf(body, isLast), maxFrameBytes)) {
        events++;
        attempts = 0;
        yield frame;
      }
    } catch (thrown) {
      if (!(thrown instanceof ConnectionLost)) throw thrown;
      cause = thrown.cause;
    }
    if (!request.resume || streamId === undefined || request.signal.aborted) throw fail(cutFailure(cause));
    ({ body, attempts } = await reconnect(request, { streamId, events, attempts, cause, fail }));
    yield { type: 'reconnected', attempts };
  }
}
