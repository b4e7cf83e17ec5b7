import type { Block, Citation } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';

/*
 * Fields that OpenRouter's API has and OpenAI's doesn't. A client that sends its assistant message back unchanged
 * returns signed reasoning byte for byte.
 */

/** The signature of a reasoning block whose text was sent as `reasoning_content`. */
export function signatureDetail(signature: string, index: number): JsonObject {
  return { type: 'reasoning.text', index: Math.max(index, 0), signature };
}

/** Reasoning that only the model can read. */
export function redactedDetail(data: string, index: number): JsonObject {
  return { type: 'reasoning.encrypted', index, data };
}

/** OpenAI's `url_citation`. Strict readers require its positions, but no provider sent any. */
export function citationBody({ url = '', title, text }: Citation): JsonObject {
  return {
    type: 'url_citation',
    url_citation: { start_index: 0, end_index: 0, url, title: title ?? url, ...(text && { content: text }) },
  };
}

/** An image that the model made. */
export function imageBody({ mediaType, data }: Extract<Block, { kind: 'image' }>): JsonObject {
  return { type: 'image_url', image_url: { url: `data:${mediaType};base64,${data}` } };
}
