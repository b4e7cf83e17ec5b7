import type { FinishReason, Usage } from '../../stream/events.ts';
import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import { countOf } from '../strict-fields.ts';

export const dialectName = 'gemini';

/**
 * The meaning of the finish reasons. `STOP` also ends an answer with tool calls. No other dialect has a value for a
 * malformed or disallowed call or an unsupported language. They are `other`, as is any unknown value.
 */
const reasonsByRawReason: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
};

export function finishReason(rawReason: string): FinishReason {
  return Object.hasOwn(reasonsByRawReason, rawReason) ? (reasonsByRawReason[rawReason] ?? 'other') : 'other';
}

/**
 * The counts in this `usageMetadata`. Earlier ones fill the gaps (Vertex counts only in the last chunk). Tokens that
 * Google's own tools added to the prompt are counted separately, and so are thoughts.
 */
export function usageOf(metadata: Json | undefined): Usage {
  const wire = isObject(metadata) ? metadata : {};
  const input = sumOf(wire, 'promptTokenCount', 'toolUsePromptTokenCount');
  const reasoning = countOf(wire.thoughtsTokenCount);
  const output = sumOf(wire, 'candidatesTokenCount', 'thoughtsTokenCount') ?? reasoning;
  const cacheRead = countOf(wire.cachedContentTokenCount);
  return {
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(cacheRead !== undefined && { cacheRead }),
    ...(reasoning !== undefined && { reasoning }),
  };
}

/** The sum of both counts. `undefined` if the first is missing. */
function sumOf(wire: JsonObject, first: string, second: string): number | undefined {
  const count = countOf(wire[first]);
  return count === undefined ? undefined : count + (countOf(wire[second]) ?? 0);
}
