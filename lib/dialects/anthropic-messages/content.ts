import { Blocks } from '../../stream/blocks.ts';
import { SluiceError } from '../../stream/errors.ts';
import type { Block, Citation, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import { objectAt, objectsAt, textAt } from '../../wire/fields.ts';
import { unsaid } from '../native.ts';

type Kind = Block['kind'];

/** The kind of block that a delta belongs to. */
const kindsOfDeltas: Readonly<Record<string, Kind>> = {
  text_delta: 'text',
  citations_delta: 'text',
  thinking_delta: 'reasoning',
  signature_delta: 'reasoning',
  input_json_delta: 'tool',
};

const frameMembers = new Set(['type', 'index', 'content_block', 'delta']);
const textMembers = new Set(['type', 'text']);
const citedTextMembers = new Set(['type', 'text', 'citations']);
const thinkingMembers = new Set(['type', 'thinking', 'signature']);
const redactedMembers = new Set(['type', 'data']);
const toolMembers = new Set(['type', 'id', 'name', 'input']);
const signatureMembers = new Set(['type', 'signature']);
const thinkingDeltaMembers = new Set(['type', 'thinking']);
const inputMembers = new Set(['type', 'partial_json']);

interface Opened {
  readonly key: number;
  readonly block: Block;
  /** A tool's input that came whole with its start, for when no deltas follow (programmatic tool calls do so). */
  input?: JsonObject;
}

/**
 * The wire's content blocks as blocks of the vocabulary. What proxies get wrong is put right where it can be: gaps in
 * the indices, an index used again, blocks that overlap, a start or a stop left out, thinking inside a text block.
 * Throws `upstream_protocol_error` for tool arguments outside a tool call, and for what Blocks refuses.
 */
export class Content {
  readonly #blocks: Blocks;
  readonly #native: boolean;
  readonly #opened = new Map<number, Opened>();
  #keys = 0;

  constructor(id: string, native: boolean) {
    this.#blocks = new Blocks(id);
    this.#native = native;
  }

  /** Has any block been opened? */
  get begun(): boolean {
    return this.#keys > 0;
  }

  *start(index: number, wire: JsonObject, frame: JsonObject = {}): Generator<StreamEvent> {
    yield* this.stop(index);
    const key = this.#keys++;
    const block = blockOf(wire);
    const opened: Opened = { key, block };
    this.#opened.set(index, opened);
    yield* this.#blocks.open(key, block, this.#unsaid(frame, 'content_block', wire, membersSaid(block, wire)));

    if (block.kind === 'text') {
      yield* this.#text(opened, textAt(wire, 'text'));
      for (const citation of objectsAt(wire, 'citations')) yield* this.#citation(opened, citation);
    } else if (block.kind === 'reasoning') {
      yield* this.#reasoning(opened, textAt(wire, 'thinking'));
      yield* this.#signature(opened, textAt(wire, 'signature'));
    } else if (block.kind === 'tool') {
      opened.input = objectAt(wire, 'input') ?? {};
    }
  }

  *delta(index: number, delta: JsonObject, frame: JsonObject): Generator<StreamEvent> {
    const type = textAt(delta, 'type');
    const kind = Object.hasOwn(kindsOfDeltas, type) ? kindsOfDeltas[type] : undefined;
    const found = this.#opened.get(index);
    if (found?.block.kind === 'provider') {
      const native = this.#unsaid(frame, 'delta', delta);
      yield* this.#blocks.delta(found.key, found.block, { type: 'provider-delta', ...(native && { native }) });
      return;
    }
    if (!kind) {
      if (this.#native) yield { type: 'extra', native: frame };
      return;
    }
    const opened = found?.block.kind === kind ? found : yield* this.#startFor(kind, index);
    switch (type) {
      case 'text_delta':
        yield* this.#text(opened, textAt(delta, 'text'), this.#unsaid(frame, 'delta', delta, textMembers));
        break;
      case 'thinking_delta':
        yield* this.#reasoning(opened, textAt(delta, 'thinking'), this.#unsaid(frame, 'delta', delta, thinkingDeltaMembers));
        break;
      case 'signature_delta':
        yield* this.#signature(opened, textAt(delta, 'signature'), this.#unsaid(frame, 'delta', delta, signatureMembers));
        break;
      case 'citations_delta':
        yield* this.#citation(opened, objectAt(delta, 'citation') ?? {});
        break;
      case 'input_json_delta': {
        const json = textAt(delta, 'partial_json');
        if (json === '') break;
        delete opened.input;
        yield* this.#blocks.tool(opened.key, { json }, this.#unsaid(frame, 'delta', delta, inputMembers));
      }
    }
  }

  *stop(index: number): Generator<StreamEvent> {
    const opened = this.#opened.get(index);
    if (!opened) return;
    yield* this.#wholeInput(opened);
    this.#opened.delete(index);
    yield* this.#blocks.end(opened.key);
  }

  /** The answer is over: closes what proxies, or a stop in the middle of a call, left open. */
  *end(): Generator<StreamEvent> {
    for (const opened of this.#opened.values()) yield* this.#wholeInput(opened);
    yield* this.#blocks.endAll();
  }

  /** Opens the block that a delta asks for where no block, or one of another kind, is open. */
  *#startFor(kind: Kind, index: number): Generator<StreamEvent, Opened> {
    if (kind === 'tool')
      throw new SluiceError('upstream_protocol_error', 'The provider sent tool arguments outside a tool call.');
    yield* this.start(index, { type: kind === 'text' ? 'text' : 'thinking' });
    const opened = this.#opened.get(index);
    if (!opened) throw new SluiceError('gateway_error', 'A content block was not opened.');
    return opened;
  }

  *#wholeInput({ key, input }: Opened): Generator<StreamEvent> {
    if (input && Object.keys(input).length > 0) yield* this.#blocks.tool(key, { json: JSON.stringify(input) });
  }

  #text({ key, block }: Opened, text: string, native?: JsonObject): StreamEvent[] {
    if (text === '' && !native) return [];
    return this.#blocks.delta(key, block, { type: 'text-delta', text, ...(native && { native }) });
  }

  #reasoning({ key, block }: Opened, text: string, native?: JsonObject): StreamEvent[] {
    if (text === '' && !native) return [];
    return this.#blocks.delta(key, block, { type: 'reasoning-delta', text, ...(native && { native }) });
  }

  #signature({ key, block }: Opened, signature: string, native?: JsonObject): StreamEvent[] {
    if (signature === '' && !native) return [];
    return this.#blocks.delta(key, block, { type: 'signature-delta', signature, ...(native && { native }) });
  }

  #citation({ key, block }: Opened, wire: JsonObject): StreamEvent[] {
    const native = this.#native && { native: { delta: { citation: wire } } };
    return this.#blocks.delta(key, block, { type: 'citation-delta', citation: citationOf(wire), ...native });
  }

  /** What this frame has beside what its event will say: of the frame itself, and of its one object. */
  #unsaid(frame: JsonObject, member: string, object: JsonObject, said = nothing): JsonObject | undefined {
    if (!this.#native) return undefined;
    const inFrame = unsaid(frame, frameMembers);
    const inObject = unsaid(object, said);
    return inFrame || inObject ? { ...inFrame, ...(inObject && { [member]: inObject }) } : undefined;
  }
}

const nothing: ReadonlySet<string> = new Set();

function blockOf(wire: JsonObject): Block {
  switch (wire.type) {
    case 'text':
      return { kind: 'text' };
    case 'thinking':
      return { kind: 'reasoning' };
    case 'redacted_thinking':
      return { kind: 'redacted-reasoning', data: textAt(wire, 'data') };
    case 'tool_use':
      return { kind: 'tool', id: textAt(wire, 'id'), name: textAt(wire, 'name') };
    default:
      return { kind: 'provider', name: textAt(wire, 'type') };
  }
}

/** The members of the wire's block that its event says; of the provider's own work, none. */
function membersSaid(block: Block, wire: JsonObject): ReadonlySet<string> {
  switch (block.kind) {
    case 'text':
      // Citations that came with the start follow as events; an empty list only says that the block may have some.
      return objectsAt(wire, 'citations').length > 0 ? citedTextMembers : textMembers;
    case 'reasoning':
      return thinkingMembers;
    case 'redacted-reasoning':
      return redactedMembers;
    case 'tool':
      return toolMembers;
    default:
      return nothing;
  }
}

function citationOf(wire: JsonObject): Citation {
  const url = textAt(wire, 'url');
  const title = textAt(wire, 'title') || textAt(wire, 'document_title');
  const text = textAt(wire, 'cited_text');
  return { ...(url && { url }), ...(title && { title }), ...(text && { text }) };
}
