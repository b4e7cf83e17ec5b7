import type { SluiceError } from './errors.ts';
import type { JsonObject } from './json.ts';

/**
 * The one vocabulary that every decoder speaks and every encoder reads.
 *
 *   stream = start block* finish
 *   block  = block-start delta* block-end      blocks never overlap; indices are dense from 0
 *
 * or any beginning of such a stream, then `error`: inside a block too, which then stays open, so that nobody takes half
 * a tool call for a whole one.
 *
 * An `extra` may stand anywhere before the end, inside a block too. Delta kinds follow the block: text takes
 * text-delta and citation-delta; reasoning takes reasoning-delta and signature-delta; tool takes tool-delta (at least
 * one: a call without arguments says `{}`); provider takes provider-delta; redacted-reasoning and image come whole.
 *
 * `finish` is earned: only the provider's own stop makes one. Everything else ends in `error`.
 * Streams of equal content are equal values: no clock and no random id inside; both are passed in.
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
 * The second depth of the pipeline. When client and provider speak one dialect, the decoder puts here what its frame
 * said and the vocabulary has no word for (logprobs, other choices, service tiers), in a shape that only this dialect
 * knows; the dialect's own encoder writes it again. Everyone else ignores it; across dialects it is never set.
 */
export interface WithPassthrough {
  passthrough?: JsonObject;
}

/**
 * What a block holds. `refusal` marks text in which the model declines. `provider` is something the provider did by
 * itself (a search, code it ran, their results): shown only in its own dialect, through `passthrough`.
 * `data` of redacted reasoning is opaque and goes back byte-equal; of an image it is base64.
 */
export type Block =
  | { kind: 'text'; refusal?: true }
  | { kind: 'reasoning' }
  | { kind: 'redacted-reasoning'; data: string }
  | { kind: 'tool'; id: string; name: string }
  | { kind: 'image'; mediaType: string; data: string }
  | { kind: 'provider'; name: string };

/** Where a piece of text comes from, as far as the provider says. */
export interface Citation {
  url?: string;
  title?: string;
  text?: string;
}

/** Why the model stopped. `other` is a reason we do not know, never a guess; the provider's own word stands beside it. */
export type FinishReason = 'stop' | 'length' | 'tool-call' | 'content-filter' | 'refusal' | 'other';

/**
 * Token counts, cumulative. A missing count means that the provider did not say, never zero.
 * `input` is the whole prompt, cached parts included (OpenAI's sense; Anthropic and Bedrock count the cached parts
 * apart and are added up by their decoders). `output` includes `reasoning`.
 */
export interface Usage {
  input?: number;
  output?: number;
  cacheRead?: number;
  cacheWrite?: number;
  reasoning?: number;
}

/** Events in order; ends after `finish` or `error`, or throws a SluiceError. */
export type Events = AsyncIterable<StreamEvent>;
