import { Blocks } from '../../stream/blocks.ts';
import { SluiceError } from '../../stream/errors.ts';
import type { Block, Citation, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import { unknownFields } from '../passthrough.ts';
import { strictObject, strictObjects, strictText } from '../strict-fields.ts';

type Kind = Block['kind'];

/** The block kind for each delta type. */
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
  /** The complete input of a tool at its start, used if no deltas follow (as in programmatic tool calls). */
  input?: JsonObject;
}

/**
 * Content blocks as blocks of the vocabulary. Repairs mistakes of proxies where possible: gaps in the indices, a
 * reused index, overlapping blocks, a missing start or stop, thinking inside a text block. Throws
 * `upstream_protocol_error` for tool arguments outside a tool call, and for whatever Blocks rejects.
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

  /** True once a block has been opened. */
  get begun(): boolean {
    return this.#keys > 0;
  }

  *start(index: number, wire: JsonObject, frame: JsonObject = {}): Generator<StreamEvent> {
    yield* this.stop(index);
    const key = this.#keys++;
    const block = blockOf(wire);
    const opened: Opened = { key, block };
    this.#opened.set(index, opened);
    yield* this.#blocks.open(key, block, this.#unknownFields(frame, 'content_block', wire, knownMembers(block, wire)));

    if (block.kind === 'text') {
      yield* this.#text(opened, strictText(wire, 'text'));
      for (const citation of strictObjects(wire, 'citations')) yield* this.#citation(opened, citation);
    } else if (block.kind === 'reasoning') {
      yield* this.#reasoning(opened, strictText(wire, 'thinking'));
      yield* this.#signature(opened, strictText(wire, 'signature'));
    } else if (block.kind === 'tool') {
      opened.input = strictObject(wire, 'input') ?? {};
    }
  }

  *delta(index: number, delta: JsonObject, frame: JsonObject): Generator<StreamEvent> {
    const type = strictText(delta, 'type');
    const kind = Object.hasOwn(kindsOfDeltas, type) ? kindsOfDeltas[type] : undefined;
    const found = this.#opened.get(index);
    if (found?.block.kind === 'provider') {
      const passthrough = this.#unknownFields(frame, 'delta', delta);
      yield* this.#blocks.delta(found.key, found.block, { type: 'provider-delta', ...(passthrough && { passthrough }) });
      return;
    }
    if (!kind) {
      if (this.#passthrough) yield { type: 'extra', passthrough: frame };
      return;
    }
    const opened = found?.block.kind === kind ? found : yield* this.#startFor(kind, index);
    switch (type) {
      case 'text_delta':
        yield* this.#text(opened, strictText(delta, 'text'), this.#unknownFields(frame, 'delta', delta, textMembers));
        break;
      case 'thinking_delta':
        yield* this.#reasoning(
          opened,
          strictText(delta, 'thinking'),
          this.#unknownFields(frame, 'delta', delta, thinkingDeltaMembers),
        );
        break;
      case 'signature_delta':
        yield* this.#signature(
          opened,
          strictText(delta, 'signature'),
          this.#unknownFields(frame, 'delta', delta, signatureMembers),
        );
        break;
      case 'citations_delta':
        yield* this.#citation(opened, strictObject(delta, 'citation') ?? {});
        break;
      case 'input_json_delta': {
        const json = strictText(delta, 'partial_json');
        if (json === '') break;
        delete opened.input;
        yield* this.#blocks.tool(opened.key, { json }, this.#unknownFields(frame, 'delta', delta, inputMembers));
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

  /** Ends the answer and closes blocks that proxies, or a stop in the middle of a call, left open. */
  *end(): Generator<StreamEvent> {
    for (const opened of this.#opened.values()) yield* this.#wholeInput(opened);
    yield* this.#blocks.endAll();
  }

  /** Opens the block for a delta if no block, or one of another kind, is open. */
  *#startFor(kind: Kind, index: number): Generator<StreamEvent, Opened> {
    if (kind === 'tool')
      throw new SluiceError('upstream_protocol_error', 'The provider sent tool arguments outside a tool call.');
    yield* this.start(index, { type: kind === 'text' ? 'text' : 'thinking' });
    const opened = this.#opened.get(index);
    if (!opened) throw new SluiceError('gateway_error', 'A delta arrived without an open content block.');
    return opened;
  }

  *#wholeInput({ key, input }: Opened): Generator<StreamEvent> {
    if (input && Object.keys(input).length > 0) yield* this.#blocks.tool(key, { json: JSON.stringify(input) });
  }

  #text({ key, block }: Opened, text: string, passthrough?: JsonObject): StreamEvent[] {
    if (text === '' && !passthrough) return [];
    return this.#blocks.delta(key, block, { type: 'text-delta', text, ...(passthrough && { passthrough }) });
  }

  #reasoning({ key, block }: Opened, text: string, passthrough?: JsonObject): StreamEvent[] {
    if (text === '' && !passthrough) return [];
    return this.#blocks.delta(key, block, { type: 'reasoning-delta', text, ...(passthrough && { passthrough }) });
  }

  #signature({ key, block }: Opened, signature: string, passthrough?: JsonObject): StreamEvent[] {
    if (signature === '' && !passthrough) return [];
    return this.#blocks.delta(key, block, { type: 'signature-delta', signature, ...(passthrough && { passthrough }) });
  }

  #citation({ key, block }: Opened, wire: JsonObject): StreamEvent[] {
    const passthrough = this.#passthrough && { passthrough: { delta: { citation: wire } } };
    return this.#blocks.delta(key, block, { type: 'citation-delta', citation: citationOf(wire), ...passthrough });
  }

  /** The parts of this frame that its event doesn't cover, in the frame and in its single object. */
  #unknownFields(frame: JsonObject, member: string, object: JsonObject, covered = nothing): JsonObject | undefined {
    if (!this.#passthrough) return undefined;
    const inFrame = unknownFields(frame, frameMembers);
    const inObject = unknownFields(object, covered);
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
      return { kind: 'redacted-reasoning', data: strictText(wire, 'data') };
    case 'tool_use':
      return { kind: 'tool', id: strictText(wire, 'id'), name: strictText(wire, 'name') };
    default:
      return { kind: 'provider', name: strictText(wire, 'type') };
  }
}

/** The members of the block that its event covers. None for the provider's own work. */
function knownMembers(block: Block, wire: JsonObject): ReadonlySet<string> {
  switch (block.kind) {
    case 'text':
      // Citations of the block start follow as events. An empty list only announces them.
      return strictObjects(wire, 'citations').length > 0 ? citedTextMembers : textMembers;
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
  const url = strictText(wire, 'url');
  const title = strictText(wire, 'title') || strictText(wire, 'document_title');
  const text = strictText(wire, 'cited_text');
  return { ...(url && { url }), ...(title && { title }), ...(text && { text }) };
}
