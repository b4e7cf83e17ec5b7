import type { Encoder } from '../dialects/dialect.ts';
import { SluiceError, toSluiceError } from '../stream/errors.ts';
import type { StreamEvent } from '../stream/events.ts';
import type { Clock } from '../time/clock.ts';
import { timedOut } from '../time/timed-out.ts';
import type { Frame, WriteFrame } from '../wire/frame.ts';

/** The destination of an answer's bytes: a socket, a Lambda response stream, a ReadableStream. */
export interface Sink {
  /** Writes one piece. If it returns a promise, that resolves when the reader can accept more. */
  write(piece: string | Uint8Array): Promise<void> | undefined;
  end(): void;
  /** Closes the connection of a reader that stopped reading. Missing where the host does this itself. */
  destroy?(): void;
  /** Each event is to come in a write of its own. */
  readonly separateEvents?: true;
}

/** What has been sent of one answer. Times are milliseconds of the clock. */
export interface Written {
  /** When the first byte, and with it the status, was sent. */
  firstAt?: number;
  bytes: number;
  /** Frames, including heartbeats. */
  frames: number;
  heartbeats: number;
  /** The longest time between two events of the answer. */
  longestGapMs: number;
}

/** Nothing sent yet. */
export function nothingWritten(): Written {
  return { bytes: 0, frames: 0, heartbeats: 0, longestGapMs: 0 };
}

export interface Delivery {
  /** Events that can't fail. They contain `error` instead of throwing. */
  readonly events: AsyncGenerator<readonly StreamEvent[]>;
  /** The first batch, which was already requested. */
  readonly first: Promise<IteratorResult<readonly StreamEvent[]>>;
  readonly encoder: Encoder;
  readonly write: WriteFrame;
  /** The status had to be sent before the first event, so the encoder opens the stream itself. */
  readonly opened: boolean;
  readonly clock: Clock;
  /** How long the stream may be silent before a heartbeat, in milliseconds. */
  readonly heartbeatMs: number;
  /** When the time limit of the whole request passes. A reader that is blocked then has stopped reading. */
  readonly endsAt: number;
  /** Updated while the answer is sent. */
  readonly written: Written;
}

/** Whole events up to this size are sent in one write. */
const maxPieceBytes = 16 * 1024;

/**
 * Writes one answer to its reader. This is the last step, and nothing after it changes bytes. All events from one
 * read of the provider are sent in one write, never part of an event. Waits while the reader is slow, which slows the
 * provider down too. Sends heartbeats in a long silence. Always ends the sink. An internal failure is written as an
 * error in the encoder's format, and this function resolves with it.
 */
export async function deliver(delivery: Delivery, sink: Sink): Promise<SluiceError | undefined> {
  const { first, events, encoder, clock, written } = delivery;
  const writer = new Writer(sink, delivery);
  let lastEvent = clock.now();
  let lastSentAt = lastEvent;
  const unwatch = clock.watch((now) => {
    if (now - lastSentAt < delivery.heartbeatMs || writer.blocked) return;
    lastSentAt = now;
    written.heartbeats++;
    writer.add(heartbeat(encoder));
  });
  try {
    if (delivery.opened) writer.add(encoder.open());
    for (let next = await first; !next.done; next = await events.next()) {
      lastSentAt = clock.now();
      written.longestGapMs = Math.max(written.longestGapMs, lastSentAt - lastEvent);
      for (const event of next.value) writer.add(encoder.write(event));
      if (writer.blocked) await untilRead(writer.blocked, delivery, sink);
      lastEvent = clock.now();
    }
    return undefined;
  } catch (thrown) {
    const error = toSluiceError(thrown);
    writer.add(finalFrames(encoder, { type: 'error', error }));
    return error;
  } finally {
    unwatch();
    writer.flush();
    sink.end();
    await events.return(undefined);
  }
}

/** Waits for a slow reader. Closes its connection when the time limit passes, and throws `stream_deadline`. */
async function untilRead(blocked: Promise<void>, { clock, endsAt }: Delivery, sink: Sink): Promise<void> {
  if (!(await timedOut(blocked, Math.max(0, endsAt - clock.now()), clock))) return;
  sink.destroy?.();
  throw new SluiceError('stream_deadline', 'The client stopped reading before the time limit of the request.');
}

/** The heartbeat. Empty if the encoder fails, because the answer itself may still be fine. */
function heartbeat(encoder: Encoder): Iterable<Frame> {
  try {
    return [...encoder.heartbeat()];
  } catch {
    return [];
  }
}

/** The error frames. Empty if the encoder itself fails. Then the stream ends without a finish. */
function finalFrames(encoder: Encoder, event: StreamEvent): Iterable<Frame> {
  try {
    return [...encoder.write(event)];
  } catch {
    return [];
  }
}

/**
 * Collects the pieces of one network read and writes them together. `process.nextTick` runs once all promises have
 * settled that the read resolved, so it needs no turn of the event loop of its own.
 */
class Writer {
  /** Set while the reader is slow. Resolves when it can accept more. */
  blocked: Promise<void> | undefined;
  readonly #sink: Sink;
  readonly #write: WriteFrame;
  readonly #clock: Clock;
  readonly #written: Written;
  #text = '';
  #bytes: Uint8Array[] = [];
  #size = 0;
  #scheduled = false;

  constructor(sink: Sink, { write, clock, written }: Pick<Delivery, 'write' | 'clock' | 'written'>) {
    this.#sink = sink;
    this.#write = write;
    this.#clock = clock;
    this.#written = written;
  }

  add(frames: Iterable<Frame>): void {
    for (const frame of frames) {
      const piece = this.#write(frame);
      const isFull = this.#sink.separateEvents || this.#size + piece.length > maxPieceBytes;
      if (this.#size > 0 && isFull) this.flush();
      this.#size += piece.length;
      this.#written.frames++;
      if (typeof piece === 'string') this.#text += piece;
      else this.#bytes.push(piece);
    }
    if (this.#size === 0 || this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  flush(): void {
    if (this.#size === 0) return;
    const piece = this.#bytes.length > 0 ? Buffer.concat(this.#bytes) : this.#text;
    this.#text = '';
    this.#bytes = [];
    this.#size = 0;
    this.#written.firstAt ??= this.#clock.now();
    this.#written.bytes += Buffer.byteLength(piece);
    const wait = this.#sink.write(piece);
    if (!wait) return;
    const blocked = wait.finally(() => {
      if (this.blocked === blocked) this.blocked = undefined;
    });
    this.blocked = blocked;
  }
}
