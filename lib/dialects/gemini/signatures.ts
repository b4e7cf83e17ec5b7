import type { JsonObject } from '../../stream/json.ts';
import type { ModelFamily } from './model-family.ts';

/** A part of a turn; of a thought, with the signature that was given for what the model made of it. */
export interface SignedPart {
  readonly wire: JsonObject;
  readonly signature?: string;
}

/** Google's word for a call whose signature is lost: another model made it, or the caller's client does not keep any. */
const lostSignature = 'skip_thought_signature_validator';

/**
 * A turn with each signature where Gemini gave it: on the part that follows the thought, on an empty text where none
 * does, on the thought itself where another signature follows.
 *
 * The first call of a turn has to be signed. A client that keeps signatures apart from their places (OpenAI's) gives
 * them before all else, so a call that has none takes the last one before it.
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
