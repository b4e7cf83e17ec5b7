import { type Delta, restOf, textOf, wholeCodePoints } from './delta.ts';
import { SluiceError } from './errors.ts';
import type { Block, StreamEvent } from './events.ts';
import { GrowingJson } from './growing-json.ts';
import type { JsonObject } from './json.ts';
import { Queue } from './queue.ts';

export type BlockKey = string | number;

/** A piece of a tool call as providers stream it. Any part may be late, repeated, empty or missing. */
export interface ToolFragment {
  id?: string;
  name?: string;
  json?: string;
  /** The arguments are free text. */
  custom?: boolean;
}

/** The limit for waiting pieces, in characters. Each waiting block counts as a few hundred. */
const maxWaitingCharacters = 1 << 20;
const charactersOfBlock = 256;
/** How many ended blocks are remembered, to detect more of one. They take a few megabytes. */
const maxRemembered = 1 << 16;

interface Entry {
  readonly key: BlockKey;
  /** What opens the block. A tool call gets its name from its fragments. */
  block: Block;
  passthrough?: JsonObject;
  started: boolean;
  /** The provider has ended this block. */
  ended: boolean;
  passthroughOfEnd?: JsonObject;
  waiting: Delta[];
  /** It waits and has something to show. */
  speaks: boolean;
  /** The whole argument text of a tool call, to check whether it is complete. */
  readonly json: GrowingJson;
  /** The first half of a surrogate pair whose second half has not arrived yet. */
  half: string;
}

/**
 * Puts the pieces of an answer into sequence for every decoder. A block opens with its first piece. Blocks never
 * overlap and have dense indices.
 *
 * Most providers don't announce the end of a block. Text and reasoning end where another block begins. A tool call ends
 * when another block has something to show and the call's arguments are complete JSON or have not begun, because no
 * provider begins the arguments of a call after those of the next one. White space after the end of a call is dropped.
 * Pieces that arrive before the turn of their block wait, up to a limit. If the provider announces ends, a call waits
 * for its own.
 *
 * A tool's name waits for its first argument character, the next block or the end, because some providers split or
 * repeat the name. A call without arguments gets `{}`. A surrogate pair that was split (JSON has an escape for each
 * half) is joined again. A lone half becomes U+FFFD.
 *
 * Throws `upstream_protocol_error` for a tool call without a name, for more of a block that has ended, and above the
 * limits. The events that the same call already produced are then lost.
 */
export class Blocks {
  readonly #id: string;
  readonly #marksEnds: boolean;
  #current: Entry | undefined;
  readonly #queue = new Queue<Entry>();
  /** Open and waiting blocks, except text and reasoning without an announced end. */
  readonly #byKey = new Map<BlockKey, Entry>();
  readonly #ended = new Set<BlockKey>();
  #opened = 0;
  #waitingCharacters = 0;
  /** How many waiting blocks have something to show. */
  #speaking = 0;
  /** The events that the current call has produced so far. */
  #ready: StreamEvent[] = [];

  /**
   * `id` is the id of the answer. A tool call without an id gets one derived from it. `marksEnds` means that the provider
   * announces the end of each block.
   */
  constructor(id: string, { marksEnds = false } = {}) {
    this.#id = id;
    this.#marksEnds = marksEnds;
  }

  /** A piece of a block whose opening is known: text, reasoning or something the provider runs itself. */
  delta(key: BlockKey, block: Block, delta: Delta): StreamEvent[] {
    this.#take(this.#find(key) ?? this.#add(key, block), delta);
    return this.#takeReady();
  }

  /** Opens a block that has no piece yet. If `block` holds its content, this is the whole block. */
  open(key: BlockKey, block: Block, passthrough?: JsonObject): StreamEvent[] {
    const entry = this.#find(key) ?? this.#add(key, block);
    if (passthrough) entry.passthrough = passthrough;
    this.#advance();
    if (entry === this.#current && !entry.started && block.kind !== 'tool') this.#start(entry);
    return this.#takeReady();
  }

  /**
   * A piece of a tool call. `passthrough` goes on the arguments delta, or on the block-start if there are no
   * arguments.
   */
  tool(key: BlockKey, { id, name, json, custom }: ToolFragment, passthrough?: JsonObject): StreamEvent[] {
    if (this.#ended.has(key) && json !== undefined && json.trim() === '') return [];
    const entry = this.#find(key) ?? this.#add(key, { kind: 'tool', id: '', name: '', ...(custom && { custom }) });
    const { block } = entry;
    if (block.kind !== 'tool') throw protocolError('mixed a tool call with other content');
    if (!entry.started) {
      if (id && !block.id) block.id = id;
      if (name && name !== block.name && entry.json.isBlank) block.name += name;
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

  /** Marks a block as ended by the provider. `passthrough` goes on the block-end. Ignores unknown and ended keys. */
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

  /** Ends the answer and closes all blocks in order. */
  endAll(): StreamEvent[] {
    for (const entry of this.#queue) entry.ended = true;
    if (this.#current) this.#current.ended = true;
    this.#advance();
    this.#close();
    return this.#takeReady();
  }

  #takeReady(): StreamEvent[] {
    if (this.#waitingCharacters > maxWaitingCharacters)
      throw protocolError('interleaved more blocks than the gateway can reorder');
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #find(key: BlockKey): Entry | undefined {
    const last = this.#queue.last ?? this.#current;
    return last?.key === key ? last : this.#byKey.get(key);
  }

  #add(key: BlockKey, block: Block): Entry {
    if (this.#ended.has(key)) throw protocolError('sent more of a block after its end');
    const entry: Entry = {
      key,
      block,
      started: false,
      ended: false,
      waiting: [],
      speaks: false,
      json: new GrowingJson(),
      half: '',
    };
    // Text continues only directly after itself. Later text is another block.
    if (block.kind === 'tool' || this.#marksEnds) this.#byKey.set(key, entry);
    if (!this.#current) this.#current = entry;
    else {
      this.#queue.push(entry);
      this.#waitingCharacters += charactersOfBlock;
    }
    return entry;
  }

  #take(entry: Entry, delta: Delta): void {
    if (entry === this.#current && this.#queue.last === undefined) {
      this.#write(entry, delta);
      return;
    }
    entry.waiting.push(delta);
    this.#waitingCharacters += sizeOf(delta);
    if (!entry.speaks && entry !== this.#current && textOf(delta)) {
      entry.speaks = true;
      this.#speaking++;
    }
    this.#advance();
  }

  /** Moves on to the next block while the open one is known to be complete and another waits. */
  #advance(): void {
    while (this.#current) {
      this.#flush(this.#current);
      if (this.#queue.last === undefined) return;
      if (!this.#isOver(this.#current)) {
        // The next block has arrived, so the name is complete.
        if (!this.#current.started) this.#start(this.#current);
        return;
      }
      this.#close();
    }
  }

  /** Has this block ended, now that another waits? */
  #isOver({ ended, block, json }: Entry): boolean {
    if (ended || block.kind !== 'tool' || block.custom) return true;
    if (json.isBlank) return !this.#marksEnds && this.#speaking > 0;
    return json.isWhole();
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
    if (entry.block.kind === 'tool' && entry.json.isBlank) {
      this.#write(entry, { type: 'tool-delta', json: entry.block.custom ? '' : '{}' });
    }
    if (!entry.started) this.#start(entry);
    if (entry.half !== '') this.#write(entry, restOf(entry));
    this.#ready.push({
      type: 'block-end',
      index: this.#opened - 1,
      ...(entry.passthroughOfEnd && { passthrough: entry.passthroughOfEnd }),
    });
    this.#forget(entry);
    this.#current = this.#queue.shift();
    if (!this.#current) return;
    this.#waitingCharacters -= charactersOfBlock;
    if (this.#current.speaks) this.#speaking--;
  }

  /** Text and reasoning may continue as a new block. A tool call or a numbered block may not. */
  #forget({ key, block }: Entry): void {
    this.#byKey.delete(key);
    if (block.kind !== 'tool' && typeof key !== 'number') return;
    if (this.#ended.size >= maxRemembered) throw protocolError('sent more tool calls than the gateway can track');
    this.#ended.add(key);
  }
}

function sizeOf(delta: Delta): number {
  return textOf(delta)?.length ?? 64;
}

function protocolError(what: string): SluiceError {
  return new SluiceError('upstream_protocol_error', `The provider ${what}.`);
}
