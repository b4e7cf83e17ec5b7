import type { Citation } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';

/*
 * What OpenAI's API has no word for and OpenRouter's has: a client that sends its assistant message back with all its
 * members gives signed reasoning back byte for byte.
 */

/** The signature of a block of reasoning, whose text went out as `reasoning_content`. */
export function signatureDetail(signature: string, index: number): JsonObject {
  return { type: 'reasoning.text', index: Math.max(index, 0), signature };
}

/** Reasoning that only the model can read. */
export function redactedDetail(data: string, index: number): JsonObject {
  return { type: 'reasoning.encrypted', index, data };
}

/** OpenAI's `url_citation`; its positions are required by strict readers, and nobody gave them. */
export function citationBody({ url = '', title, text }: Citation): JsonObject {
  return {
    type: 'url_citation',
    url_citation: { start_index: 0, end_index: 0, url, title: title ?? url, ...(text && { content: text }) },
  };
}
