import type { Usage } from '../../stream/events.ts';
import { isObject, type JsonObject } from '../../stream/json.ts';
import { countOf } from '../strict-fields.ts';

/** The usage object of a chunk, wherever it is: in the chunk, in Groq's `x_groq`, or in the first choice (Kimi). */
export function usageIn(chunk: JsonObject): JsonObject | undefined {
  if (isObject(chunk.usage)) return chunk.usage;
  if (isObject(chunk.x_groq) && isObject(chunk.x_groq.usage)) return chunk.x_groq.usage;
  const choices = Array.isArray(chunk.choices) ? chunk.choices : [];
  for (const choice of choices) if (isObject(choice) && isObject(choice.usage)) return choice.usage;
  return undefined;
}

export function usageOf(wire: JsonObject): Usage {
  const prompt = isObject(wire.prompt_tokens_details) ? wire.prompt_tokens_details : {};
  const completion = isObject(wire.completion_tokens_details) ? wire.completion_tokens_details : {};
  const reasoning = countOf(completion.reasoning_tokens);
  const usage: Usage = {};
  set(usage, 'input', countOf(wire.prompt_tokens));
  set(usage, 'output', outputOf(wire, reasoning));
  set(usage, 'cacheRead', countOf(prompt.cached_tokens) ?? countOf(wire.prompt_cache_hit_tokens));
  set(usage, 'cacheWrite', countOf(prompt.cache_write_tokens));
  set(usage, 'reasoning', reasoning);
  return usage;
}

/**
 * The usage to show. `passthrough` is the provider's own object in this dialect and has all details. Clients require
 * the numbers.
 */
export function usageBody(usage: Usage, passthrough: JsonObject | undefined): JsonObject {
  const { input = 0, output = 0, cacheRead, cacheWrite, reasoning } = usage;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...((cacheRead !== undefined || cacheWrite !== undefined) && {
      prompt_tokens_details: {
        ...(cacheRead !== undefined && { cached_tokens: cacheRead }),
        ...(cacheWrite !== undefined && { cache_write_tokens: cacheWrite }),
      },
    }),
    ...(reasoning !== undefined && { completion_tokens_details: { reasoning_tokens: reasoning } }),
    ...passthrough,
  };
}

/** xAI doesn't include reasoning in the completion count. Only its total shows it. */
function outputOf(wire: JsonObject, reasoning: number | undefined): number | undefined {
  const completion = countOf(wire.completion_tokens);
  const prompt = countOf(wire.prompt_tokens);
  if (completion === undefined || prompt === undefined || !reasoning) return completion;
  return prompt + completion + reasoning === countOf(wire.total_tokens) ? completion + reasoning : completion;
}

function set(usage: Usage, name: keyof Usage, count: number | undefined): void {
  if (count !== undefined) usage[name] = count;
}
