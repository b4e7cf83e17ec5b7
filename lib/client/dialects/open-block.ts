import type { Block } from '../../stream/events.ts';
import type { DecodedEvent } from '../accumulator.ts';

/**
 * Tracks the open block of an answer. Sluice sends blocks one after another, so only their beginnings and ends
 * matter.
 */
export class OpenBlock {
  #key: string | undefined;
  #kind: Block['kind'] | undefined;
  /** A call whose arguments have not begun. */
  #withoutArguments = false;
  /** The index of the last opened block. */
  index = -1;

  /** True if a block of this kind is open. */
  is(kind: Block['kind']): boolean {
    return this.#kind === kind;
  }

  /** Makes the block with this key the open one. Ends another block and starts this one if needed. */
  *enter(key: string, block: Block): Generator<DecodedEvent> {
    if (this.#key === key) return;
    yield* this.leave();
    this.#key = key;
    this.#kind = block.kind;
    this.#withoutArguments = block.kind === 'tool';
    yield { type: 'block-start', index: ++this.index, block };
  }

  *text(text: string): Generator<DecodedEvent> {
    if (text !== '') yield { type: 'text-delta', index: this.index, text };
  }

  *reasoning(text: string): Generator<DecodedEvent> {
    if (text !== '') yield { type: 'reasoning-delta', index: this.index, text };
  }

  *signature(signature: string): Generator<DecodedEvent> {
    if (signature !== '') yield { type: 'signature-delta', index: this.index, signature };
  }

  /** Arguments of the open call. Does nothing if none is open. */
  *tool(json: string): Generator<DecodedEvent> {
    if (json === '' || this.#kind !== 'tool') return;
    this.#withoutArguments = false;
    yield { type: 'tool-delta', index: this.index, json };
  }

  *citation(url: string, title: string, text = ''): Generator<DecodedEvent> {
    const citation = { ...(url && { url }), ...(title && { title }), ...(text && { text }) };
    yield { type: 'citation-delta', index: this.index, citation };
  }

  /** A block that arrives complete. */
  *whole(key: string, block: Block): Generator<DecodedEvent> {
    yield* this.enter(key, block);
    yield* this.leave();
  }

  /** Ends the open block. */
  *leave(): Generator<DecodedEvent> {
    if (this.#key === undefined) return;
    if (this.#withoutArguments) yield* this.tool('{}');
    this.#key = undefined;
    this.#kind = undefined;
    yield { type: 'block-end', index: this.index };
  }
}
