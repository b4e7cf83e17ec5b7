import type { Block } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';

/** What this dialect is called, on both sides. */
export const dialectName = 'openai-responses';

/** How the stream tells of one kind of part: the types of its events, its number in them, where it ends up in its item. */
export interface PartForm {
  readonly block: Block;
  readonly added: string;
  readonly delta: string;
  /** Says all of the text again. */
  readonly whole: string;
  readonly done: string;
  readonly place: 'content_index' | 'summary_index';
  readonly list: 'content' | 'summary';
  /** The member that holds its text. */
  readonly member: 'text' | 'refusal';
}

const contentPart = {
  added: 'response.content_part.added',
  done: 'response.content_part.done',
  place: 'content_index',
  list: 'content',
  member: 'text',
} as const;

/** The parts that the vocabulary has a block for, by their type. `reasoning_text` is DeepSeek's, OpenRouter's, LM Studio's. */
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

/** Is this an item that the vocabulary has blocks for? Any other is the provider's own work. */
export function hasBlocks(itemType: string): boolean {
  return itemsOfBlocks.has(itemType);
}

/**
 * `passthrough` in this dialect: what a frame says and the vocabulary has no word for. A delta's is the members of its frame.
 *
 * An answer has items, an item has parts, and a block is a part, or an item that has none. So the opening of a block
 * tells by `place` which item it is of, and blocks of one place are one item.
 */
export interface ResponsesPassthrough {
  /** Of which item this is, in the order in which the provider began them; not the provider's own `output_index`. */
  place?: number;
  /** Members of the item: as it began on the first block's opening, as it was done on the last one's end. */
  item?: JsonObject;
  /** Members of the part, as it began or as it was done. */
  part?: JsonObject;
  /** Members of the event that said all of the text again. */
  whole?: JsonObject;
  /** A whole event that the vocabulary says nothing of; its `output_index` is to be made from `place`. */
  frame?: JsonObject;
  /** Members of the response, on the start and on the finish. */
  response?: JsonObject;
  usage?: JsonObject;
  /** What the provider shows of its own work at the end; of tools that it listed, only there. */
  ownWork?: JsonObject[];
}
