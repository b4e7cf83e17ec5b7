import { expect } from 'vitest';
import { decode } from '../../../lib/dialects/gemini/decode.ts';
import { toSluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Frame, Frames } from '../../../lib/wire/frame.ts';
import { flattened, oneByOne } from '../../support/batches.ts';
import { grammarViolations } from '../../support/grammar.ts';

/** A chunk of the wire with these parts of its first candidate. */
export const parts = (...parts: JsonObject[]): JsonObject => ({ candidates: [{ content: { role: 'model', parts }, index: 0 }] });

/** The last chunk. */
export const stop = (finishReason = 'STOP', more: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { role: 'model', parts: [{ text: '' }] }, finishReason, index: 0, ...more }],
});

export const frame = (chunk: JsonObject): Frame => ({ data: JSON.stringify(chunk) });

export const framesOf = (...frames: Frame[]) => oneByOne(frames);

/** The events of a stream, held to their grammar; what is thrown comes last, as an `error` event. */
export async function decoded(frames: Frames): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  try {
    for await (const event of flattened(decode(frames, { id: 'x', model: 'm', passthrough: false }))) events.push(event);
  } catch (thrown) {
    events.push({ type: 'error', error: toSluiceError(thrown) });
  }
  expect(grammarViolations(events)).toEqual([]);
  return events;
}

/** The blocks of an answer with these chunks, one line each: `tool weather a {"city":"Bonn"}`. */
export async function blocksOf(...chunks: JsonObject[]): Promise<string[]> {
  return linesOf(await decoded(framesOf(...chunks.map(frame), frame(stop()))));
}

export function linesOf(events: readonly StreamEvent[]): string[] {
  const lines: string[] = [];
  const add = (text: string) => lines.push(`${lines.pop()} ${text}`);
  for (const event of events) {
    if (event.type === 'block-start') {
      const { kind, ...more } = event.block;
      lines.push([kind, ...('id' in more ? [more.name, more.id] : Object.values(more))].join(' '));
    } else if (event.type === 'text-delta' || event.type === 'reasoning-delta') add(`"${event.text}"`);
    else if (event.type === 'signature-delta') add(`signed ${event.signature}`);
    else if (event.type === 'tool-delta') add(event.json);
    else if (event.type === 'citation-delta') add(`[${Object.values(event.citation).join(', ')}]`);
  }
  return lines;
}

export async function errorOf(...frames: Frame[]) {
  const last = (await decoded(framesOf(...frames))).at(-1);
  if (last?.type !== 'error') throw new Error('expected a failure');
  return last.error;
}
