import {
  type AnswerEvent,
  type AnswerStream,
  type DialectName,
  type RawEvent,
  StreamError,
  stream,
  type Usage,
} from '../../../../lib/client/index.ts';
import { type AnswerBlock, BlockList } from './blocks.ts';
import { type Measures, measured, nothingMeasured } from './measures.ts';

/** A request and how to send it. */
export interface RunRequest {
  readonly dialect: DialectName;
  readonly body: object;
  readonly apiKey: string;
}

/** The gateway's response headers about an answer. */
export interface Served {
  readonly requestId?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly attempts?: string;
  readonly dropped?: string;
  /** The id of a durable stream. */
  readonly streamId?: string;
}

/** How an answer ended. */
export type End =
  | { readonly kind: 'finished'; readonly reason: string; readonly rawReason: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly details: readonly string[] }
  | { readonly kind: 'stopped' | 'dropped' };

/** Callbacks during a run. */
export interface RunObserver {
  onRaw?(raw: RawEvent): void;
  onEvent?(event: AnswerEvent, run: Run): void;
}

/** One request and its answer. It ends once: finished, failed, stopped, or dropped. */
export class Run {
  readonly request: RunRequest;
  measures: Measures = nothingMeasured;
  end: End | undefined;
  /** The time of the last event, in milliseconds since the request. */
  lastHeardAt = 0;
  readonly done: Promise<End>;
  readonly #blocks = new BlockList();
  readonly #stream: AnswerStream;
  readonly #startedAt = performance.now();
  #endedAt: number | undefined;
  #closing: 'stopped' | 'dropped' = 'stopped';
  #connection = new AbortController();

  constructor(request: RunRequest, observer: RunObserver = {}) {
    this.request = request;
    const { dialect, body, apiKey } = request;
    this.#stream = stream({
      baseUrl: location.origin,
      apiKey,
      dialect,
      body,
      fetch: (url, init) => this.#connect(url, init),
      onRaw: (raw) => {
        this.lastHeardAt = raw.at;
        observer.onRaw?.(raw);
      },
    });
    this.done = this.#read(observer);
  }

  get blocks(): readonly AnswerBlock[] {
    return this.#blocks.blocks;
  }

  get usage(): Usage {
    return this.#stream.usage;
  }

  /** Milliseconds from the request until now, or until its end. */
  get elapsed(): number {
    return (this.#endedAt ?? performance.now()) - this.#startedAt;
  }

  /** `waiting` until content comes, then `streaming`. */
  get phase(): 'waiting' | 'streaming' | 'ended' {
    if (this.end) return 'ended';
    return this.measures.pieces > 0 ? 'streaming' : 'waiting';
  }

  get served(): Served {
    const header = (name: string) => this.#stream.headers?.get(name) ?? undefined;
    const served = {
      requestId: header('x-request-id'),
      provider: header('x-sluice-provider'),
      model: header('x-sluice-model'),
      attempts: header('x-sluice-attempts'),
      dropped: header('x-sluice-dropped'),
      streamId: header('x-sluice-stream'),
    };
    return Object.fromEntries(Object.entries(served).filter(([, value]) => value !== undefined));
  }

  /** Ends the answer, also on the server. What has arrived stays. */
  stop(): void {
    void this.#stream.cancel();
  }

  /** Breaks the connection as a network failure would. The answer continues if the server keeps the stream. */
  drop(): void {
    if (this.served.streamId !== undefined) this.#connection.abort();
    else {
      this.#closing = 'dropped';
      this.#stream.close();
    }
  }

  #connect(...[url, init]: Parameters<typeof fetch>): Promise<Response> {
    this.#connection = new AbortController();
    const signals = [this.#connection.signal, ...(init?.signal ? [init.signal] : [])];
    return fetch(url, { ...init, signal: AbortSignal.any(signals) });
  }

  async #read({ onEvent }: RunObserver): Promise<End> {
    try {
      for await (const event of this.#stream) {
        this.#blocks.take(event, this.elapsed);
        this.measures = measured(this.measures, event, this.elapsed);
        if (event.type === 'finish') this.#finish({ kind: 'finished', reason: event.reason, rawReason: event.rawReason });
        onEvent?.(event, this);
      }
    } catch (thrown) {
      if (!(thrown instanceof StreamError)) throw thrown;
      this.#finish(thrown.code === 'closed' ? { kind: this.#closing } : failure(thrown));
    }
    return this.#finish({ kind: this.#closing });
  }

  /** Records the end. Only the first one counts. */
  #finish(end: End): End {
    this.#endedAt ??= performance.now();
    this.end ??= end;
    return this.end;
  }
}

function failure({ code, message, status, param, requestId, retryAfterMs }: StreamError): End {
  const details = [
    status !== undefined && `HTTP ${status}`,
    param !== undefined && `field ${param}`,
    retryAfterMs !== undefined && `try again in ${Math.ceil(retryAfterMs / 1000)} s`,
    requestId !== undefined && !message.includes(requestId) && `request ${requestId}`,
  ].filter((detail) => detail !== false);
  return { kind: 'failed', code, message, details };
}
