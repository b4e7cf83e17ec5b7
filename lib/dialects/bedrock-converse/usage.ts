import type { Usage } from '../../stream/events.ts';
import type { Json, JsonObject } from '../../stream/json.ts';
import { lenientObject } from '../lenient-fields.ts';

/** The usage members that Usage covers. Totals and counts by cache lifetime stay in `passthrough`. */
export const knownUsageFields = {
  inputTokens: true,
  outputTokens: true,
  cacheReadInputTokens: true,
  cacheWriteInputTokens: true,
} as const;

/** Usage in the vocabulary. Bedrock's `inputTokens` exclude the cached parts of the prompt. */
export function usageOf(wire: Json | undefined): Usage {
  const { inputTokens, outputTokens, cacheReadInputTokens: cacheRead, cacheWriteInputTokens: cacheWrite } = lenientObject(wire);
  return {
    ...(isCount(inputTokens) && { input: inputTokens + countOr0(cacheRead) + countOr0(cacheWrite) }),
    ...(isCount(outputTokens) && { output: outputTokens }),
    ...(isCount(cacheRead) && { cacheRead }),
    ...(isCount(cacheWrite) && { cacheWrite }),
  };
}

function countOr0(value: Json | undefined): number {
  return isCount(value) ? value : 0;
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/**
 * Usage in this API. The three totals are always present, because every client reads them. The other counts only if
 * known.
 */
export function usageToWire({ input, output, cacheRead, cacheWrite }: Usage): JsonObject {
  return {
    inputTokens: Math.max(0, (input ?? 0) - (cacheRead ?? 0) - (cacheWrite ?? 0)),
    outputTokens: output ?? 0,
    totalTokens: (input ?? 0) + (output ?? 0),
    ...(cacheRead !== undefined && { cacheReadInputTokens: cacheRead }),
    ...(cacheWrite !== undefined && { cacheWriteInputTokens: cacheWrite }),
  };
}
