import type { Usage } from '../../stream/events.ts';
import type { Json, JsonObject } from '../../stream/json.ts';
import { lenientObject } from '../lenient-fields.ts';

/** The members of the wire's usage that Usage says. Totals and counts by lifetime stay native. */
export const usageSaid = {
  inputTokens: true,
  outputTokens: true,
  cacheReadInputTokens: true,
  cacheWriteInputTokens: true,
} as const;

/** The vocabulary's usage: Bedrock's `inputTokens` are what is left of the prompt beside its cached parts. */
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

/** The wire's usage. The three totals are always there, because every client reads them; the rest only when it is known. */
export function usageToWire({ input, output, cacheRead, cacheWrite }: Usage): JsonObject {
  return {
    inputTokens: Math.max(0, (input ?? 0) - (cacheRead ?? 0) - (cacheWrite ?? 0)),
    outputTokens: output ?? 0,
    totalTokens: (input ?? 0) + (output ?? 0),
    ...(cacheRead !== undefined && { cacheReadInputTokens: cacheRead }),
    ...(cacheWrite !== undefined && { cacheWriteInputTokens: cacheWrite }),
  };
}
