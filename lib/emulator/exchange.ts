import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpRequest, HttpResponse } from './front-door.ts';
import type { EmulatedCall } from './log.ts';

/** A request larger than this is refused, as Anthropic does. */
const maxBodyBytes = 32 << 20;

/** What both kinds of response can do. */
interface Output {
  writeHead(status: number, headers: Record<string, string>): unknown;
  /** HTTP/2 has none: there the head goes out with `writeHead`. */
  flushHeaders?(): void;
  write(bytes: string | Uint8Array): boolean;
  end(bytes?: string | Uint8Array): unknown;
  once(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/**
 * One request and its answer, whichever HTTP it came by. Whatever waits here throws as soon as the client has left;
 * `gone` tells that from other failures.
 */
export class Exchange {
  readonly call: EmulatedCall;
  readonly #request: HttpRequest;
  readonly #output: Output;
  readonly #left = new AbortController();
  #opened = false;
  #over = false;

  constructor(request: HttpRequest, response: HttpResponse, call: EmulatedCall) {
    this.call = call;
    this.#request = request;
    this.#output = response;
    response.once('close', () => {
      call.endedAt ??= Date.now();
      call.closedByClient = !this.#over;
      this.#left.abort();
    });
  }

  get gone(): boolean {
    return this.#left.signal.aborted;
  }

  /** Has the head of the answer gone out? */
  get opened(): boolean {
    return this.#opened;
  }

  /** The request's body, or `undefined` when it is too large. */
  async body(): Promise<Buffer | undefined> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.#request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= maxBodyBytes) chunks.push(chunk);
    }
    return length <= maxBodyBytes ? Buffer.concat(chunks) : undefined;
  }

  /** A whole answer. */
  answer(status: number, headers: Record<string, string>, body: string | Uint8Array): void {
    this.#opened = true;
    this.#output.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
    this.#finish(body);
  }

  /** The head of an answer whose end is not known; it goes out at once. */
  open(status: number, headers: Record<string, string>): void {
    this.#opened = true;
    this.#output.writeHead(status, headers);
    this.#output.flushHeaders?.();
  }

  /** One write; resolves when the connection can take more. */
  async write(bytes: string | Uint8Array): Promise<void> {
    this.#left.signal.throwIfAborted();
    if (!this.#output.write(bytes)) await this.#waitForDrain();
  }

  /** The end of an answer that is as it should be. */
  finish(): void {
    this.#finish();
  }

  /** A clean end of the bytes in the middle of an answer. */
  breakOff(): void {
    this.#end();
    this.#output.end();
  }

  /** Breaks the connection, when what was written has gone out. */
  cut(): void {
    this.#end();
    const request = this.#request;
    if (!('stream' in request)) {
      request.socket.destroySoon();
      return;
    }
    // HTTP/2 writes later than it is told to; when a ping is answered, what was said before it has arrived.
    const { session } = request.stream;
    session?.ping(() => session.destroyed || session.socket.destroySoon());
  }

  async wait(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await sleep(milliseconds, undefined, { signal: this.#left.signal });
  }

  /** Says nothing until the client leaves. */
  async silence(): Promise<void> {
    if (!this.gone) await new Promise<void>((resolve) => this.#left.signal.addEventListener('abort', () => resolve()));
  }

  #finish(body?: string | Uint8Array): void {
    this.#end();
    this.call.finished = true;
    this.#output.end(body);
  }

  #end(): void {
    this.#over = true;
    this.call.endedAt = Date.now();
  }

  async #waitForDrain(): Promise<void> {
    const { signal } = this.#left;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#output.off('drain', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#output.once('drain', done);
      signal.addEventListener('abort', done);
    });
    signal.throwIfAborted();
  }
}
