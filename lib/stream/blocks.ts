import { SluiceError } from './errors.ts';
import type { Block, StreamEvent } from './events.ts';
import type { JsonObject } from './json.ts';

/** An event that stands inside a block, before the block's index is known. */
export type Delta = WithIndexLeftOut<Extract<StreamEvent, { type: `${string}-delta` }>>;
type WithIndexLeftOut<Event> = Event extends unknown ? Omit<Event, 'index'> : never;

export type BlockKey = string | number;

/** A piece of a tool call as providers stream it; any part may come late, twice, empty or not at all. */
export interface ToolFragment {
  id?: string;
  name?: string;
  json?: string;
}

const maxBlocks = 1024;
const maxWaitingCharacters = 1 << 20;

interface Entry {
  readonly key: BlockKey;
  /** What opens the block; a tool's is completed by its fragments. */
  block: Block;
  native?: JsonObject;
  started: boolean;
  /** The provider said that nothing more comes for it. */
  ended: boolean;
  nativeOfEnd?: JsonObject;
  waiting: Delta[];
  /** All of a tool's argument text, to tell whether it is whole. */
  json: string;
}

/**
 * Puts the pieces of an answer in sequence, for every decoder: blocks open when their first piece comes, never
 * overlap, and have dense indices.
 *
 * Most providers announce no ends: text and reasoning end where another block begins; a tool call ends when its
 * arguments are whole JSON and another block begins. Pieces of a block that comes too early wait for their turn, up
 * to a bound. A tool's name is held until its first argument character, the next block or the end, because some
 * providers split or repeat it; a call without arguments gets `{}`.
 *
 * Throws `upstream_protocol_error` for a tool call without a name, more for a block that has ended, or too much at once.
 */
export class Blocks {
  readonly #id: string;
  #current: Entry | undefined;
  #queue: Entry[] = [];
  readonly #ended = new Set<BlockKey>();
  #opened = 0;
  #waitingCharacters = 0;

  /** `id` is the answer's own: a tool call that has none gets one made from it. */
  constructor(id: string) {
    this.#id = id;
  }

  /** A piece of a block whose opening is known: text, reasoning, what the provider does by itself. */
  *delta(key: BlockKey, block: Block, delta: Delta): Generator<StreamEvent> {
    const entry = this.#entry(key, () => block);
    yield* this.#take(entry, delta);
  }

  /** Opens a block although it has no piece yet; all of the block when `block` holds its content. */
  *open(key: BlockKey, block: Block, native?: JsonObject): Generator<StreamEvent> {
    const entry = this.#entry(key, () => block);
    if (native) entry.native = native;
    yield* this.#advance();
    if (entry === this.#current && !entry.started && block.kind !== 'tool') yield* this.#start(entry);
  }

  /** A piece of a tool call; `native` rides on the arguments, or on the opening where there are none. */
  *tool(key: BlockKey, { id, name, json }: ToolFragment, native?: JsonObject): Generator<StreamEvent> {
    const entry = this.#entry(key, () => ({ kind: 'tool', id: '', name: '' }));
    const { block } = entry;
    if (block.kind !== 'tool') throw protocolError('mixed a tool call with other content');
    if (!entry.started) {
      if (id && !block.id) block.id = id;
      if (name && name !== block.name && entry.json === '') block.name += name;
    }
    if (json) {
      entry.json += json;
      yield* this.#take(entry, { type: 'tool-delta', json, ...(native && { native }) });
    } else {
      if (native) entry.native = { ...entry.native, ...native };
      yield* this.#advance();
    }
  }

  /** The provider says that this block has ended; `native` rides on the end. Unknown and ended keys are let pass. */
  *end(key: BlockKey, native?: JsonObject): Generator<StreamEvent> {
    const entry = this.#find(key);
    if (!entry) return;
    entry.ended = true;
    if (native) entry.nativeOfEnd = native;
    do {
      yield* this.#advance();
      if (!this.#current?.ended) return;
      yield* this.#close();
    } while (this.#current);
  }

  /** The answer is over: closes what is open, in order. */
  *endAll(): Generator<StreamEvent> {
    for (const entry of this.#queue) entry.ended = true;
    if (this.#current) this.#current.ended = true;
    yield* this.#advance();
    if (this.#current) yield* this.#close();
  }

  #find(key: BlockKey): Entry | undefined {
    return this.#current?.key === key ? this.#current : this.#queue.find((entry) => entry.key === key);
  }

  #entry(key: BlockKey, block: () => Block): Entry {
    const found = this.#find(key);
    if (found) return found;
    if (this.#ended.has(key)) throw protocolError('sent more of a block that had ended');
    if (this.#opened + this.#queue.length >= maxBlocks) throw protocolError(`sent more than ${maxBlocks} blocks`);
    const entry: Entry = { key, block: block(), started: false, ended: false, waiting: [], json: '' };
    if (this.#current) this.#queue.push(entry);
    else this.#current = entry;
    return entry;
  }

  *#take(entry: Entry, delta: Delta): Generator<StreamEvent> {
    if (entry === this.#current && this.#queue.length === 0) {
      yield* this.#write(entry, delta);
      return;
    }
    entry.waiting.push(delta);
    this.#waitingCharacters += sizeOf(delta);
    if (this.#waitingCharacters > maxWaitingCharacters) throw protocolError('interleaved more than can be put in order');
    yield* this.#advance();
  }

  /** Gives the turn on while the open block can be known to have ended and another waits. */
  *#advance(): Generator<StreamEvent> {
    while (this.#current) {
      yield* this.#flush(this.#current);
      if (this.#queue.length === 0) return;
      if (!isWhole(this.#current)) {
        // The next block is here, so the name is as long as it gets.
        if (!this.#current.started) yield* this.#start(this.#current);
        return;
      }
      yield* this.#close();
    }
  }

  *#flush(entry: Entry): Generator<StreamEvent> {
    for (const delta of entry.waiting.splice(0)) {
      this.#waitingCharacters -= sizeOf(delta);
      yield* this.#write(entry, delta);
    }
  }

  *#write(entry: Entry, delta: Delta): Generator<StreamEvent> {
    if (!entry.started) yield* this.#start(entry);
    yield { ...delta, index: this.#opened - 1 } as StreamEvent;
  }

  *#start(entry: Entry): Generator<StreamEvent> {
    const index = this.#opened++;
    entry.started = true;
    if (entry.block.kind === 'tool') {
      if (entry.block.name === '') throw protocolError('sent a tool call without a name');
      if (entry.block.id === '') entry.block.id = `call_${this.#id}_${index}`;
    }
    yield { type: 'block-start', index, block: entry.block, ...(entry.native && { native: entry.native }) };
  }

  *#close(): Generator<StreamEvent> {
    const entry = this.#current;
    if (!entry) return;
    if (entry.block.kind === 'tool' && entry.json === '') yield* this.#write(entry, { type: 'tool-delta', json: '{}' });
    if (!entry.started) yield* this.#start(entry);
    yield { type: 'block-end', index: this.#opened - 1, ...(entry.nativeOfEnd && { native: entry.nativeOfEnd }) };
    // Text and reasoning may come back as a new block; a tool call or a numbered block may not.
    if (entry.block.kind === 'tool' || typeof entry.key === 'number') this.#ended.add(entry.key);
    this.#current = this.#queue.shift();
  }
}

function sizeOf(delta: Delta): number {
  if (delta.type === 'tool-delta') return delta.json.length;
  return delta.type === 'text-delta' || delta.type === 'reasoning-delta' ? delta.text.length : 64;
}

function isWhole(entry: Entry): boolean {
  if (entry.ended || entry.block.kind !== 'tool') return true;
  try {
    JSON.parse(entry.json);
    return true;
  } catch {
    return false;
  }
}

function protocolError(what: string): SluiceError {
  return new SluiceError('upstream_protocol_error', `The provider ${what}.`);
}
