import type { Block } from '../../stream/events.ts';
import type { AnswerEvent } from '../accumulator.ts';

/** The blocks of one answer, which Sluice sends one after another: only their beginnings and ends have to be told. */
export class OpenBlock {
  #key: string | undefined;
  #kind: Block['kind'] | undefined;
  /** A call whose arguments have not begun. */
  #withoutArguments = false;
  /** The number of the block that was opened last. */
  index = -1;

  /** Is a block of this kind open? */
  is(kind: Block['kind']): boolean {
    return this.#kind === kind;
  }

  /** Makes the block of this key the open one: ends another, begins it if it is new. */
  *enter(key: string, block: Block): Generator<AnswerEvent> {
    if (this.#key === key) return;
    yield* this.leave();
    this.#key = key;
    this.#kind = block.kind;
    this.#withoutArguments = block.kind === 'tool';
    yield { type: 'block-start', index: ++this.index, block };
  }

  *text(text: string): Generator<AnswerEvent> {
    if (text !== '') yield { type: 'text-delta', index: this.index, text };
  }

  *reasoning(text: string): Generator<AnswerEvent> {
    if (text !== '') yield { type: 'reasoning-delta', index: this.index, text };
  }

  *signature(signature: string): Generator<AnswerEvent> {
    if (signature !== '') yield { type: 'signature-delta', index: this.index, signature };
  }

  /** Arguments of the open call; nothing where none is open. */
  *tool(json: string): Generator<AnswerEvent> {
    if (json === '' || this.#kind !== 'tool') return;
    this.#withoutArguments = false;
    yield { type: 'tool-delta', index: this.index, json };
  }

  *citation(url: string, title: string, text = ''): Generator<AnswerEvent> {
    const citation = { ...(url && { url }), ...(title && { title }), ...(text && { text }) };
    yield { type: 'citation-delta', index: this.index, citation };
  }

  /** A block that comes whole. */
  *whole(key: string, block: Block): Generator<AnswerEvent> {
    yield* this.enter(key, block);
    yield* this.leave();
  }

  /** Ends what is open. */
  *leave(): Generator<AnswerEvent> {
    if (this.#key === undefined) return;
    if (this.#withoutArguments) yield* this.tool('{}');
    this.#key = undefined;
    this.#kind = undefined;
    yield { type: 'block-end', index: this.index };
  }
}
