import type { Allowances } from '../stream/allowances.ts';
import type { SluiceError } from '../stream/errors.ts';
import type { Events, StreamEvent } from '../stream/events.ts';
import type { JsonObject } from '../stream/json.ts';
import type { ModelRequest } from '../stream/request.ts';
import type { Frame, Frames, WriteFrame } from '../wire/frame.ts';

/**
 * A dialect from the client's side: parses its requests and writes our answers. Pure, with no clock, random ids or
 * HTTP.
 */
export interface ClientDialect {
  readonly name: string;
  /** The prefix of ids that Sluice generates: `chatcmpl-`. */
  readonly idPrefix: string;
  readonly contentType: string;
  readonly write: WriteFrame;
  /**
   * A comment that keeps a silent connection alive. Only of a dialect whose heartbeats are comments: a reader of a stored stream
   * gets heartbeats that are events with the other events.
   */
  readonly comment?: string;
  /** Answers of this dialect have no form for an image. A note takes its place. */
  readonly withoutImages?: true;
  /** Throws `invalid_request`. `param` is the path of the wrong field. */
  parse(body: JsonObject): ModelRequest;
  /** The answer as a stream. */
  encoder(options: EncodeOptions): Encoder;
  /** The answer in one piece, for `stream: false`. */
  collector(options: EncodeOptions): Collector;
  /**
   * Joins the answers to all prompts of a request into one. Each answer is lazy. Throws the error of the first one
   * that fails. Only for dialects whose `parse` returns `furtherPrompts`.
   */
  join?(answers: readonly Events[], request: ModelRequest): Events;
  /** An error before the first byte. */
  error(error: SluiceError, requestId: string): ErrorAnswer;
  /** Headers with the remaining key limits. Missing in a dialect without such headers. */
  limitHeaders?(left: Allowances): Record<string, string>;
}

export interface EncodeOptions {
  readonly request: ModelRequest;
  readonly requestId: string;
  /** A generated id and the model name, used until the provider sends its own. */
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** The milliseconds since the first upstream request. Missing where nothing is timed. */
  readonly elapsedMs?: () => number;
  /** Set if the answer can be retrieved later by our id. */
  readonly stored?: StoredAnswer;
}

/** How an answer is stored that can be retrieved later. */
export interface StoredAnswer {
  /** The id of the response that it continues. */
  readonly previous?: string;
  /** The client doesn't wait for it. */
  readonly background: boolean;
}

/** Turns one stream of events into frames. Stateful, one per answer. */
export interface Encoder {
  /**
   * Frames that open the stream before the provider has responded, because the status had to be sent. The later
   * `start` doesn't repeat them.
   */
  open(): Iterable<Frame>;
  /** The frames for this event. There are no frames after `finish` or `error`. */
  write(event: StreamEvent): Iterable<Frame>;
  /** A heartbeat that doesn't change the answer at this point. */
  heartbeat(): Iterable<Frame>;
}

/** Folds one stream of events into the body of a whole answer. */
export interface Collector {
  /** Accepts every event except `error`. */
  write(event: StreamEvent): void;
  /** The body. Called once, after `finish`. */
  body(): JsonObject;
}

export interface ErrorAnswer {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers?: Record<string, string>;
}

/** A dialect from the provider's side: builds requests and decodes answers. Created for the quirks of one provider. */
export interface ProviderDialect {
  readonly name: string;
  /**
   * The body to send. Throws `unsupported_parameter` with the client's field name for something that changes the
   * answer and isn't supported. Drops hints and lists them in `dropped`, in the client's spelling.
   */
  build(request: ModelRequest, model: string, options?: BuildOptions): BuiltRequest;
  /**
   * The members of a body that hold the request's conversation and parameters, spelled from the vocabulary alone. Only of
   * dialects that clients speak too: comparing two of these tells what to edit in a client's own body.
   */
  spell?(request: ModelRequest): JsonObject;
  /**
   * Decodes frames into events. Ends with `finish` only if the provider finished. Otherwise throws a SluiceError: the
   * provider's own failure, `upstream_cut`, `upstream_missing_finish`, `upstream_empty` or `upstream_protocol_error`.
   * Yields the events of all frames before the one that fails. Never yields `error`. Passes on errors of the byte
   * stream, unless the provider had already finished.
   */
  decode(frames: Frames, context: DecodeContext): Events;
  /** The failure in the body of a rejected request. `body` is raw text and may not be JSON. */
  failure(status: number, body: string): SluiceError;
}

/** What the target of a request decides about its form. */
export interface BuildOptions {
  /** Members of an assistant's chat message in which reasoning of earlier turns goes back. */
  readonly reasoningFields?: readonly string[];
  /** The role `developer` passes unchanged. Servers other than OpenAI's only know `system`. */
  readonly developerRole?: boolean;
  /** Marks for the prompt cache in a client's own body stay. */
  readonly keepsCacheMarks?: boolean;
  /** Further members of the body, in the provider's format. */
  readonly members?: readonly JsonObject[];
  /** The answer is requested in one piece, because the target can't stream it. */
  readonly whole?: boolean;
}

export interface BuiltRequest {
  readonly body: JsonObject;
  readonly dropped: readonly string[];
  /** The answer is to be read in one piece. */
  readonly whole?: boolean;
  /** Headers that belong to the body: `anthropic-beta`. */
  readonly headers?: Record<string, string>;
}

export interface DecodeContext {
  /** Used if the provider sends none. */
  readonly id: string;
  readonly model: string;
  /** The client uses this dialect too, so `passthrough` keeps everything that the vocabulary doesn't cover. */
  readonly passthrough: boolean;
  /** How many choices the caller asked for, each to be finished; one unless it said more. */
  readonly choices?: number;
}
