import { Blocks } from '../../stream/blocks.ts';
import { SluiceError } from '../../stream/errors.ts';
import type { Block, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import { unknownFields } from '../passthrough.ts';
import { strictObject, strictObjects, strictText } from '../strict-fields.ts';
import { addedMembers, doneMembers, partMembers, withoutEmptyLogprobs } from './known-members.ts';
import { type Part, Parts } from './parts.ts';
import { hasBlocks, isPartType, type PartType, partForms, type ResponsesPassthrough } from './wire.ts';

interface Item {
  readonly place: number;
  readonly type: string;
  /** The item at its beginning, and the event that started it. */
  readonly wire: JsonObject;
  readonly frame: JsonObject;
  readonly parts: Map<string, Part>;
  /** The part or call whose end may still add members. */
  last?: Part;
  /** Its members were attached to its first block. */
  announced: boolean;
}

const partsByEvent: ReadonlyMap<string, PartType> = new Map(
  (Object.keys(partForms) as PartType[]).flatMap((type) => [
    [partForms[type].delta, type],
    [partForms[type].whole, type],
  ]),
);

/** More items than any response has. */
const maxItems = 4096;

/**
 * The items of a response as blocks of the vocabulary. Each part of a message or of reasoning is a block, and so is
 * each function call. Any other item is the provider's own work.
 *
 * Only `output_index` identifies an item, because GitHub Copilot changes the id in each event. Text without deltas is
 * taken from the events that repeat everything (LM Studio sends arguments only in such an event). Throws
 * `upstream_protocol_error` for arguments outside a call, for text inside one, and for whatever Blocks rejects.
 */
export class Items {
  readonly #blocks: Blocks;
  readonly #parts: Parts;
  readonly #passthrough: boolean;
  readonly #items = new Map<number, Item>();
  #count = 0;
  #latest = 0;
  /** The model has called a function. */
  called = false;
  /** The model has declined. */
  refused = false;

  constructor(id: string, passthrough: boolean) {
    this.#blocks = new Blocks(id, { marksEnds: true });
    this.#parts = new Parts(this.#blocks, passthrough);
    this.#passthrough = passthrough;
  }

  get begun(): boolean {
    return this.#count > 0;
  }

  /** An event about an item. */
  *read(type: string, event: JsonObject): Generator<StreamEvent> {
    const index = typeof event.output_index === 'number' ? event.output_index : this.#latest;
    switch (type) {
      case 'response.output_item.added':
        yield* this.#add(index, strictObject(event, 'item') ?? {}, event);
        break;
      case 'response.output_item.done':
        yield* this.done(index, strictObject(event, 'item') ?? {}, event);
        break;
      default:
        yield* this.#inside(index, type, event);
    }
  }

  /** Ends an item and adds what no event has sent before. */
  *done(index: number, wire: JsonObject, event: JsonObject): Generator<StreamEvent> {
    const item = this.#items.get(index) ?? (yield* this.#add(index, wire, { ...event, type: 'response.output_item.added' }));
    switch (item.type) {
      case 'message':
        yield* this.#partsOf(item, wire, 'content');
        break;
      case 'reasoning':
        yield* this.#partsOf(item, wire, 'summary');
        yield* this.#partsOf(item, wire, 'content');
        yield* this.#encrypted(item, wire, event);
        break;
      case 'function_call':
        yield* this.#parts.whole(callOf(item), strictText(wire, 'arguments') || strictText(item.wire, 'arguments'));
        break;
      default:
        if (this.#isImage(item)) yield* this.#blocks.open(keyOf(item), imageOf(wire));
        else yield* this.#ownWork(item, event);
        yield* this.#blocks.end(keyOf(item));
    }
    if (item.last) yield* this.#parts.end(item.last, unknownFields(wire, doneMembers) ?? {});
  }

  /** Ends the answer. */
  *end(): Generator<StreamEvent> {
    for (const item of this.#items.values()) {
      if (item.type === 'function_call') yield* this.#parts.whole(callOf(item), strictText(item.wire, 'arguments'));
    }
    yield* this.#blocks.endAll();
  }

  *#add(index: number, wire: JsonObject, frame: JsonObject): Generator<StreamEvent, Item> {
    const before = this.#items.get(index);
    if (before?.last) yield* this.#parts.end(before.last);
    if (this.#count >= maxItems) throw protocolError(`sent more than ${maxItems} items`);
    const type = strictText(wire, 'type');
    const item: Item = { place: this.#count++, type, wire, frame, parts: new Map(), announced: false };
    this.#items.set(index, item);
    this.#latest = index;
    if (type === 'function_call') {
      this.called = true;
      const id = strictText(wire, 'call_id') || strictText(wire, 'id');
      yield* this.#blocks.tool(callOf(item).key, { id, name: strictText(wire, 'name') }, this.#opening(item));
    } else if (!hasBlocks(type) && !this.#isImage(item)) yield* this.#openOwnWork(item);
    return item;
  }

  /** An event in the middle of an item. */
  *#inside(index: number, type: string, event: JsonObject): Generator<StreamEvent> {
    const partType = partsByEvent.get(type) ?? strictText(strictObject(event, 'part') ?? {}, 'type');
    const item = this.#items.get(index) ?? (yield* this.#imply(index, type, partType));
    if (!item) return;
    if (this.#isImage(item)) return;
    if (!hasBlocks(item.type)) yield* this.#ownWork(item, event);
    else if (item.type === 'function_call' && type === 'response.function_call_arguments.delta') {
      yield* this.#parts.delta(callOf(item), event);
    } else if (item.type === 'function_call' && type === 'response.function_call_arguments.done') {
      yield* this.#parts.whole(callOf(item), strictText(event, 'arguments'), event);
    } else if (isArguments(type)) throw protocolError('sent tool arguments outside a tool call');
    else if (item.type !== 'function_call' && isPartType(partType)) yield* this.#ofPart(item, partType, type, event);
    else if (partsByEvent.has(type)) throw protocolError('sent text inside a tool call');
    else if (item.last && type === 'response.output_text.annotation.added') {
      yield* this.#parts.cite(item.last, strictObject(event, 'annotation') ?? {}, event);
    } else if (this.#passthrough) yield { type: 'extra', passthrough: { place: item.place, frame: event } };
  }

  /** Creates the item of an event without a preceding start, if the event shows its type. */
  *#imply(index: number, type: string, partType: string): Generator<StreamEvent, Item | undefined> {
    if (isArguments(type)) throw protocolError('sent tool arguments outside a tool call');
    if (!isPartType(partType)) return undefined;
    return yield* this.#add(index, { type: partForms[partType].block.kind === 'reasoning' ? 'reasoning' : 'message' }, {});
  }

  *#ofPart(item: Item, type: PartType, event: string, frame: JsonObject): Generator<StreamEvent> {
    const form = partForms[type];
    const shown = strictObject(frame, 'part') ?? {};
    const part = yield* this.#part(item, type, Number(frame[form.place] ?? 0), event === form.added ? shown : {});
    if (event === form.delta) yield* this.#parts.delta(part, frame);
    else if (event === form.whole) yield* this.#parts.whole(part, strictText(frame, form.member), frame);
    else if (event === form.done) yield* this.#parts.done(part, shown);
  }

  /** The part with this number. A new part ends the one before it. */
  *#part(item: Item, type: PartType, number: number, wire: JsonObject): Generator<StreamEvent, Part> {
    const name = `${partForms[type].list} ${number}`;
    const known = item.parts.get(name);
    if (known) return known;
    if (item.last) yield* this.#parts.end(item.last);
    const part: Part = { key: `${keyOf(item)} ${name}`, type, hasText: false, cited: false, ending: {} };
    item.parts.set(name, part);
    item.last = part;
    if (type === 'refusal') this.refused = true;
    const unknownPartFields = unknownFields(withoutEmptyLogprobs({ ...wire, type }), partMembers[type]);
    const passthrough = this.#opening(item, { ...(unknownPartFields && { part: unknownPartFields }) });
    yield* this.#blocks.open(part.key, partForms[type].block, passthrough);
    return part;
  }

  /** The parts of a complete item. */
  *#partsOf(item: Item, wire: JsonObject, list: 'content' | 'summary'): Generator<StreamEvent> {
    for (const [number, content] of strictObjects(wire, list).entries()) {
      const type = strictText(content, 'type');
      if (!isPartType(type) || partForms[type].list !== list) continue;
      const part = yield* this.#part(item, type, number, content);
      yield* this.#parts.done(part, content);
    }
  }

  /** Encrypted reasoning signs the existing text. Without text it is a block of its own. */
  *#encrypted(item: Item, wire: JsonObject, event: JsonObject): Generator<StreamEvent> {
    const encrypted = strictText(wire, 'encrypted_content');
    if (item.last && encrypted) {
      yield* this.#blocks.delta(item.last.key, { kind: 'reasoning' }, { type: 'signature-delta', signature: encrypted });
    } else if (encrypted) {
      yield* this.#blocks.open(keyOf(item), { kind: 'redacted-reasoning', data: encrypted }, this.#opening(item));
      yield* this.#blocks.end(keyOf(item), this.#passthrough ? { item: unknownFields(wire, doneMembers) ?? {} } : undefined);
    } else if (!item.last && this.#passthrough) {
      // No other dialect could show this.
      yield* this.#openOwnWork(item);
      yield* this.#ownWork(item, event);
      yield* this.#blocks.end(keyOf(item));
    }
  }

  *#openOwnWork(item: Item): Generator<StreamEvent> {
    yield* this.#blocks.open(
      keyOf(item),
      providerBlock(item),
      this.#passthrough ? { place: item.place, frame: item.frame } : undefined,
    );
  }

  *#ownWork(item: Item, frame: JsonObject): Generator<StreamEvent> {
    const passthrough = this.#passthrough && { passthrough: { place: item.place, frame } };
    yield* this.#blocks.delta(keyOf(item), providerBlock(item), { type: 'provider-delta', ...passthrough });
  }

  /** An image that OpenAI made for the model. Other dialects can show it, but only when it is whole. */
  #isImage({ type }: Item): boolean {
    return type === 'image_generation_call' && !this.#passthrough;
  }

  /** The members for the opening of a block, with those of its item on the first one. */
  #opening(item: Item, ofPart: ResponsesPassthrough = {}): JsonObject | undefined {
    if (!this.#passthrough) return undefined;
    const ofItem = item.announced ? undefined : unknownFields(item.wire, addedMembers);
    item.announced = true;
    return { place: item.place, ...(ofItem && { item: ofItem }), ...ofPart };
  }
}

function imageOf(wire: JsonObject): Block {
  return { kind: 'image', mediaType: `image/${strictText(wire, 'output_format') || 'png'}`, data: strictText(wire, 'result') };
}

function isArguments(type: string): boolean {
  return type.startsWith('response.function_call_arguments.');
}

function keyOf(item: Item): string {
  return `item ${item.place}`;
}

/** A call has no parts, so it counts as one. */
function callOf(item: Item): Part {
  item.last ??= { key: keyOf(item), type: 'function_call', hasText: false, cited: false, ending: {} };
  return item.last;
}

function providerBlock(item: Item): Block {
  return { kind: 'provider', name: item.type };
}

function protocolError(what: string): SluiceError {
  return new SluiceError('upstream_protocol_error', `The provider ${what}.`);
}
