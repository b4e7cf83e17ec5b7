import { SluiceError } from './errors.ts';
import type { Block, StreamEvent } from './events.ts';
import { GrowingJson } from './growing-json.ts';
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
  passthrough?: JsonObject;
  started: boolean;
  /** The provider said that nothing more comes for it. */
  ended: boolean;
  passthroughOfEnd?: JsonObject;
  waiting: Delta[];
  /** All of a tool's argument text, to tell whether it is whole. */
  readonly json: GrowingJson;
  /** The first half of a code point, whose second half has not come yet. */
  half: string;
}

/**
 * Puts the pieces of an answer in sequence, for every decoder: blocks open when their first piece comes, never
 * overlap, and have dense indices.
 *
 * Most providers announce no ends: text and reasoning end where another block begins; a tool call ends when its
 * arguments are whole JSON and another block begins. Pieces of a block that comes too early wait for their turn, up
 * to a bound. A tool's name is held until its first argument character, the next block or the end, because some
 * providers split or repeat it; a call without arguments gets `{}`. A code point that was cut in half (JSON has an
 * escape for each half) goes out whole; a half that stays alone is U+FFFD.
 *
 * Throws `upstream_protocol_error` for a tool call without a name, more for a block that has ended, or too much at once.
 * What came into its turn by the same call is then not given.
 */
export class Blocks {
  readonly #id: string;
  #current: Entry | undefined;
  #queue: Entry[] = [];
  readonly #ended = new Set<BlockKey>();
  #opened = 0;
  #waitingCharacters = 0;
  /** What has come into its turn and is given at the end of this call. */
  #ready: StreamEvent[] = [];

  /** `id` is the answer's own: a tool call that has none gets one made from it. */
  constructor(id: string) {
    this.#id = id;
  }

  /** A piece of a block whose opening is known: text, reasoning, what the provider does by itself. */
  delta(key: BlockKey, block: Block, delta: Delta): StreamEvent[] {
    this.#take(this.#find(key) ?? this.#add(key, block), delta);
    return this.#takeReady();
  }

  /** Opens a block although it has no piece yet; all of the block when `block` holds its content. */
  open(key: BlockKey, block: Block, passthrough?: JsonObject): StreamEvent[] {
    const entry = this.#find(key) ?? this.#add(key, block);
    if (passthrough) entry.passthrough = passthrough;
    this.#advance();
    if (entry === this.#current && !entry.started && block.kind !== 'tool') this.#start(entry);
    return this.#takeReady();
  }

  /** A piece of a tool call; `passthrough` rides on the arguments, or on the opening where there are none. */
  tool(key: BlockKey, { id, name, json }: ToolFragment, passthrough?: JsonObject): StreamEvent[] {
    const entry = this.#find(key) ?? this.#add(key, { kind: 'tool', id: '', name: '' });
    const { block } = entry;
    if (block.kind !== 'tool') throw protocolError('mixed a tool call with other content');
    if (!entry.started) {
      if (id && !block.id) block.id = id;
      if (name && name !== block.name && entry.json.isEmpty) block.name += name;
    }
    if (json) {
      entry.json.add(json);
      this.#take(entry, { type: 'tool-delta', json, ...(passthrough && { passthrough }) });
    } else {
      if (passthrough) entry.passthrough = { ...entry.passthrough, ...passthrough };
      this.#advance();
    }
    return this.#takeReady();
  }

  /** The provider says that this block has ended; `passthrough` rides on the end. Unknown and ended keys are let pass. */
  end(key: BlockKey, passthrough?: JsonObject): StreamEvent[] {
    const entry = this.#find(key);
    if (!entry) return [];
    entry.ended = true;
    if (passthrough) entry.passthroughOfEnd = passthrough;
    do {
      this.#advance();
      if (!this.#current?.ended) break;
      this.#close();
    } while (this.#current);
    return this.#takeReady();
  }

  /** The answer is over: closes what is open, in order. */
  endAll(): StreamEvent[] {
    for (const entry of this.#queue) entry.ended = true;
    if (this.#current) this.#current.ended = true;
    this.#advance();
    this.#close();
    return this.#takeReady();
  }

  #takeReady(): StreamEvent[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #find(key: BlockKey): Entry | undefined {
    return this.#current?.key === key ? this.#current : this.#queue.find((entry) => entry.key === key);
  }

  #add(key: BlockKey, block: Block): Entry {
    if (this.#ended.has(key)) throw protocolError('sent more of a block that had ended');
    if (this.#opened + this.#queue.length >= maxBlocks) throw protocolError(`sent more than ${maxBlocks} blocks`);
    const entry: Entry = { key, block, started: false, ended: false, waiting: [], json: new GrowingJson(), half: '' };
    if (this.#current) this.#queue.push(entry);
    else this.#current = entry;
    return entry;
  }

  #take(entry: Entry, delta: Delta): void {
    if (entry === this.#current && this.#queue.length === 0) {
      this.#write(entry, delta);
      return;
    }
    entry.waiting.push(delta);
    this.#waitingCharacters += sizeOf(delta);
    if (this.#waitingCharacters > maxWaitingCharacters) throw protocolError('interleaved more than can be put in order');
    this.#advance();
  }

  /** Gives the turn on while the open block can be known to have ended and another waits. */
  #advance(): void {
    while (this.#current) {
      this.#flush(this.#current);
      if (this.#queue.length === 0) return;
      if (!isWhole(this.#current)) {
        // The next block is here, so the name is as long as it gets.
        if (!this.#current.started) this.#start(this.#current);
        return;
      }
      this.#close();
    }
  }

  #flush(entry: Entry): void {
    for (const delta of entry.waiting.splice(0)) {
      this.#waitingCharacters -= sizeOf(delta);
      this.#write(entry, delta);
    }
  }

  #write(entry: Entry, delta: Delta): void {
    if (!entry.started) this.#start(entry);
    const whole = wholeCodePoints(entry, delta);
    if (whole) this.#ready.push({ ...whole, index: this.#opened - 1 } as StreamEvent);
  }

  #start(entry: Entry): void {
    const index = this.#opened++;
    entry.started = true;
    if (entry.block.kind === 'tool') {
      if (entry.block.name === '') throw protocolError('sent a tool call without a name');
      if (entry.block.id === '') entry.block.id = `call_${this.#id}_${index}`;
    }
    this.#ready.push({
      type: 'block-start',
      index,
      block: entry.block,
      ...(entry.passthrough && { passthrough: entry.passthrough }),
    });
  }

  #close(): void {
    const entry = this.#current;
    if (!entry) return;
    if (entry.block.kind === 'tool' && entry.json.isEmpty) this.#write(entry, { type: 'tool-delta', json: '{}' });
    if (!entry.started) this.#start(entry);
    if (entry.half !== '') this.#write(entry, restOf(entry));
    this.#ready.push({
      type: 'block-end',
      index: this.#opened - 1,
      ...(entry.passthroughOfEnd && { passthrough: entry.passthroughOfEnd }),
    });
    // Text and reasoning may come back as a new block; a tool call or a numbered block may not.
    if (entry.block.kind === 'tool' || typeof entry.key === 'number') this.#ended.add(entry.key);
    this.#current = this.#queue.shift();
  }
}

/** The delta, its text well-formed and begun with the half that waited; nothing when all of it waits. */
function wholeCodePoints(entry: Entry, delta: Delta): Delta | undefined {
  const own = textOf(delta);
  if (own === undefined || (entry.half === '' && own.isWellFormed())) return delta;
  const text = entry.half + own;
  entry.half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : '';
  const whole = text.slice(0, text.length - entry.half.length).toWellFormed();
  if (whole === '' && !delta.passthrough) return undefined;
  return delta.type === 'tool-delta' ? { ...delta, json: whole } : ({ ...delta, text: whole } as Delta);
}

/** Takes the half that waits for nothing any more. */
function restOf(entry: Entry): Delta {
  const text = entry.half.toWellFormed();
  entry.half = '';
  if (entry.block.kind === 'tool') return { type: 'tool-delta', json: text };
  return { type: entry.block.kind === 'reasoning' ? 'reasoning-delta' : 'text-delta', text };
}

function textOf(delta: Delta): string | undefined {
  if (delta.type === 'tool-delta') return delta.json;
  return delta.type === 'text-delta' || delta.type === 'reasoning-delta' ? delta.text : undefined;
}

function sizeOf(delta: Delta): number {
  return textOf(delta)?.length ?? 64;
}

function isWhole({ ended, block, json }: Entry): boolean {
  return ended || block.kind !== 'tool' || json.isWhole();
}

function protocolError(what: string): SluiceError {
  return new SluiceError('upstream_protocol_error', `The provider ${what}.`);
}
