import type { Block, StreamEvent } from './events.ts';

/** An event inside a block, before the index of the block is known. */
export type Delta = WithIndexLeftOut<Extract<StreamEvent, { type: `${string}-delta` }>>;
type WithIndexLeftOut<Event> = Event extends unknown ? Omit<Event, 'index'> : never;

/** The block that a delta belongs to. */
export interface OpenBlock {
  readonly block: Block;
  /** The first half of a surrogate pair whose second half has not arrived yet. */
  half: string;
}

/**
 * The delta as well-formed text, starting with the waiting half of a surrogate pair. Nothing if all of it has to
 * wait.
 */
export function wholeCodePoints(entry: OpenBlock, delta: Delta): Delta | undefined {
  const own = textOf(delta);
  if (own === undefined || (entry.half === '' && own.isWellFormed())) return delta;
  const text = entry.half + own;
  entry.half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : '';
  const whole = text.slice(0, text.length - entry.half.length).toWellFormed();
  if (whole === '' && !delta.passthrough) return undefined;
  return delta.type === 'tool-delta' ? { ...delta, json: whole } : ({ ...delta, text: whole } as Delta);
}

/** Stops waiting for the second half and returns the first one. */
export function restOf(entry: OpenBlock): Delta {
  const text = entry.half.toWellFormed();
  entry.half = '';
  if (entry.block.kind === 'tool') return { type: 'tool-delta', json: text };
  return { type: entry.block.kind === 'reasoning' ? 'reasoning-delta' : 'text-delta', text };
}

/** The text of the delta, or its piece of JSON. */
export function textOf(delta: Delta): string | undefined {
  if (delta.type === 'tool-delta') return delta.json;
  return delta.type === 'text-delta' || delta.type === 'reasoning-delta' ? delta.text : undefined;
}
