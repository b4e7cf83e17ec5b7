import type { Usage } from '../stream/events.ts';
import { Accumulator, type Answer, type AnswerEvent, type ToolCall } from './accumulator.ts';
import { type Ask, callbackFailure, type RawEvent, readAnswer } from './read-answer.ts';
import { type Failure, StreamError } from './stream-error.ts';

/** What is called as an answer comes. A promise that a callback returns is waited for before more is read. */
export interface Callbacks {
  readonly onText?: (text: string) => unknown;
  readonly onReasoning?: (text: string) => unknown;
  /** A whole call, its arguments complete. */
  readonly onTool?: (call: ToolCall) => unknown;
  /** The answer is whole. */
  readonly onDone?: (answer: Answer) => unknown;
  /** It is not, and will not be. Of `onDone` and `onError` one is called, once. */
  readonly onError?: (error: StreamError) => unknown;
}

/** A question without what the stream itself gives. */
export type StreamRequest = Omit<Ask, 'signal' | 'onHeaders' | 'onRaw'>;

/**
 * An answer as it comes. It is asked for when somebody begins to read, in one of three ways: iterate over its events,
 * await its `text()` (or `toolCalls()`, or `answer()`), or give callbacks, with which it reads itself.
 *
 * It ends once: done, or with a StreamError that says why and what was received, which the iteration and every promise
 * throw alike. Leaving the loop closes it.
 */
export class AnswerStream implements AsyncIterable<AnswerEvent> {
  readonly #accumulator = new Accumulator();
  readonly #controller = new AbortController();
  readonly #end: Promise<Answer>;
  #resolve: (answer: Answer) => void = () => {};
  #reject: (error: StreamError) => void = () => {};
  readonly #events: AsyncGenerator<AnswerEvent>;
  #headers: Headers | undefined;
  #over = false;
  #error: StreamError | undefined;
  /** Somebody reads, in whichever way. */
  #read = false;
  /** Somebody waits for the end, and so hears of a failure. */
  #awaited = false;

  constructor(
    question: StreamRequest,
    callbacks: Callbacks,
    { onRaw, signal }: { onRaw?: ((raw: RawEvent) => unknown) | undefined; signal?: AbortSignal | undefined },
  ) {
    this.#events = this.#reading({
      ...question,
      signal: this.#controller.signal,
      onHeaders: (headers) => {
        this.#headers = headers;
      },
      onRaw,
    });
    this.#end = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Who waits for the end has a promise of their own.
    this.#end.catch(() => {});
    if (signal) this.#follow(signal);
    const { onDone, onError } = callbacks;
    if (Object.values(callbacks).some((callback) => callback !== undefined)) {
      void this.#drive(callbacks);
      void this.#end.then(onDone, onError ?? ((error: StreamError) => this.#unheard(error)));
    }
  }

  /** Token counts as far as they have been said. */
  get usage(): Usage {
    return this.#accumulator.received.usage;
  }

  /** The response's headers, once there is one: `x-request-id`, `x-sluice-provider`, `x-sluice-attempts` … */
  get headers(): Headers | undefined {
    return this.#headers;
  }

  /** All of the text. Reads to the end if nobody reads yet. */
  async text(): Promise<string> {
    return (await this.answer()).text;
  }

  /** All calls of tools. Reads to the end if nobody reads yet. */
  async toolCalls(): Promise<readonly ToolCall[]> {
    return (await this.answer()).toolCalls;
  }

  /** The whole answer. Reads to the end if nobody reads yet. */
  answer(): Promise<Answer> {
    this.#awaited = true;
    if (!this.#read) void this.#drive({});
    return this.#end;
  }

  /** Ends the stream with the error `closed` and closes its connection; nothing more is given. After the end it does nothing. */
  close(reason?: unknown): void {
    if (this.#over) return;
    this.#fail(closed(reason));
    this.#controller.abort();
  }

  /** The events, once. Throws a TypeError where somebody reads already. */
  [Symbol.asyncIterator](): AsyncGenerator<AnswerEvent> {
    if (this.#read) throw new TypeError('This stream already has a reader: its callbacks, text() or another loop.');
    this.#read = true;
    return this.#events;
  }

  async *#reading(ask: Ask): AsyncGenerator<AnswerEvent> {
    try {
      for await (const event of readAnswer(ask, this.#accumulator)) {
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

  /** Reads to the end, telling the callbacks. */
  async #drive({ onText, onReasoning, onTool }: Callbacks): Promise<void> {
    const tell = (event: AnswerEvent) => {
      if (event.type === 'text-delta') return onText?.(event.text);
      if (event.type === 'reasoning-delta') return onReasoning?.(event.text);
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
      // The end says it.
    }
  }

  #follow(signal: AbortSignal): void {
    const leave = () => this.close(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    const unfollow = () => signal.removeEventListener('abort', leave);
    this.#end.then(unfollow, unfollow);
  }

  /** Ends with this failure, unless the end is there; gives the failure that it ended with. */
  #fail(failure: Failure): StreamError {
    const error = failure instanceof StreamError ? failure : new StreamError(failure, this.#accumulator.received);
    if (!this.#over) {
      this.#over = true;
      this.#error = error;
      this.#reject(error);
    }
    return this.#error ?? error;
  }

  /** A failure that no callback and no promise tells anyone of is reported as one that nobody handles. */
  #unheard(error: StreamError): void {
    if (!this.#awaited && error.code !== 'closed') throw error;
  }
}

function closed(cause?: unknown): Failure {
  return { code: 'closed', message: 'The stream was closed before the response was complete.', cause };
}
