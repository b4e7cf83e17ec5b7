import type { Block } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';

/** The name of this dialect, for clients and providers. */
export const dialectName = 'openai-responses';

/** How the stream reports one type of part: its event types, its number in them, and its place in the item. */
export interface PartForm {
  readonly block: Block;
  readonly added: string;
  readonly delta: string;
  /** Repeats the whole text. */
  readonly whole: string;
  readonly done: string;
  readonly place: 'content_index' | 'summary_index';
  readonly list: 'content' | 'summary';
  /** The member with its text. */
  readonly member: 'text' | 'refusal';
}

const contentPart = {
  added: 'response.content_part.added',
  done: 'response.content_part.done',
  place: 'content_index',
  list: 'content',
  member: 'text',
} as const;

/** The parts that have a block in the vocabulary, by type. DeepSeek, OpenRouter and LM Studio use `reasoning_text`. */
export const partForms = {
  output_text: {
    ...contentPart,
    block: { kind: 'text' },
    delta: 'response.output_text.delta',
    whole: 'response.output_text.done',
  },
  refusal: {
    ...contentPart,
    block: { kind: 'text', refusal: true },
    delta: 'response.refusal.delta',
    whole: 'response.refusal.done',
    member: 'refusal',
  },
  reasoning_text: {
    ...contentPart,
    block: { kind: 'reasoning' },
    delta: 'response.reasoning_text.delta',
    whole: 'response.reasoning_text.done',
  },
  summary_text: {
    block: { kind: 'reasoning' },
    added: 'response.reasoning_summary_part.added',
    delta: 'response.reasoning_summary_text.delta',
    whole: 'response.reasoning_summary_text.done',
    done: 'response.reasoning_summary_part.done',
    place: 'summary_index',
    list: 'summary',
    member: 'text',
  },
} as const satisfies Record<string, PartForm>;

export type PartType = keyof typeof partForms;

export function isPartType(type: string): type is PartType {
  return Object.hasOwn(partForms, type);
}

const itemsOfBlocks: ReadonlySet<string> = new Set(['message', 'reasoning', 'function_call']);

/** True if the vocabulary has blocks for this item. Any other item is the provider's own work. */
export function hasBlocks(itemType: string): boolean {
  return itemsOfBlocks.has(itemType);
}

/**
 * `passthrough` in this dialect: the parts of a frame that the vocabulary doesn't cover. For a delta these are the
 * members of its frame.
 *
 * An answer has items, an item has parts, and a block is a part or an item without parts. So the block-start refers
 * to its item by `place`, and blocks with the same place are one item.
 */
export interface ResponsesPassthrough {
  /** The item number, in the order in which the provider started its items. Not the provider's own `output_index`. */
  place?: number;
  /** Members of the item: at its beginning on the first block-start, and when done on the last block-end. */
  item?: JsonObject;
  /** Members of the part, at its beginning or when done. */
  part?: JsonObject;
  /** Members of the event that repeated the whole text. */
  whole?: JsonObject;
  /** A whole event that the vocabulary doesn't cover. Its `output_index` is derived from `place`. */
  frame?: JsonObject;
  /** Members of the response, on the start and on the finish. */
  response?: JsonObject;
  usage?: JsonObject;
  /** The provider's own items that it shows only at the end, such as the tools that it listed. */
  ownWork?: JsonObject[];
}
