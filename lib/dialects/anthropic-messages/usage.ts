import type { Usage } from '../../stream/events.ts';
import type { Json, JsonObject } from '../../stream/json.ts';
import { lenientObject } from '../lenient-fields.ts';
import { countOf } from '../strict-fields.ts';

/** Counts as the wire has them: `input_tokens` is what is left of the prompt beside the cached parts. */
export interface WireCounts {
  input_tokens?: number;
  output_tokens?: number;
  cache_read_input_tokens?: number;
  cache_creation_input_tokens?: number;
  thinking_tokens?: number;
}

/** Members of a wire's usage that Usage says, when they are numbers. `output_tokens_details` may hold more, and stays native. */
const countNames = ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'] as const;

/** The counts that this usage gives. To be laid over earlier ones: what `message_delta` leaves out, `message_start` said. */
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

/** What the usage gives beside these counts: tiers, server tools, iterations, a null where nobody gave a count. */
export function uncounted(usage: Json | undefined, counts: WireCounts): JsonObject | undefined {
  const rest = Object.entries(lenientObject(usage)).filter(([name]) => !(isCountName(name) && counts[name] !== undefined));
  return rest.length > 0 ? Object.fromEntries(rest) : undefined;
}

/** The vocabulary's usage: the whole prompt, cached parts included. */
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

/** The wire's usage. `output_tokens` is always there, because every client reads it; the rest only when it is known. */
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
