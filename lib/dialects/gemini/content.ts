import { Blocks } from '../../stream/blocks.ts';
import type { Delta } from '../../stream/delta.ts';
import { SluiceError } from '../../stream/errors.ts';
import type { Block, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import { strictObject, strictObjects, strictText } from '../strict-fields.ts';
import { citationsOf } from './citations.ts';
import { PartialArguments } from './partial-arguments.ts';

/** Members of a part besides its content. */
const besideContent = new Set(['thought', 'thoughtSignature', 'videoMetadata', 'partMetadata', 'mediaResolution']);

/** A call with streamed arguments. */
interface OpenCall {
  readonly key: number;
  readonly arguments: PartialArguments;
}

/**
 * The parts of a response as blocks of the vocabulary.
 *
 * Gemini attaches the signature of its reasoning to the part that follows from it: a call, a text, or an empty text
 * at the end. In the vocabulary, the signature is a `signature-delta`, byte for byte, in the reasoning block before
 * that part. If no reasoning was shown, the reasoning block has no text. When a request is built, the signature goes
 * back on the following part.
 *
 * Code that Google ran, its own tools and everything else are provider blocks.
 */
export class Content {
  readonly #blocks: Blocks;
  /** Blocks that are opened only once: calls, images, the provider's own work. */
  #keys = 0;
  /** Signed reasoning blocks. A signature ends its block, and later reasoning starts another one. */
  #signed = 0;
  #call: OpenCall | undefined;
  #called = false;
  readonly #cited = new Set<string>();

  constructor(id: string) {
    this.#blocks = new Blocks(id);
  }

  /** True once a tool has been called. */
  get called(): boolean {
    return this.#called;
  }

  *candidate(candidate: JsonObject): Generator<StreamEvent> {
    for (const part of strictObjects(strictObject(candidate, 'content') ?? {}, 'parts')) {
      // The sources belong to the text before the lone signature at its end.
      if (part.text === '' && part.thoughtSignature !== undefined) yield* this.#citations(candidate);
      yield* this.#part(part);
    }
    yield* this.#citations(candidate);
  }

  /** Ends the answer. A streamed call is complete only if the model stopped by itself. */
  *end(byItself: boolean): Generator<StreamEvent> {
    if (byItself) yield* this.#endCall();
    yield* this.#blocks.endAll();
  }

  *#part(part: JsonObject): Generator<StreamEvent> {
    const signature = strictText(part, 'thoughtSignature');
    const call = strictObject(part, 'functionCall');
    const image = imageIn(part);
    if (part.thought === true) {
      yield* this.#reasoning({ type: 'reasoning-delta', text: strictText(part, 'text') });
      yield* this.#signature(signature);
    } else if (call) {
      yield* this.#signature(signature);
      yield* this.#functionCall(call);
    } else if (part.text !== undefined) {
      yield* this.#signature(signature);
      const text = strictText(part, 'text');
      if (text !== '') yield* this.#blocks.delta('text', { kind: 'text' }, { type: 'text-delta', text });
    } else if (image) {
      yield* this.#signature(signature);
      yield* this.#whole(image);
    } else {
      // Google's own work is never sent back, so its signature isn't needed.
      const name = Object.keys(part).find((member) => !besideContent.has(member));
      if (name) yield* this.#whole({ kind: 'provider', name });
    }
  }

  *#signature(signature: string): Generator<StreamEvent> {
    if (signature === '') return;
    yield* this.#reasoning({ type: 'signature-delta', signature });
    this.#signed++;
  }

  *#reasoning(delta: Extract<Delta, { type: 'reasoning-delta' | 'signature-delta' }>): Generator<StreamEvent> {
    if (delta.type === 'reasoning-delta' && delta.text === '') return;
    yield* this.#blocks.delta(`reasoning ${this.#signed}`, { kind: 'reasoning' }, delta);
  }

  /** A call arrives complete, or as its name, then its arguments in pieces, and an empty call at the end. */
  *#functionCall(wire: JsonObject): Generator<StreamEvent> {
    const name = strictText(wire, 'name');
    if (name !== '') {
      yield* this.#endCall();
      this.#called = true;
      this.#call = { key: this.#keys++, arguments: new PartialArguments() };
      const args = strictObject(wire, 'args');
      yield* this.#blocks.tool(this.#call.key, { id: strictText(wire, 'id'), name, ...(args && { json: JSON.stringify(args) }) });
    }
    const pieces = strictObjects(wire, 'partialArgs');
    if (!this.#call) {
      if (pieces.length > 0 || wire.args !== undefined) throw protocolError('sent a tool call without a name');
      return;
    }
    for (const piece of pieces) yield* this.#blocks.tool(this.#call.key, { json: this.#call.arguments.write(piece) });
    if (wire.willContinue !== true) yield* this.#endCall();
  }

  *#endCall(): Generator<StreamEvent> {
    if (!this.#call) return;
    const { key, arguments: streamed } = this.#call;
    this.#call = undefined;
    yield* this.#blocks.tool(key, { json: streamed.end() });
    yield* this.#blocks.end(key);
  }

  *#whole(block: Block): Generator<StreamEvent> {
    const key = this.#keys++;
    yield* this.#blocks.open(key, block);
    yield* this.#blocks.end(key);
  }

  /** Sources are repeated as the answer grows. Each is written once. */
  *#citations(candidate: JsonObject): Generator<StreamEvent> {
    for (const citation of citationsOf(candidate)) {
      const known = JSON.stringify(citation);
      if (this.#cited.has(known)) continue;
      this.#cited.add(known);
      yield* this.#blocks.delta('text', { kind: 'text' }, { type: 'citation-delta', citation });
    }
  }
}

function imageIn(part: JsonObject): Block | undefined {
  const inline = strictObject(part, 'inlineData') ?? {};
  const mediaType = strictText(inline, 'mimeType');
  return mediaType.startsWith('image/') ? { kind: 'image', mediaType, data: strictText(inline, 'data') } : undefined;
}

function protocolError(what: string): SluiceError {
  return new SluiceError('upstream_protocol_error', `The provider ${what}.`);
}
