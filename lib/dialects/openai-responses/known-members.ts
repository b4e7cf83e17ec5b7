import type { JsonObject } from '../../stream/json.ts';
import type { PartType } from './wire.ts';

/*
 * Members of the wire that the events of the vocabulary say, or that our encoder writes by itself; `passthrough` has the rest.
 */

const places = ['type', 'sequence_number', 'item_id', 'output_index', 'content_index', 'summary_index'];

/** Of a delta, or of arguments. */
export const deltaMembers: ReadonlySet<string> = new Set([...places, 'delta']);

/** Of an event that says a whole text or all arguments again. */
export const wholeMembers: ReadonlySet<string> = new Set([...places, 'text', 'refusal', 'arguments']);

/** Of the event of a citation, which is native as a whole. */
export const annotationMembers: ReadonlySet<string> = new Set([...places, 'annotation_index']);

/** Of an item as it begins. */
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

/** Of an item as it is done; its id stays what it was. */
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

/** Of a part. The type of `reasoning_text` is told, because a block of reasoning is a `summary_text` otherwise. */
export const partMembers: Readonly<Record<PartType, ReadonlySet<string>>> = {
  output_text: new Set(['type', 'text', 'annotations']),
  refusal: new Set(['type', 'refusal']),
  reasoning_text: new Set(['text']),
  summary_text: new Set(['type', 'text']),
};

/** Of a response, as it begins and as it ends. OpenRouter says `output_text: ""`, which clients put together themselves. */
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

/** The same without `logprobs: []`, which says nothing and is always written. */
export function withoutEmptyLogprobs(object: JsonObject): JsonObject {
  const { logprobs, ...rest } = object;
  return Array.isArray(logprobs) && logprobs.length === 0 ? rest : object;
}
