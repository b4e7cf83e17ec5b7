import type { Usage } from '../stream/events.ts';
import { Accumulator, type Answer, type AnswerEvent, type Reconnected, type ToolCall } from './accumulator.ts';
import type { AnswerRequest, RawEvent } from './answer-request.ts';
import { callbackFailure, readAnswer } from './read-answer.ts';
import { streamUrl } from './reconnect.ts';
import { type Failure, StreamError } from './stream-error.ts';

/** Callbacks during an answer. If a callback returns a promise, the stream waits for it before it reads more. */
export interface Callbacks {
  readonly onText?: (text: string) => unknown;
  readonly onReasoning?: (text: string) => unknown;
  /** A complete call with all its arguments. */
  readonly onTool?: (call: ToolCall) => unknown;
  readonly onReconnected?: (event: Reconnected) => unknown;
  /** The answer is complete. */
  readonly onDone?: (answer: Answer) => unknown;
  /** The answer will not be complete. Either `onDone` or `onError` is called, exactly once. */
  readonly onError?: (error: StreamError) => unknown;
}

/** A request without the options that the stream itself sets. */
export type StreamRequest = Omit<AnswerRequest, 'signal' | 'onHeaders' | 'onRaw'>;

/**
 * An answer as it arrives. The request is sent when somebody begins to read, in one of three ways: iterate over the
 * events, await `text()` (or `toolCalls()` or `answer()`), or pass callbacks, which start the stream at once.
 *
 * It ends once, either done or with a StreamError that has the reason and everything received so far. The iteration
 * and every promise throw the same error. Leaving the loop closes the stream.
 */
export class AnswerStream implements AsyncIterable<AnswerEvent> {
  readonly #accumulator = new Accumulator();
  readonly #controller = new AbortController();
  readonly #end: Promise<Answer>;
  #resolve: (answer: Answer) => void = () => {};
  #reject: (error: StreamError) => void = () => {};
  readonly #events: AsyncGenerator<AnswerEvent>;
  readonly #request: AnswerRequest;
  #headers: Headers | undefined;
  #over = false;
  #error: StreamError | undefined;
  /** True if there is a reader of any kind. */
  #read = false;
  /** True if somebody awaits the end and will see an error. */
  #awaited = false;

  constructor(
    request: StreamRequest,
    callbacks: Callbacks,
    { onRaw, signal }: { onRaw?: ((raw: RawEvent) => unknown) | undefined; signal?: AbortSignal | undefined },
  ) {
    this.#request = {
      ...request,
      signal: this.#controller.signal,
      onHeaders: (headers) => {
        this.#headers = headers;
      },
      onRaw,
    };
    this.#events = this.#reading();
    this.#end = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Callers who await the end have a promise of their own.
    this.#end.catch(() => {});
    if (signal) this.#follow(signal);
    const { onDone, onError } = callbacks;
    if (Object.values(callbacks).some((callback) => callback !== undefined)) {
      void this.#drive(callbacks);
      void this.#end.then(onDone, onError ?? ((error: StreamError) => this.#reportUnhandled(error)));
    }
  }

  /** The token counts so far. */
  get usage(): Usage {
    return this.#accumulator.received.usage;
  }

  /** The response headers, once there is a response: `x-request-id`, `x-sluice-provider`, `x-sluice-attempts` … */
  get headers(): Headers | undefined {
    return this.#headers;
  }

  /** The whole text. Reads to the end if nothing else reads yet. */
  async text(): Promise<string> {
    return (await this.answer()).text;
  }

  /** All tool calls. Reads to the end if nothing else reads yet. */
  async toolCalls(): Promise<readonly ToolCall[]> {
    return (await this.answer()).toolCalls;
  }

  /** The whole answer. Reads to the end if nothing else reads yet. */
  answer(): Promise<Answer> {
    this.#awaited = true;
    if (!this.#read) void this.#drive({});
    return this.#end;
  }

  /**
   * Ends the stream with the error `closed` and closes its connection. No further events follow. Does nothing after
   * the end.
   */
  close(reason?: unknown): void {
    if (this.#over) return;
    this.#fail(closed(reason));
    this.#controller.abort();
  }

  /**
   * Closes the stream, and stops the answer on a server that would otherwise finish it without a client. Resolves when
   * the server has confirmed that or can't be reached.
   */
  async cancel(reason?: unknown): Promise<void> {
    const streamId = this.#headers?.get('x-sluice-stream');
    if (this.#over) return;
    this.close(reason);
    const { fetch, headers } = this.#request;
    if (streamId) await fetch(streamUrl(this.#request, streamId), { method: 'DELETE', headers }).catch(() => {});
  }

  /** The events, once. Throws a TypeError if the stream already has a reader. */
  [Symbol.asyncIterator](): AsyncGenerator<AnswerEvent> {
    if (this.#read) throw new TypeError('This stream already has a reader: its callbacks, text() or another loop.');
    this.#read = true;
    return this.#events;
  }

  async *#reading(): AsyncGenerator<AnswerEvent> {
    try {
      for await (const event of readAnswer(this.#request, this.#accumulator)) {
        if (this.#error) throw this.#error;
        if (event.type === 'finish') {
          this.#over = true;
          this.#resolve({ ...this.#accumulator.received, reason: event.reason, rawReason: event.rawReason });
        }
        yield event;
      }
    } catch (thrown) {
      throw this.#fail(thrown as StreamError);
    } finally {
      this.#fail(closed());
    }
  }

  /** Reads to the end and calls the callbacks. */
  async #drive({ onText, onReasoning, onTool, onReconnected }: Callbacks): Promise<void> {
    const tell = (event: AnswerEvent) => {
      if (event.type === 'text-delta') return onText?.(event.text);
      if (event.type === 'reasoning-delta') return onReasoning?.(event.text);
      if (event.type === 'reconnected') return onReconnected?.(event);
      const call = event.type === 'block-end' ? this.#accumulator.endedToolCall : undefined;
      return call && onTool?.(call);
    };
    try {
      for await (const event of this) {
        try {
          await tell(event);
        } catch (cause) {
          this.#fail(callbackFailure(cause));
          break;
        }
      }
    } catch {
      // The final result reports it.
    }
  }

  #follow(signal: AbortSignal): void {
    const abort = () => this.close(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    const unfollow = () => signal.removeEventListener('abort', abort);
    this.#end.then(unfollow, unfollow);
  }

  /** Ends with this failure, unless the stream has already ended. Returns the failure that it ended with. */
  #fail(failure: Failure): StreamError {
    const error = failure instanceof StreamError ? failure : new StreamError(failure, this.#accumulator.received);
    if (!this.#over) {
      this.#over = true;
      this.#error = error;
      this.#reject(error);
    }
    return this.#error ?? error;
  }

  /** Reports a failure that no callback and no promise receives as an unhandled rejection. */
  #reportUnhandled(error: StreamError): void {
    if (!this.#awaited && error.code !== 'closed') throw error;
  }
}

function closed(cause?: unknown): Failure {
  return { code: 'closed', message: 'The stream was closed before the response was complete.', cause };
}
