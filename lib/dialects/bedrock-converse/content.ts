import { Blocks } from '../../stream/blocks.ts';
import type { Delta } from '../../stream/delta.ts';
import { SluiceError } from '../../stream/errors.ts';
import type { Block, Citation, StreamEvent } from '../../stream/events.ts';
import type { Json, JsonObject } from '../../stream/json.ts';
import { lenientObject, lenientText } from '../lenient-fields.ts';
import { strictObject, strictText } from '../strict-fields.ts';
import { upstreamFailure } from '../upstream-failure.ts';
import { type KnownFields, unknownFields } from './passthrough.ts';

const maxGatheredCharacters = 32 << 20;

const knownFrameFields: KnownFields = { contentBlockIndex: true, p: true };
const knownToolStartFields: KnownFields = { ...knownFrameFields, start: { toolUse: { toolUseId: true, name: true } } };
const knownTextFields: KnownFields = { ...knownFrameFields, delta: { text: true } };
const reasoningMembers: KnownFields = { text: true, signature: true, redactedContent: true };
const knownReasoningFields: KnownFields = { ...knownFrameFields, delta: { reasoningContent: reasoningMembers } };
const knownArgumentFields: KnownFields = { ...knownFrameFields, delta: { toolUse: { input: true } } };

/** A block that has begun. An image and redacted reasoning may arrive in pieces but become one event. */
interface Opened {
  readonly key: number;
  readonly block: Block;
  readonly pieces: string[];
  /** The length of all pieces. */
  size: number;
}

/**
 * Converse content blocks as blocks of the vocabulary. Bedrock announces only tools, results and images. Text and
 * reasoning begin with their first delta. A delta of another kind begins a new block.
 *
 * Bedrock's own tool use (`server_tool_use` and its results) and unknown kinds of content are provider blocks. Throws
 * `upstream_protocol_error` for content that can't be put in order.
 */
export class Content {
  readonly #blocks: Blocks;
  readonly #passthrough: boolean;
  readonly #opened = new Map<number, Opened>();
  #keys = 0;

  constructor(id: string, passthrough: boolean) {
    this.#blocks = new Blocks(id, { marksEnds: true });
    this.#passthrough = passthrough;
  }

  /** contentBlockStart */
  *start(payload: JsonObject): Generator<StreamEvent> {
    const index = indexOf(payload);
    const start = lenientObject(payload.start);
    for (const [kind, value] of Object.entries(start)) {
      const wire = lenientObject(value);
      if (kind === 'toolUse' && wire.type !== 'server_tool_use') {
        const { key } = yield* this.#open(index, { kind: 'tool', id: '', name: '' });
        yield* this.#blocks.tool(
          key,
          { id: lenientText(wire.toolUseId), name: lenientText(wire.name) },
          this.#unknownFields(payload, knownToolStartFields),
        );
      } else if (kind === 'image') {
        const format = lenientText(wire.format);
        yield* this.#open(index, { kind: 'image', mediaType: mediaTypeOf(format), data: '' });
      } else {
        const { key, block } = yield* this.#open(index, {
          kind: 'provider',
          name: lenientText(wire.name) || lenientText(wire.type) || kind,
        });
        yield* this.#blocks.open(key, block, this.#unknownFields(payload, knownFrameFields));
      }
    }
  }

  /** contentBlockDelta */
  *delta(payload: JsonObject): Generator<StreamEvent> {
    const index = indexOf(payload);
    const delta = strictObject(payload, 'delta') ?? {};
    const value = (kind: string) => strictObject(delta, kind) ?? {};
    for (const kind of Object.keys(delta)) {
      if (this.#opened.get(index)?.block.kind === 'provider') yield* this.#provider(index, kind, payload);
      else if (kind === 'text') yield* this.#text(index, strictText(delta, kind), this.#unknownFields(payload, knownTextFields));
      else if (kind === 'reasoningContent') yield* this.#reasoning(index, value(kind), payload);
      else if (kind === 'toolUse') yield* this.#arguments(index, value(kind), payload);
      else if (kind === 'citation') yield* this.#citation(index, value(kind), payload);
      else if (kind === 'image') yield* this.#image(index, value(kind));
      else if (!this.#opened.has(index)) yield* this.#provider(index, kind, payload);
      else if (this.#passthrough)
        yield { type: 'extra', passthrough: { event: 'contentBlockDelta', payload: unknownFields(payload, { p: true }) } };
    }
  }

  /** contentBlockStop */
  *stop(payload: JsonObject): Generator<StreamEvent> {
    yield* this.#close(indexOf(payload));
  }

  /** Ends the answer and closes the blocks that are still open. */
  *end(): Generator<StreamEvent> {
    for (const index of [...this.#opened.keys()]) yield* this.#close(index);
    yield* this.#blocks.endAll();
  }

  #text(index: number, text: string, passthrough: JsonObject | undefined): Iterable<StreamEvent> {
    // gpt-oss sends an empty block before its reasoning.
    if (text === '' && !passthrough) return [];
    return this.#put(index, { kind: 'text' }, { type: 'text-delta', text, ...(passthrough && { passthrough }) });
  }

  *#reasoning(index: number, wire: JsonObject, payload: JsonObject): Generator<StreamEvent> {
    const [text, signature, redacted] = [
      strictText(wire, 'text'),
      strictText(wire, 'signature'),
      strictText(wire, 'redactedContent'),
    ];
    const passthrough = this.#unknownFields(payload, knownReasoningFields);
    const more = passthrough && { passthrough };
    const block: Block = { kind: 'reasoning' };
    if (text || passthrough) yield* this.#put(index, block, { type: 'reasoning-delta', text, ...more });
    if (signature) yield* this.#put(index, block, { type: 'signature-delta', signature });
    if (redacted) yield* this.#gather(index, { kind: 'redacted-reasoning', data: '' }, redacted);
  }

  *#arguments(index: number, wire: JsonObject, payload: JsonObject): Generator<StreamEvent> {
    const json = strictText(wire, 'input');
    const { key } = yield* this.#openFor(index, { kind: 'tool', id: '', name: '' });
    yield* this.#blocks.tool(key, { json }, this.#unknownFields(payload, knownArgumentFields));
  }

  *#citation(index: number, wire: JsonObject, payload: JsonObject): Generator<StreamEvent> {
    const passthrough = this.#unknownFields(payload, knownFrameFields);
    yield* this.#put(
      index,
      { kind: 'text' },
      { type: 'citation-delta', citation: citationOf(wire), ...(passthrough && { passthrough }) },
    );
  }

  *#image(index: number, { source, error }: JsonObject): Generator<StreamEvent> {
    if (error !== undefined) throw upstreamFailure({ message: lenientText(lenientObject(error).message) });
    yield* this.#gather(index, { kind: 'image', mediaType: mediaTypeOf(''), data: '' }, lenientText(lenientObject(source).bytes));
  }

  *#provider(index: number, kind: string, payload: JsonObject): Generator<StreamEvent> {
    const passthrough = this.#unknownFields(payload, knownFrameFields);
    yield* this.#put(index, { kind: 'provider', name: kind }, { type: 'provider-delta', ...(passthrough && { passthrough }) });
  }

  *#put(index: number, block: Block, delta: Delta): Generator<StreamEvent> {
    const opened = yield* this.#openFor(index, block);
    yield* this.#blocks.delta(opened.key, opened.block, delta);
  }

  *#gather(index: number, block: Block, piece: string): Generator<StreamEvent> {
    const opened = yield* this.#openFor(index, block);
    opened.pieces.push(piece);
    opened.size += piece.length;
    if (opened.size > maxGatheredCharacters) throw protocolError('sent a block that is larger than the limit');
  }

  /** The block of a delta. Opens one if none of its kind is open. */
  *#openFor(index: number, block: Block): Generator<StreamEvent, Opened> {
    const opened = this.#opened.get(index);
    return opened?.block.kind === block.kind ? opened : yield* this.#open(index, block);
  }

  *#open(index: number, block: Block): Generator<StreamEvent, Opened> {
    yield* this.#close(index);
    // Buffered content comes before the block that begins after it.
    for (const [other, { pieces }] of this.#opened) if (pieces.length > 0) yield* this.#close(other);
    const opened = { key: this.#keys++, block, pieces: [], size: 0 };
    this.#opened.set(index, opened);
    return opened;
  }

  *#close(index: number): Generator<StreamEvent> {
    const opened = this.#opened.get(index);
    if (!opened) return;
    this.#opened.delete(index);
    const { key, block, pieces } = opened;
    if (block.kind === 'redacted-reasoning' || block.kind === 'image') {
      const data = joinBase64(pieces);
      if (data === '') throw protocolError('sent an image without its bytes');
      yield* this.#blocks.open(key, { ...block, data });
    }
    yield* this.#blocks.end(key);
  }

  /** The parts of this frame that its event doesn't cover. */
  #unknownFields(payload: JsonObject, covered: KnownFields): JsonObject | undefined {
    return this.#passthrough ? unknownFields(payload, covered) : undefined;
  }
}

function indexOf(payload: JsonObject): number {
  if (typeof payload.contentBlockIndex !== 'number') throw protocolError('sent a content block without an index');
  return payload.contentBlockIndex;
}

function mediaTypeOf(format: string): string {
  return /^[a-z0-9]+$/.test(format) ? `image/${format}` : 'application/octet-stream';
}

/** Each piece is base64 on its own, so they can only be joined as bytes. */
function joinBase64(pieces: readonly string[]): string {
  const [first = '', ...others] = pieces;
  if (others.length === 0) return first;
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))).toString('base64');
}

/** The source of the text: a web page, or a document that Bedrock quotes. */
function citationOf(wire: JsonObject): Citation {
  const url = lenientText(lenientObject(lenientObject(wire.location).web).url);
  const title = lenientText(wire.title);
  const text = listIn(wire.sourceContent)
    .map((content) => lenientText(lenientObject(content).text))
    .join('');
  return { ...(url && { url }), ...(title && { title }), ...(text && { text }) };
}

function listIn(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function protocolError(what: string): SluiceError {
  return new SluiceError('upstream_protocol_error', `The provider ${what}.`);
}
