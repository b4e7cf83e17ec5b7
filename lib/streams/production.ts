import { SluiceError } from '../stream/errors.ts';
import type { Clock } from '../time/clock.ts';
import type { Opening } from './batch.ts';
import { failureError } from './failure-events.ts';
import { keepLease } from './lease.ts';
import { type Durability, Pump } from './pump.ts';
import { recordsOf } from './records.ts';
import type { ResponseInput } from './response-input.ts';
import { publicId } from './stream-id.ts';
import type { StreamHead, StreamLog, StreamState } from './stream-log.ts';

export interface ProductionSettings {
  readonly log: StreamLog;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly durability: Durability;
  /** Called when something could not be stored. */
  readonly onFailure: (cause: unknown) => void;
}

/** An answer that came whole, an error included. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The request of a response, if the response can be retrieved later. */
  readonly input?: ResponseInput | undefined;
}

type EndState = Exclude<StreamState, 'open'>;

/** One answer that this process produces and stores. It holds the lease from the claim to the end. */
export class Production {
  /** The id that clients see. */
  readonly id: string;
  readonly head: StreamHead;
  readonly #settings: ProductionSettings;
  readonly #stop: (error: SluiceError) => void;
  readonly #endLease: () => void;
  #pump: Pump | undefined;
  #isDegraded = false;

  /** `stop` aborts the call of the provider. */
  constructor(head: StreamHead, settings: ProductionSettings, stop: (error: SluiceError) => void) {
    this.id = publicId(head);
    this.head = head;
    this.#settings = settings;
    this.#stop = stop;
    this.#endLease = keepLease(head, settings, {
      onCancel: () => stop(cancelled()),
      onFenced: () => (this.#pump ? this.#pump.fenced() : stop(failureError('producer_lost'))),
      onTailed: (until) => this.#pump?.tailed(until),
    });
  }

  /** Some of the answer could not be stored. */
  get isDegraded(): boolean {
    return this.#isDegraded;
  }

  /** Stores an answer that came whole, and ends the stream. Never rejects. */
  async whole({ status, headers, body, input }: WholeAnswer, end: EndState): Promise<void> {
    const { log } = this.#settings;
    const failures = { producer_lost: [], streams_unavailable: [] };
    const opening: Opening = { status, headers, streamed: false, failures, ...(input && { input }) };
    try {
      for (const [position, record] of recordsOf({ first: 0, events: [Buffer.from(body)], opening, end }).entries()) {
        if (!(await log.append(this.head, position, record))) return;
      }
      await log.close(this.head, end);
    } catch (cause) {
      this.#degraded(cause);
    } finally {
      this.#endLease();
    }
  }

  /** Where a streamed answer is to be written. `endState` tells how it has ended, once it has. */
  stream(opening: Opening, endState: () => EndState): Pump {
    const { head, ...settings } = { head: this.head, ...this.#settings };
    const pump = new Pump({
      ...settings,
      head,
      opening,
      endState,
      stop: (failure, cause) => this.#stop(failureError(failure, cause)),
      onDegraded: (cause) => this.#degraded(cause),
    });
    void pump.done.then(this.#endLease);
    this.#pump = pump;
    return pump;
  }

  #degraded(cause: unknown): void {
    this.#isDegraded = true;
    this.#settings.onFailure(cause);
  }
}

function cancelled(): SluiceError {
  return new SluiceError('stream_cancelled', 'The stream was cancelled by a request.');
}
