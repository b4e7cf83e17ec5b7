import type { Encoder } from '../dialects/dialect.ts';
import { type SluiceError, toSluiceError } from '../stream/errors.ts';
import type { StreamEvent } from '../stream/events.ts';
import type { Clock } from '../time/clock.ts';
import type { Frame, WriteFrame } from '../wire/frame.ts';

/** Where the bytes of one answer go: a socket, a Lambda response stream, a ReadableStream. */
export interface Sink {
  /** Takes one piece; the promise, if any, resolves when the reader can take more. */
  write(piece: string | Uint8Array): Promise<void> | undefined;
  end(): void;
}

/** What has gone out of one answer so far. Times are milliseconds of the clock. */
export interface Written {
  /** When the first byte, and with it the status, went out. */
  firstAt?: number;
  bytes: number;
  /** Frames, heartbeats among them. */
  frames: number;
  heartbeats: number;
  /** The longest time between two events of the answer. */
  longestGapMs: number;
}

/** Nothing yet. */
export function nothingWritten(): Written {
  return { bytes: 0, frames: 0, heartbeats: 0, longestGapMs: 0 };
}

export interface Delivery {
  /** Events that cannot fail: `error` instead of a throw. */
  readonly events: AsyncGenerator<StreamEvent>;
  /** The first of them, which has been asked for already. */
  readonly first: Promise<IteratorResult<StreamEvent>>;
  readonly encoder: Encoder;
  readonly write: WriteFrame;
  /** The status had to be sent before the answer was known: the encoder opens the stream by itself. */
  readonly opened: boolean;
  readonly clock: Clock;
  /** How long a silence may last before something is said in it, in milliseconds. */
  readonly heartbeatMs: number;
  /** Kept up to date as the answer goes out. */
  readonly written: Written;
}

/** Whole events up to this size go out in one write. */
const maxPieceBytes = 16 * 1024;

/**
 * Writes one answer to its reader, the last thing that happens to it: nothing after this changes bytes. All events
 * that one read of the provider brought go out in one write, never part of one. Waits while the reader is slow, and
 * so holds the provider back. Says something in a long silence. Ends the sink whatever happens. A failure of our own is
 * written as an error, in the encoder's form, and is what this resolves with.
 */
export async function deliver(delivery: Delivery, sink: Sink): Promise<SluiceError | undefined> {
  const { first, events, encoder, clock, written } = delivery;
  const writer = new Writer(sink, delivery);
  let lastEvent = clock.now();
  let lastWord = lastEvent;
  const unwatch = clock.watch((now) => {
    if (now - lastWord < delivery.heartbeatMs || writer.blocked) return;
    lastWord = now;
    written.heartbeats++;
    writer.add(heartbeat(encoder));
  });
  try {
    if (delivery.opened) writer.add(encoder.open());
    for (let next = await first; !next.done; next = await events.next()) {
      lastWord = clock.now();
      written.longestGapMs = Math.max(written.longestGapMs, lastWord - lastEvent);
      writer.add(encoder.write(next.value));
      if (writer.blocked) await writer.blocked;
      lastEvent = clock.now();
    }
    return undefined;
  } catch (thrown) {
    const error = toSluiceError(thrown);
    writer.add(lastWords(encoder, { type: 'error', error }));
    return error;
  } finally {
    unwatch();
    writer.flush();
    sink.end();
    await events.return(undefined);
  }
}

/** What fills a silence; nothing where the encoder fails at it, since the answer itself may still be well. */
function heartbeat(encoder: Encoder): Iterable<Frame> {
  try {
    return [...encoder.heartbeat()];
  } catch {
    return [];
  }
}

/** The error frames, or nothing when it is the encoder itself that is broken: then the stream ends without a finish. */
function lastWords(encoder: Encoder, event: StreamEvent): Iterable<Frame> {
  try {
    return [...encoder.write(event)];
  } catch {
    return [];
  }
}

/** Gathers the pieces of one turn of the event loop and writes them together. */
class Writer {
  /** Set while the reader is slow; resolves when it can take more. */
  blocked: Promise<void> | undefined;
  readonly #sink: Sink;
  readonly #write: WriteFrame;
  readonly #clock: Clock;
  readonly #written: Written;
  #text = '';
  #bytes: Uint8Array[] = [];
  #size = 0;
  #scheduled: NodeJS.Immediate | undefined;

  constructor(sink: Sink, { write, clock, written }: Pick<Delivery, 'write' | 'clock' | 'written'>) {
    this.#sink = sink;
    this.#write = write;
    this.#clock = clock;
    this.#written = written;
  }

  add(frames: Iterable<Frame>): void {
    for (const frame of frames) {
      const piece = this.#write(frame);
      if (this.#size > 0 && this.#size + piece.length > maxPieceBytes) this.flush();
      this.#size += piece.length;
      this.#written.frames++;
      if (typeof piece === 'string') this.#text += piece;
      else this.#bytes.push(piece);
    }
    if (this.#size > 0) this.#scheduled ??= setImmediate(() => this.flush());
  }

  flush(): void {
    if (this.#scheduled) clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
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
