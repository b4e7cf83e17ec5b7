import type { JsonObject } from '../../stream/json.ts';
import type { ModelFamily } from './model-family.ts';

/** A part of a turn. For reasoning, with the signature of the part that follows from it. */
export interface SignedPart {
  readonly wire: JsonObject;
  readonly signature?: string;
}

/** Google's placeholder for a lost signature, because another model made the call or the client keeps no signatures. */
const lostSignature = 'skip_thought_signature_validator';

/**
 * A turn with each signature where Gemini sent it: on the part after the reasoning, on an empty text if there is
 * none, or on the reasoning itself if another signature follows.
 *
 * The first call of a turn must be signed. A client that stores signatures separately (OpenAI's) sends them first, so
 * an unsigned call takes the last signature before it.
 */
export function placeSignatures(parts: readonly SignedPart[], { signedCalls }: ModelFamily): JsonObject[] {
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
  return signedCalls ? withFirstCallSigned(placed) : placed;
}

const emptyText = { text: '' };

function withFirstCallSigned(parts: JsonObject[]): JsonObject[] {
  const first = parts.findIndex(({ functionCall }) => functionCall !== undefined);
  if (first < 0 || parts[first]?.thoughtSignature !== undefined) return parts;
  const giver = parts.slice(0, first).findLastIndex(({ thoughtSignature }) => thoughtSignature !== undefined);
  const signature = parts[giver]?.thoughtSignature ?? lostSignature;
  return parts.map((part, index) => {
    if (index === first) return { ...part, thoughtSignature: signature };
    if (index !== giver) return part;
    const { thoughtSignature: _given, ...unsigned } = part;
    return unsigned;
  });
}
