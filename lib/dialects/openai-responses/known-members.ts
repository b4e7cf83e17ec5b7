import type { JsonObject } from '../../stream/json.ts';
import type { PartType } from './wire.ts';

/*
 * Wire members that the events of the vocabulary cover or that our encoder writes itself. `passthrough` holds the
 * rest.
 */

// `obfuscation` is padding of the provider's own events, and Spring AI 2.0 hangs on it.
const places = ['type', 'sequence_number', 'item_id', 'output_index', 'content_index', 'summary_index', 'obfuscation'];

/** Of a text or arguments delta. */
export const deltaMembers: ReadonlySet<string> = new Set([...places, 'delta']);

/** Of an event that repeats a whole text or all arguments. */
export const wholeMembers: ReadonlySet<string> = new Set([...places, 'text', 'refusal', 'arguments']);

/** Of a citation event, which is passed through as a whole. */
export const annotationMembers: ReadonlySet<string> = new Set([...places, 'annotation_index']);

/** Of an item at its beginning. */
export const addedMembers: ReadonlySet<string> = new Set([
  'type',
  'role',
  'status',
  'content',
  'summary',
  'call_id',
  'name',
  'arguments',
]);

/** Of a finished item. Its id stays the same. */
export const doneMembers: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'content',
  'summary',
  'call_id',
  'name',
  'arguments',
  'encrypted_content',
]);

/** Of a part. The type `reasoning_text` is kept, because a reasoning block is a `summary_text` by default. */
export const partMembers: Readonly<Record<PartType, ReadonlySet<string>>> = {
  output_text: new Set(['type', 'text', 'annotations']),
  refusal: new Set(['type', 'refusal']),
  reasoning_text: new Set(['text']),
  summary_text: new Set(['type', 'text']),
};

/**
 * Of a response, at its beginning and its end. OpenRouter sends `output_text: ""`, which clients compute themselves.
 */
export const responseMembers: ReadonlySet<string> = new Set([
  'id',
  'object',
  'model',
  'status',
  'output',
  'output_text',
  'usage',
  'error',
  'incomplete_details',
  'store',
]);

/** Of the event that ends a response. */
export const terminalMembers: ReadonlySet<string> = new Set(['type', 'sequence_number', 'response']);

/** The same without `logprobs: []`, which is always written and has no meaning. */
export function withoutEmptyLogprobs(object: JsonObject): JsonObject {
  const { logprobs, ...rest } = object;
  return Array.isArray(logprobs) && logprobs.length === 0 ? rest : object;
}
