import type { JsonObject } from '../stream/json.ts';
import { AnswerStream, type Callbacks } from './answer-stream.ts';
import { bareUrl } from './bare-url.ts';
import { type DialectName, dialects } from './dialects.ts';
import type { RawEvent } from './read-answer.ts';

export interface StreamOptions extends Callbacks {
  /** Where Sluice is, with or without `/v1`; left out, the origin of the page. */
  readonly baseUrl?: string;
  /** A client key; none is needed of a server on this machine that has no keys. */
  readonly apiKey?: string;
  /** `chat` where nothing is said. */
  readonly dialect?: DialectName;
  /** The dialect's own request; `stream` is set here, and usage asked for unless the body says no. */
  readonly body: object;
  /** Further headers of the request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Closes the stream when it aborts: `AbortSignal.timeout(60_000)`. */
  readonly signal?: AbortSignal;
  /** In place of the global one. */
  readonly fetch?: typeof fetch;
  /** Sees every event as it came over the wire, before what is made of it. Does not make the stream read itself. */
  readonly onRaw?: (raw: RawEvent) => unknown;
}

/**
 * Asks a model and gives its answer as it comes, in whichever dialect as the same events.
 *
 *     for await (const event of stream({ baseUrl, apiKey, body: { model, messages } })) …
 *
 * Nothing is tried again: the gateway does that. Throws a TypeError for a dialect that it does not know.
 */
export function stream(options: StreamOptions): AnswerStream {
  const { baseUrl = '', apiKey, dialect: name = 'chat', headers, signal, onRaw } = options;
  const { onText, onReasoning, onTool, onDone, onError } = options;
  if (!Object.hasOwn(dialects, name)) {
    throw new TypeError(`dialect must be one of ${Object.keys(dialects).join(', ')}, but it is ${String(name)}.`);
  }
  const dialect = dialects[name];
  const body = options.body as JsonObject;
  const question = {
    url: bareUrl(baseUrl) + dialect.path(body),
    headers: { ...(apiKey && { authorization: `Bearer ${apiKey}` }), ...headers },
    body,
    dialect,
    fetch: options.fetch ?? fetch,
  };
  return new AnswerStream(question, { onText, onReasoning, onTool, onDone, onError }, { onRaw, signal });
}
