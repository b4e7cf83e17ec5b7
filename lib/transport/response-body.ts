import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { SluiceError } from '../stream/errors.ts';
import { after } from '../time/after.ts';

/** While nobody reads, at most this many bytes are taken from the stream before it is paused. */
const maxWaitingBytes = 64 * 1024;
/** How long to wait for the end of a body that nobody reads any more, in milliseconds. */
const endWithinMs = 20;

/**
 * The bytes of a response as they arrive. One item holds all bytes of one network read, however many HTTP chunks they
 * were in. Listens to `data` itself, because a stream's own iterator needs more turns of the event loop per read.
 *
 * Throws `upstream_cut` when the connection is lost, `upstream_protocol_error` for a corrupt or unknown compression, or
 * the signal's reason once it has aborted. A reader may stop at the stream's own terminal event, with only the end of
 * the body left. Then the connection is kept for the next request if the end comes at once, and closed otherwise.
 */
export class ResponseBody implements AsyncIterableIterator<Uint8Array> {
  readonly #response: IncomingMessage;
  readonly #signal: AbortSignal;
  #stream: Readable | undefined;
  #pieces: Uint8Array[] = [];
  #size = 0;
  #wake: (() => void) | undefined;
  #ended = false;
  #failure: unknown;

  constructor(response: IncomingMessage, signal: AbortSignal) {
    this.#response = response;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    this.#stream ??= this.#listen();
    while (this.#pieces.length === 0 && !this.#ended) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    if (this.#signal.aborted) throw this.#signal.reason;
    if (this.#pieces.length > 0) return { value: this.#take(), done: false };
    if (this.#failure) throw this.#failure;
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    closeAtEnd(this.#response);
    return { value: undefined, done: true };
  }

  #listen(): Readable {
    const stream = decoded(this.#response);
    const end = (failure?: unknown) => {
      this.#failure ??= failure;
      this.#ended = true;
      this.#wakeReader();
    };
    stream.on('data', (piece: Uint8Array) => {
      this.#pieces.push(piece);
      this.#size += piece.length;
      if (!this.#wake && this.#size >= maxWaitingBytes) stream.pause();
      this.#wakeReader();
    });
    stream.on('end', () => end());
    stream.on('error', (cause) => {
      this.#response.destroy();
      end(bodyError(cause));
    });
    stream.on('close', () => end(stream.readableEnded ? undefined : bodyError(stream.errored)));
    // The connection may have been lost before anybody listened.
    if (stream.destroyed) end(bodyError(stream.errored));
    return stream;
  }

  #wakeReader(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  #take(): Uint8Array {
    const [first = new Uint8Array(), ...more] = this.#pieces;
    const bytes = more.length === 0 ? first : Buffer.concat(this.#pieces, this.#size);
    this.#pieces = [];
    this.#size = 0;
    if (this.#stream?.isPaused()) this.#stream.resume();
    return bytes;
  }
}

/** Keeps the connection if the body ends now or in a moment. Closes it otherwise. */
function closeAtEnd(response: IncomingMessage): void {
  if (response.complete) {
    response.resume();
    return;
  }
  const close = () => response.destroy();
  const cancel = after(endWithinMs, close);
  response.on('data', close);
  response.on('close', cancel);
  response.resume();
}

function bodyError(cause: unknown): SluiceError {
  if (cause instanceof SluiceError) return cause;
  return isGarbled(cause)
    ? new SluiceError('upstream_protocol_error', 'The provider sent a compressed response that is corrupt.', { cause })
    : new SluiceError('upstream_cut', 'The provider closed the connection before the response was complete.', { cause });
}

/** True if the bytes are not valid in their compression. A body that ends too early is only cut. */
function isGarbled(error: unknown): boolean {
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException;
  return /^(Z_|ERR__)/.test(code) && code !== 'Z_BUF_ERROR';
}

const decompressors: Record<string, () => NodeJS.ReadWriteStream & Readable> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Sluice requests no compression, but some proxies compress anyway. */
function decoded(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return response;
  const decompress = Object.hasOwn(decompressors, encoding) ? decompressors[encoding] : undefined;
  if (!decompress) {
    response.destroy();
    throw new SluiceError('upstream_protocol_error', 'The provider used a compression that the gateway did not request.');
  }
  const decompressor = decompress();
  response.on('error', (error) => decompressor.destroy(error));
  return response.pipe(decompressor);
}
