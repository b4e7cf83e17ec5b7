import type { Blocks } from '../../stream/blocks.ts';
import type { Citation, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import { unknownFields } from '../passthrough.ts';
import { strictObjects, strictText } from '../strict-fields.ts';
import { annotationMembers, deltaMembers, partMembers, wholeMembers, withoutEmptyLogprobs } from './known-members.ts';
import { type PartType, partForms, type ResponsesPassthrough } from './wire.ts';

/** The source of a block: a part of a message or of reasoning, or a function call. */
export interface Part {
  readonly key: string;
  readonly type: PartType | 'function_call';
  /** Some of its text or arguments has arrived. */
  hasText: boolean;
  cited: boolean;
  /** Members for its end. */
  readonly ending: ResponsesPassthrough;
}

/** Writes parts into their blocks. Text and arguments count once, however often a provider repeats them. */
export class Parts {
  readonly #blocks: Blocks;
  readonly #passthrough: boolean;

  constructor(blocks: Blocks, passthrough: boolean) {
    this.#blocks = blocks;
    this.#passthrough = passthrough;
  }

  /** The text or the arguments of a delta. */
  *delta(part: Part, frame: JsonObject): Generator<StreamEvent> {
    const passthrough = this.#passthrough ? unknownFields(withoutEmptyLogprobs(frame), deltaMembers) : undefined;
    yield* this.#write(part, strictText(frame, 'delta'), passthrough);
  }

  /** All of its text or arguments. Only new if there were no deltas. */
  *whole(part: Part, text: string, frame?: JsonObject): Generator<StreamEvent> {
    if (!part.hasText) yield* this.#write(part, text);
    const passthrough = frame && unknownFields(withoutEmptyLogprobs(frame), wholeMembers);
    if (passthrough) part.ending.whole = passthrough;
  }

  /** The finished part as the provider shows it. */
  *done(part: Part, wire: JsonObject): Generator<StreamEvent> {
    if (part.type === 'function_call') return;
    yield* this.whole(part, strictText(wire, partForms[part.type].member));
    if (!part.cited) for (const annotation of strictObjects(wire, 'annotations')) yield* this.cite(part, annotation);
    const passthrough = unknownFields(withoutEmptyLogprobs(wire), partMembers[part.type]);
    if (passthrough) part.ending.part = { ...part.ending.part, ...passthrough };
  }

  *cite(part: Part, annotation: JsonObject, frame: JsonObject = { annotation }): Generator<StreamEvent> {
    if (part.type !== 'output_text') return;
    part.cited = true;
    const passthrough = this.#passthrough && { passthrough: unknownFields(frame, annotationMembers) ?? {} };
    yield* this.#blocks.delta(
      part.key,
      { kind: 'text' },
      { type: 'citation-delta', citation: citationOf(annotation), ...passthrough },
    );
  }

  /** `item` holds the other members of the item, if it is done too. */
  *end(part: Part, item?: JsonObject): Generator<StreamEvent> {
    const ending = { ...part.ending, ...(item && { item }) };
    yield* this.#blocks.end(part.key, this.#passthrough && Object.keys(ending).length > 0 ? ending : undefined);
  }

  *#write(part: Part, text: string, passthrough?: JsonObject): Generator<StreamEvent> {
    if (text === '' && !passthrough) return;
    part.hasText ||= text !== '';
    if (part.type === 'function_call') {
      yield* this.#blocks.tool(part.key, { json: text }, passthrough);
      return;
    }
    const { block } = partForms[part.type];
    const type = block.kind === 'reasoning' ? 'reasoning-delta' : 'text-delta';
    yield* this.#blocks.delta(part.key, block, { type, text, ...(passthrough && { passthrough }) });
  }
}

/** A citation of a web page, or of a file, which only has a name. */
function citationOf(wire: JsonObject): Citation {
  const url = strictText(wire, 'url');
  const title = strictText(wire, 'title') || strictText(wire, 'filename');
  return { ...(url && { url }), ...(title && { title }) };
}
