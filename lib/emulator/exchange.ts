import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpRequest, HttpResponse } from './front-door.ts';
import type { EmulatedCall } from './log.ts';

/** A larger request is rejected, as Anthropic does. */
const maxBodyBytes = 32 << 20;

/** The common part of both response types. */
interface Output {
  writeHead(status: number, headers: Record<string, string>): unknown;
  /** HTTP/2 doesn't have it. There `writeHead` sends the head. */
  flushHeaders?(): void;
  write(bytes: string | Uint8Array): boolean;
  end(bytes?: string | Uint8Array): unknown;
  once(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/**
 * One request and its response, over either HTTP version. Every waiting call throws as soon as the client
 * disconnects. `gone` distinguishes that from other failures.
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

  /** True once the head of the response has been sent. */
  get opened(): boolean {
    return this.#opened;
  }

  /** The request body, or `undefined` if it is too large. */
  async body(): Promise<Buffer | undefined> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.#request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= maxBodyBytes) chunks.push(chunk);
    }
    return length <= maxBodyBytes ? Buffer.concat(chunks) : undefined;
  }

  /** Sends a whole response. */
  answer(status: number, headers: Record<string, string>, body: string | Uint8Array): void {
    this.#opened = true;
    this.#output.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
    this.#finish(body);
  }

  /** Sends the head of a streamed response immediately. */
  open(status: number, headers: Record<string, string>): void {
    this.#opened = true;
    this.#output.writeHead(status, headers);
    this.#output.flushHeaders?.();
  }

  /** One write. Resolves when the connection can accept more. */
  async write(bytes: string | Uint8Array): Promise<void> {
    this.#left.signal.throwIfAborted();
    if (!this.#output.write(bytes)) await this.#waitForDrain();
  }

  /** Ends a response normally. */
  finish(): void {
    this.#finish();
  }

  /** Ends the bytes cleanly in the middle of a response. */
  breakOff(): void {
    this.#end();
    this.#output.end();
  }

  /** Breaks the connection after everything written has been sent. */
  cut(): void {
    this.#end();
    const request = this.#request;
    if (!('stream' in request)) {
      request.socket.destroySoon();
      return;
    }
    // HTTP/2 delays writes. Once a ping is answered, everything before it has arrived.
    const { session } = request.stream;
    session?.ping(() => session.destroyed || session.socket.destroySoon());
  }

  async wait(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await sleep(milliseconds, undefined, { signal: this.#left.signal });
  }

  /** Stays silent until the client disconnects. */
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
