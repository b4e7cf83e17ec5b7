import type { JsonObject } from '../../stream/json.ts';
import type { Parameters, ResponseFormat, Tool, ToolChoice } from '../../stream/request.ts';
import { type ParameterWriters, unsupported } from '../map-parameters.ts';
import { effortOf, serviceTiers } from '../openai/words.ts';

/** The API rejects a lower limit. */
const minOutputTokens = 16;

/** How each parameter is written for a request of another dialect. */
export const parameterWriters: ParameterWriters = {
  maxOutputTokens: (value) => ({ max_output_tokens: Math.max(value, minOutputTokens) }),
  temperature: (value) => ({ temperature: value }),
  topP: (value) => ({ top_p: value }),
  tools: (value) => ({ tools: value.map(toolOf) }),
  toolChoice: (value, { spelling }) => ({ tool_choice: toolChoiceOf(value, spelling.toolChoice ?? 'tool_choice') }),
  parallelToolCalls: (value) => ({ parallel_tool_calls: value }),
  reasoning: (value) => {
    if (!value.enabled) return { reasoning: { effort: 'none' } };
    // Anthropic clients set a budget and expect to see the reasoning.
    const summary = value.budgetTokens !== undefined && { summary: 'auto' };
    return { reasoning: { effort: effortOf(value), ...summary } };
  },
  responseFormat: (value) => ({ text: { format: formatOf(value) } }),
  logprobs: ({ top }) => ({ top_logprobs: top ?? 0 }),
  user: (value) => ({ user: value }),
  metadata: (value) => ({ metadata: value }),
  cacheKey: (value) => ({ prompt_cache_key: value }),
  verbosity: (value) => ({ text: { verbosity: value } }),
  serviceTier: (value) => (serviceTiers.has(value) ? { service_tier: value } : undefined),
};

/** What to include in the answer: log probabilities, and reasoning in a form that can be sent back. */
export function included({ reasoning, logprobs }: Parameters): string[] {
  return [...(reasoning?.enabled ? ['reasoning.encrypted_content'] : []), ...(logprobs ? ['message.output_text.logprobs'] : [])];
}

/** A function here is strict unless marked otherwise, unlike in every other dialect. */
function toolOf(tool: Tool): JsonObject {
  if (tool.type === 'passthrough') throw unsupported(tool.field);
  const { name, description, schema, strict = false } = tool;
  return { type: 'function', name, ...(description && { description }), parameters: schema, strict };
}

function toolChoiceOf(choice: ToolChoice, field: string): JsonObject[string] {
  if (choice.type === 'passthrough') throw unsupported(field);
  return choice.type === 'tool' ? { type: 'function', name: choice.name } : choice.type;
}

function formatOf(format: ResponseFormat): JsonObject {
  if (format.type === 'json-object') return { type: 'json_object' };
  const { name, description, schema, strict } = format;
  return {
    type: 'json_schema',
    name,
    ...(description && { description }),
    schema,
    ...(strict !== undefined && { strict }),
  };
}
