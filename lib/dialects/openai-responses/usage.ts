import type { Usage } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import { lenientObject } from '../lenient-fields.ts';
import { withPassthrough } from '../passthrough.ts';
import { countOf } from '../strict-fields.ts';

export function usageOf(wire: JsonObject): Usage {
  const counts = {
    input: countOf(wire.input_tokens),
    output: countOf(wire.output_tokens),
    cacheRead: countOf(lenientObject(wire.input_tokens_details).cached_tokens),
    cacheWrite: countOf(lenientObject(wire.input_tokens_details).cache_write_tokens),
    reasoning: countOf(lenientObject(wire.output_tokens_details).reasoning_tokens),
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined));
}

/**
 * The usage to show. Clients require the numbers, so unknown counts are 0. `passthrough` is the provider's own
 * object.
 */
export function usageBody(usage: Usage, passthrough: JsonObject | undefined): JsonObject {
  const { input = 0, output = 0, cacheRead = 0, cacheWrite, reasoning = 0 } = usage;
  const knownUsage = {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cacheRead, ...(cacheWrite !== undefined && { cache_write_tokens: cacheWrite }) },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
  return withPassthrough(knownUsage, passthrough);
}
