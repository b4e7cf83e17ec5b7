import type { Sink } from '../gateway/deliver.ts';
import { waitForDrain } from '../http/wait-for-drain.ts';
import type { LambdaRuntime, Prelude, ResponseStream } from './runtime.ts';

/** The sink of a response for `deliver`. Writes nothing once the invocation is over. */
export class Output implements Sink {
  #stream: ResponseStream;
  readonly #runtime: LambdaRuntime;
  #over = false;
  #waiting: Promise<void> | undefined;

  constructor(stream: ResponseStream, runtime: LambdaRuntime) {
    this.#stream = stream;
    this.#runtime = runtime;
  }

  /**
   * Sends the head. `onDisconnect` is called when the connection to the runtime breaks. A client disconnect does not cause
   * that.
   */
  open(prelude: Prelude, onDisconnect: () => void): void {
    if (this.#over) return;
    this.#stream = this.#runtime.HttpResponseStream.from(this.#stream, prelude);
    this.#stream.on('error', () => {
      if (!this.#over) onDisconnect();
    });
    // The runtime writes the prelude before the first write, which this triggers.
    this.#stream.write('');
  }

  write(piece: string | Uint8Array): Promise<void> | undefined {
    if (this.#over || this.#stream.write(piece)) return undefined;
    // One wait for everything that is written before the reader has caught up.
    this.#waiting ??= waitForDrain(this.#stream).finally(() => {
      this.#waiting = undefined;
    });
    return this.#waiting;
  }

  /** The response is written. Its stream only ends when the work behind it is done (`finish`). */
  end(): void {}

  finish(): void {
    if (!this.#over) this.#stream.end();
    this.#over = true;
  }

  /**
   * Writes nothing from now on. A write to a stream that the runtime has ended would break the connection of the next
   * response.
   */
  abandon(): void {
    this.#over = true;
  }
}
