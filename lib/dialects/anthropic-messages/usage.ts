import type { Usage } from '../../stream/events.ts';
import type { Json, JsonObject } from '../../stream/json.ts';
import { lenientObject } from '../lenient-fields.ts';
import { countOf } from '../strict-fields.ts';

/** Counts in this API. `input_tokens` excludes the cached parts of the prompt. */
export interface WireCounts {
  input_tokens?: number;
  output_tokens?: number;
  cache_read_input_tokens?: number;
  cache_creation_input_tokens?: number;
  thinking_tokens?: number;
}

/**
 * The usage members that Usage covers, if they are numbers. `output_tokens_details` may hold more and stays in
 * `passthrough`.
 */
const countNames = ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'] as const;

/**
 * The counts in this usage. Applied on top of earlier ones, because `message_delta` omits what `message_start` sent.
 */
export function wireCounts(usage: Json | undefined): WireCounts {
  const members = lenientObject(usage);
  const counts: WireCounts = {};
  for (const name of countNames) {
    const count = countOf(members[name]);
    if (count !== undefined) counts[name] = count;
  }
  const thinking = countOf(lenientObject(members.output_tokens_details).thinking_tokens);
  if (thinking !== undefined) counts.thinking_tokens = thinking;
  return counts;
}

/** The rest of the usage: tiers, server tools, iterations, and nulls for unknown counts. */
export function uncounted(usage: Json | undefined, counts: WireCounts): JsonObject | undefined {
  const rest = Object.entries(lenientObject(usage)).filter(([name]) => !(isCountName(name) && counts[name] !== undefined));
  return rest.length > 0 ? Object.fromEntries(rest) : undefined;
}

/** Usage in the vocabulary: the whole prompt including cached parts. */
export function usageOf(counts: WireCounts): Usage {
  const { input_tokens: rest, cache_read_input_tokens: cacheRead, cache_creation_input_tokens: cacheWrite } = counts;
  const input = rest === undefined ? undefined : rest + (cacheRead ?? 0) + (cacheWrite ?? 0);
  return {
    ...(input !== undefined && { input }),
    ...(counts.output_tokens !== undefined && { output: counts.output_tokens }),
    ...(cacheRead !== undefined && { cacheRead }),
    ...(cacheWrite !== undefined && { cacheWrite }),
    ...(counts.thinking_tokens !== undefined && { reasoning: counts.thinking_tokens }),
  };
}

/**
 * Usage in this API. `output_tokens` is always present, because every client reads it. The other counts only if
 * known.
 */
export function usageToWire(usage: Usage): JsonObject {
  const { input, output, cacheRead, cacheWrite, reasoning } = usage;
  return {
    ...(input !== undefined && { input_tokens: Math.max(0, input - (cacheRead ?? 0) - (cacheWrite ?? 0)) }),
    ...(cacheWrite !== undefined && { cache_creation_input_tokens: cacheWrite }),
    ...(cacheRead !== undefined && { cache_read_input_tokens: cacheRead }),
    output_tokens: output ?? 0,
    ...(reasoning !== undefined && { output_tokens_details: { thinking_tokens: reasoning } }),
  };
}

function isCountName(name: string): name is (typeof countNames)[number] {
  return (countNames as readonly string[]).includes(name);
}
