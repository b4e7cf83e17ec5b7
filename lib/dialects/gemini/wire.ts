import type { FinishReason, Usage } from '../../stream/events.ts';
import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import { countOf } from '../strict-fields.ts';

export const dialectName = 'gemini';

/**
 * What Gemini's words mean. `STOP` also ends an answer that calls tools. Where a call was malformed or not allowed, or
 * the language is not spoken, the answer is none that another dialect has a word for: `other`, as is any new word.
 */
const reasonsByWord: Readonly<Record<string, FinishReason>> = {
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

export function finishReason(word: string): FinishReason {
  return Object.hasOwn(reasonsByWord, word) ? (reasonsByWord[word] ?? 'other') : 'other';
}

/**
 * The counts that this `usageMetadata` gives; what it leaves out, an earlier one said (Vertex counts only in the last).
 * What Google's own tools have read into the prompt is counted beside it, thoughts beside the answer.
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

/** Both counts together; `undefined` where the first is not given. */
function sumOf(wire: JsonObject, first: string, second: string): number | undefined {
  const count = countOf(wire[first]);
  return count === undefined ? undefined : count + (countOf(wire[second]) ?? 0);
}
