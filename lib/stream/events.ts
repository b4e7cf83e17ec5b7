import type { SluiceError } from './errors.ts';
import type { JsonObject } from './json.ts';

/**
 * The event vocabulary that every decoder writes and every encoder reads.
 *
 *   stream = start block* finish
 *   block  = block-start delta* block-end      blocks never overlap; indices are dense from 0
 *
 * A stream may also stop after any prefix of this and end in `error`. If that happens inside a block, the block stays
 * open, so that no client mistakes half a tool call for a complete one.
 *
 * An `extra` may appear anywhere before the end, including inside a block. The block decides which deltas are
 * allowed. Text has text-delta and citation-delta. Reasoning has reasoning-delta and signature-delta. Tool has
 * tool-delta (at least one, `{}` for a call without arguments). Provider has provider-delta. Redacted-reasoning and
 * image have no deltas.
 *
 * Only the provider's own stop produces a `finish`. Every other end is an `error`. Streams with equal content are
 * equal values, so clocks and random ids are passed in.
 */
export type StreamEvent =
  | ({ type: 'start'; id: string; model: string; usage?: Usage } & WithPassthrough)
  | ({ type: 'block-start'; index: number; block: Block } & WithPassthrough)
  | ({ type: 'text-delta'; index: number; text: string } & WithPassthrough)
  | ({ type: 'citation-delta'; index: number; citation: Citation } & WithPassthrough)
  | ({ type: 'reasoning-delta'; index: number; text: string } & WithPassthrough)
  | ({ type: 'signature-delta'; index: number; signature: string } & WithPassthrough)
  | ({ type: 'tool-delta'; index: number; json: string } & WithPassthrough)
  | ({ type: 'provider-delta'; index: number } & WithPassthrough)
  | ({ type: 'block-end'; index: number } & WithPassthrough)
  | ({ type: 'extra' } & WithPassthrough)
  | ({ type: 'finish'; reason: FinishReason; rawReason: string; usage: Usage } & WithPassthrough)
  | { type: 'error'; error: SluiceError };

/**
 * The second depth of the pipeline. If client and provider use the same dialect, the decoder stores here the parts of
 * a frame that the vocabulary doesn't cover (logprobs, other choices, service tiers). Only the encoder of that
 * dialect knows the shape and writes the parts again. Other encoders ignore it. It is never set across dialects.
 */
export interface WithPassthrough {
  passthrough?: JsonObject;
}

/**
 * What a block holds. `refusal` marks text in which the model declines. `provider` is something the provider did by
 * itself (a search, code it ran, their results): shown only in its own dialect, through `passthrough`.
 * The deltas of a `custom` tool have free text instead of JSON.
 * `data` of redacted reasoning is opaque and goes back byte-equal; of an image it is base64.
 */
export type Block =
  | { kind: 'text'; refusal?: true }
  | { kind: 'reasoning' }
  | { kind: 'redacted-reasoning'; data: string }
  | { kind: 'tool'; id: string; name: string; custom?: true }
  | { kind: 'image'; mediaType: string; data: string }
  | { kind: 'provider'; name: string };

/** The source of a piece of text, as far as the provider reports it. */
export interface Citation {
  url?: string;
  title?: string;
  text?: string;
}

/** Why the model stopped. `other` is an unknown reason, never a guess. The provider's own value is kept beside it. */
export type FinishReason = 'stop' | 'length' | 'tool-call' | 'content-filter' | 'refusal' | 'other';

/**
 * Token counts, cumulative. A missing count means that the provider did not send it, never zero. `input` is the whole
 * prompt including cached parts, as OpenAI counts it. Anthropic and Bedrock count cached parts separately, so their
 * decoders add them up. `output` includes `reasoning`.
 */
export interface Usage {
  input?: number;
  output?: number;
  cacheRead?: number;
  cacheWrite?: number;
  reasoning?: number;
}

/** Events in order, one array per network read. Ends after `finish` or `error`, or throws a SluiceError. */
export type Events = AsyncIterable<readonly StreamEvent[]>;
