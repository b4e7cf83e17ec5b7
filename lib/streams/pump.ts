import type { Sink } from '../gateway/deliver.ts';
import type { Clock } from '../time/clock.ts';
import type { Opening } from './batch.ts';
import { EventWindow } from './event-window.ts';
import { type Failure, numberedFrom } from './failure-events.ts';
import { recordsOf } from './records.ts';
import type { StreamHead, StreamLog, StreamState } from './stream-log.ts';

export type Durability = 'standard' | 'strict';

export interface PumpSettings {
  readonly head: StreamHead;
  readonly log: StreamLog;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly durability: Durability;
  readonly opening: Opening;
  /** How the answer has ended, once it has. */
  readonly endState: () => Exclude<StreamState, 'open'>;
  /** Aborts the upstream request, because no client can get the rest. */
  readonly stop: (failure: Failure, cause?: unknown) => void;
  /** Called once, when events could not be stored. */
  readonly onDegraded: (cause: unknown) => void;
}

/** How long events wait until they are stored, in milliseconds: usually, and while a reader waits for them. */
const flushMs = { idle: 1_000, awaited: 100 };
/** So many bytes are stored at once. */
const flushBytes = 64 * 1024;
/** A batch holds no more events than fit into so many bytes, but for one that is larger by itself. */
const batchBytes = 1 << 20;
/** How long a store that fails is tried again, and how long between two tries, in milliseconds. */
const giveUpMs = 10_000;
const retryMs = 300;

/**
 * Takes the events of one answer from `deliver`, and stores them as they come. It never waits for the client, which
 * reads from the window at its own pace (`follow.ts`). In standard mode the client may read an event before it is
 * stored, in strict mode only afterwards. The end of the answer is stored before the client can see it.
 */
export class Pump implements Sink {
  readonly separateEvents = true;
  readonly window = new EventWindow();
  /** Resolves when all is stored and the stream is closed, or nothing more can be. Never rejects. */
  readonly done: Promise<void>;
  readonly #settings: PumpSettings;
  readonly #finish: () => void;
  readonly #unwatch: () => void;
  #position = 0;
  #flushedAt: number;
  #tailedUntil = 0;
  #storing = false;
  #ended = false;

  constructor(settings: PumpSettings) {
    const { clock, durability } = settings;
    this.#settings = settings;
    this.window.isStrict = durability === 'strict';
    this.#flushedAt = clock.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.#unwatch = clock.watch((time) => {
      if (time - this.#flushedAt >= this.#flushMs()) this.#flush();
    });
    this.#finish = () => {
      this.#unwatch();
      this.window.end();
      resolve();
    };
  }

  /** A reader follows the stream until then, in milliseconds since 1970. */
  tailed(until: number): void {
    this.#tailedUntil = until;
  }

  write(piece: string | Uint8Array): Promise<void> | undefined {
    if (this.window.isBroken) return undefined;
    const event = typeof piece === 'string' ? Buffer.from(piece) : piece;
    if (isComment(event)) {
      this.window.comment(event);
      return undefined;
    }
    this.window.push(event);
    // The first events are stored at once, so a client that joins sees that the answer has begun.
    if (this.#position === 0 || this.window.unstoredBytes >= flushBytes) setImmediate(() => this.#flush());
    return this.window.room();
  }

  end(): void {
    this.#ended = true;
    if (this.window.isCut) this.#finish();
    else this.#flush();
  }

  /** The client has disconnected. If nothing is stored, no one can get the answer any more. */
  clientLeft(): void {
    this.window.leave();
    if (this.window.isCut && !this.#ended) this.#break('streams_unavailable');
  }

  /** Another process has taken the stream over. */
  fenced(): void {
    this.#break('producer_lost');
  }

  #flushMs(): number {
    const { durability, now } = this.#settings;
    return durability === 'strict' || this.#tailedUntil > now() ? flushMs.awaited : flushMs.idle;
  }

  #flush(): void {
    if (this.#storing || this.window.isCut || (this.window.unstoredBytes === 0 && !this.#ended)) return;
    this.#storing = true;
    this.#flushedAt = this.#settings.clock.now();
    void this.#store().then((isClosed) => {
      this.#storing = false;
      if (isClosed) this.#finish();
      else if (this.#ended) this.#flush();
    });
  }

  /** Stores a batch. Resolves to whether the stream is over. Never rejects. */
  async #store(): Promise<boolean> {
    const { head, log, opening, endState } = this.#settings;
    const { first, events } = this.window.unstored(batchBytes);
    const isLast = this.#ended && first + events.length === this.window.length;
    const end = isLast ? endState() : undefined;
    const batch = { first, events, ...(this.#position === 0 && { opening }), ...(end && { end }) };
    try {
      for (const record of recordsOf(batch)) {
        const position = this.#position++;
        if (!(await this.#patiently(() => log.append(head, position, record)))) {
          this.fenced();
          return true;
        }
      }
      this.window.stored(events.length);
      if (end) await log.close(head, end).catch(() => {});
      return isLast;
    } catch (cause) {
      this.#degrade(cause);
      return this.#ended;
    }
  }

  /** What the call gives, after as many tries as there is time for. */
  async #patiently<Value>(call: () => Promise<Value>): Promise<Value> {
    const { clock } = this.#settings;
    const startedAt = clock.now();
    for (;;) {
      try {
        return await call();
      } catch (thrown) {
        if (clock.now() - startedAt > giveUpMs || this.window.isBroken) throw thrown;
        await pause(clock, retryMs);
      }
    }
  }

  /** Events could not be stored. In standard mode the client gets the answer all the same, while it is there. */
  #degrade(cause: unknown): void {
    if (this.window.isCut) return;
    this.#settings.onDegraded(cause);
    if (this.window.isStrict || !this.window.isFollowed) this.#break('streams_unavailable', cause);
    else this.window.isCut = true;
  }

  /** Ends the client's answer in an error, after all that it may have seen. */
  #break(failure: Failure, cause?: unknown): void {
    if (this.window.isBroken) return;
    this.window.isCut = true;
    const { opening, stop } = this.#settings;
    this.window.break((first) => numberedFrom(first, opening.failures[failure]));
    stop(failure, cause);
    this.#finish();
  }
}

/** A comment of server-sent events. It is no event: it has no number, and is not stored. */
function isComment(event: Uint8Array): boolean {
  return event[0] === 0x3a;
}

function pause(clock: Clock, milliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const start = clock.now();
  const unwatch = clock.watch((now) => {
    if (now - start < milliseconds) return;
    unwatch();
    resolve();
  });
  return promise;
}
