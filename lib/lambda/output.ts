import type { Sink } from '../gateway/deliver.ts';
import { waitForDrain } from '../http/wait-for-drain.ts';
import type { LambdaRuntime, Prelude, ResponseStream } from './runtime.ts';

/** An answer's way out: what `deliver` writes into, and no more once the invocation is over. */
export class Output implements Sink {
  #stream: ResponseStream;
  readonly #runtime: LambdaRuntime;
  #over = false;
  #waiting: Promise<void> | undefined;

  constructor(stream: ResponseStream, runtime: LambdaRuntime) {
    this.#stream = stream;
    this.#runtime = runtime;
  }

  /** Sends the head. `gone` is called when the connection to the runtime breaks, which no caller's leaving does. */
  open(prelude: Prelude, gone: () => void): void {
    if (this.#over) return;
    this.#stream = this.#runtime.HttpResponseStream.from(this.#stream, prelude);
    this.#stream.on('error', () => {
      if (!this.#over) gone();
    });
    // The runtime puts the prelude before the first write, of which this is one.
    this.#stream.write('');
  }

  write(piece: string | Uint8Array): Promise<void> | undefined {
    if (this.#over || this.#stream.write(piece)) return undefined;
    // One wait for all that is written before the reader has caught up.
    this.#waiting ??= waitForDrain(this.#stream).finally(() => {
      this.#waiting = undefined;
    });
    return this.#waiting;
  }

  /** The answer is written; its stream ends only once the work behind it is done (`finish`). */
  end(): void {}

  finish(): void {
    if (!this.#over) this.#stream.end();
    this.#over = true;
  }

  /**
   * From now on nothing is written: a write into a stream that the runtime has ended would break the connection on
   * which the next answer goes out.
   */
  abandon(): void {
    this.#over = true;
  }
}
