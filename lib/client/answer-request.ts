import type { JsonObject } from '../stream/json.ts';
import type { Dialect } from './dialects.ts';

/** How to read an answer to its end after the connection was lost. */
export interface ResumeOptions {
  /** How often to try in a row. An event that arrives resets the count. Default: 8. */
  readonly attempts?: number;
  /** The longest wait before the first attempt, in milliseconds. Each further wait is twice as long, up to 10 s. Default: 250. */
  readonly delayMs?: number;
}

/** An event as received. */
export interface RawEvent {
  /** When it was read, in milliseconds since the request was sent. */
  readonly at: number;
  /** SSE `event:`, or the type of a Bedrock message. Missing if there was none. */
  readonly event?: string;
  /** JSON, or a sentinel such as `[DONE]`. */
  readonly data: string;
}

/** One request, and the callbacks besides its events. */
export interface AnswerRequest {
  /** The URL of the server, without a path. */
  readonly baseUrl: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  readonly dialect: Dialect;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  /** Missing if a lost connection is to be an error. */
  readonly resume?: ResumeOptions | undefined;
  readonly onHeaders: (headers: Headers) => void;
  readonly onRaw?: ((raw: RawEvent) => unknown) | undefined;
}
