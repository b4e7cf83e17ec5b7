import type { JsonObject } from '../../stream/json.ts';

/** A part of a turn. For reasoning, with the signature of the part that follows from it. */
export interface SignedPart {
  readonly wire: JsonObject;
  readonly signature?: string;
}

/**
 * A turn with each signature where Gemini gave it: on the part that follows the thought, on an empty text where none
 * does, on the thought itself where another signature follows.
 */
export function placeSignatures(parts: readonly SignedPart[]): JsonObject[] {
  const placed: JsonObject[] = [];
  let waiting = '';
  for (const { wire, signature } of parts) {
    if (signature === undefined) {
      placed.push(waiting ? { ...wire, thoughtSignature: waiting } : wire);
      waiting = '';
      continue;
    }
    if (waiting) {
      const last = placed.at(-1);
      const thought = last?.thought && last.thoughtSignature === undefined ? placed.pop() : emptyText;
      placed.push({ ...thought, thoughtSignature: waiting });
    }
    waiting = signature;
    if (wire.text !== '') placed.push(wire);
  }
  if (waiting) placed.push({ ...emptyText, thoughtSignature: waiting });
  return placed;
}

const emptyText = { text: '' };
