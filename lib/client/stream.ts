import type { JsonObject } from '../stream/json.ts';
import type { RawEvent, ResumeOptions } from './answer-request.ts';
import { AnswerStream, type Callbacks } from './answer-stream.ts';
import { bareUrl } from './bare-url.ts';
import { type DialectName, dialects } from './dialects.ts';

export interface StreamOptions extends Callbacks {
  /** The URL of Sluice, with or without `/v1`. Default: the origin of the page. */
  readonly baseUrl?: string;
  /** A client key. Not needed for a server without keys on this machine. */
  readonly apiKey?: string;
  /** Default: `chat`. */
  readonly dialect?: DialectName;
  /** A request in the dialect. Sets `stream`, and requests usage unless the body turns it off. */
  readonly body: object;
  /** Additional request headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Reconnects after the connection was lost, if the server keeps the stream (`x-sluice-stream`). `false` makes a lost
   * connection an error. Default: true.
   */
  readonly resume?: boolean | ResumeOptions;
  /** Closes the stream when it aborts: `AbortSignal.timeout(60_000)`. */
  readonly signal?: AbortSignal;
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Receives every event as received, before it is decoded. Does not start the stream. */
  readonly onRaw?: (raw: RawEvent) => unknown;
}

/**
 * Sends a request to a model and returns its answer as it arrives, with the same events for every dialect.
 *
 *     for await (const event of stream({ baseUrl, apiKey, body: { model, messages } })) …
 *
 * Does not send the request again, because the gateway retries. Throws a TypeError for an unknown dialect.
 */
export function stream(options: StreamOptions): AnswerStream {
  const { baseUrl = '', apiKey, dialect: name = 'chat', headers, signal, onRaw } = options;
  const { resume = true, onText, onReasoning, onTool, onReconnected, onDone, onError } = options;
  if (!Object.hasOwn(dialects, name)) {
    throw new TypeError(`dialect must be one of ${Object.keys(dialects).join(', ')}, but it is ${String(name)}.`);
  }
  const dialect = dialects[name];
  const body = options.body as JsonObject;
  const request = {
    baseUrl: bareUrl(baseUrl),
    path: dialect.path(body),
    headers: { ...(apiKey && { authorization: `Bearer ${apiKey}` }), ...headers },
    body,
    dialect,
    fetch: options.fetch ?? fetch,
    resume: resume === true ? {} : resume || undefined,
  };
  return new AnswerStream(request, { onText, onReasoning, onTool, onReconnected, onDone, onError }, { onRaw, signal });
}
