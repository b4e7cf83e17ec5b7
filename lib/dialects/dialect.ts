import type { Allowances } from '../stream/allowances.ts';
import type { SluiceError } from '../stream/errors.ts';
import type { Events, StreamEvent } from '../stream/events.ts';
import type { JsonObject } from '../stream/json.ts';
import type { ModelRequest } from '../stream/request.ts';
import type { Frame, Frames, WriteFrame } from '../wire/frame.ts';

/** A dialect as clients speak it: their requests in, our answers out. Pure: no clock, no random, no HTTP. */
export interface ClientDialect {
  readonly name: string;
  /** What ids of our own begin with: `chatcmpl-`. */
  readonly idPrefix: string;
  readonly contentType: string;
  readonly write: WriteFrame;
  /** Throws `invalid_request` whose `param` is the path of the field at fault. */
  parse(body: JsonObject): ModelRequest;
  /** The answer as a stream. */
  encoder(options: EncodeOptions): Encoder;
  /** The answer in one piece, for `stream: false`. */
  collector(options: EncodeOptions): Collector;
  /**
   * The answers to all prompts of a request, each lazy, as one answer; throws what the first of them to fail throws.
   * Only of dialects whose `parse` gives `furtherPrompts`.
   */
  join?(answers: readonly Events[], request: ModelRequest): Events;
  /** A failure before the first byte. */
  error(error: SluiceError, requestId: string): ErrorAnswer;
  /** Headers that say what is left of a key's limits; absent in a dialect that has none. */
  limitHeaders?(left: Allowances): Record<string, string>;
}

export interface EncodeOptions {
  readonly request: ModelRequest;
  readonly requestId: string;
  /** Our own id and the name of the model, for when the provider has not said its own. */
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
}

/** Turns one stream of events into frames. Keeps state; one for each answer. */
export interface Encoder {
  /**
   * Frames that open the stream while the provider has said nothing yet, because the status had to be sent. What
   * `start` would open again is then left out.
   */
  open(): Iterable<Frame>;
  /** The frames for this event; after `finish` or `error` there are no more. */
  write(event: StreamEvent): Iterable<Frame>;
  /** What may be said in silence at this point without changing the answer. */
  heartbeat(): Iterable<Frame>;
}

/** Folds one stream of events into the body of a whole answer. */
export interface Collector {
  /** Takes every event but `error`. */
  write(event: StreamEvent): void;
  /** The body; called once, after `finish`. */
  body(): JsonObject;
}

export interface ErrorAnswer {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers?: Record<string, string>;
}

/** A dialect as providers speak it: our requests out, their answers in. Made for one provider's differences. */
export interface ProviderDialect {
  readonly name: string;
  /**
   * The body to send. Throws `unsupported_parameter` naming the caller's field for what changes the answer and cannot
   * be carried; what is only a hint is left out and listed, as the caller spelled it, in `dropped`.
   */
  build(request: ModelRequest, model: string): BuiltRequest;
  /**
   * Events from frames. Ends with `finish` only if the provider finished; else throws a SluiceError: the provider's
   * own failure, `upstream_cut`, `upstream_missing_finish`, `upstream_empty` or `upstream_protocol_error`. Never
   * yields `error`. Failures of the bytes below pass through, unless the provider had already finished.
   */
  decode(frames: Frames, context: DecodeContext): Events;
  /** The failure that this body of a refused call tells of. `body` is text as it came, maybe not JSON. */
  failure(status: number, body: string): SluiceError;
}

export interface BuiltRequest {
  readonly body: JsonObject;
  readonly dropped: readonly string[];
  /** Headers that belong to the body: `anthropic-beta`. */
  readonly headers?: Record<string, string>;
}

export interface DecodeContext {
  /** For when the provider names none. */
  readonly id: string;
  readonly model: string;
  /** The client speaks this dialect too: keep in `passthrough` what the vocabulary has no word for. */
  readonly passthrough: boolean;
}
