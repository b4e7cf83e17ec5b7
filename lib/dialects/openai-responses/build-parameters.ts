import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { ModelRequest, Parameters, ResponseFormat, Tool, ToolChoice } from '../../stream/request.ts';
import { type ParameterWriters, unsupported } from '../map-parameters.ts';
import { effortOf, serviceTiers } from '../openai/words.ts';
import { dialectName } from './wire.ts';

/** How each parameter is written for a request of another dialect. */
export const parameterWriters: ParameterWriters = {
  maxOutputTokens: (value) => ({ max_output_tokens: value }),
  temperature: (value) => ({ temperature: value }),
  topP: (value) => ({ top_p: value }),
  tools: (value, { dialect }) => ({ tools: value.map((tool) => toolOf(tool, dialect === dialectName)) }),
  toolChoice: (value, request) => ({ tool_choice: toolChoiceOf(value, request) }),
  parallelToolCalls: (value) => ({ parallel_tool_calls: value }),
  reasoning: (value) => {
    if (!value.enabled) return { reasoning: { effort: effortOf(value) } };
    // A budget is how Anthropic's clients ask, and they are shown what the model thought.
    const summary = value.budgetTokens !== undefined && value.display === undefined && { summary: 'auto' };
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

/** A function is strict here unless it is said not to be, other than in every other dialect. */
function toolOf(tool: Tool, own: boolean): JsonObject {
  if (own && tool.type === 'passthrough' && isObject(tool.value)) return tool.value;
  if (tool.type === 'custom') return customTool(tool, own);
  if (tool.type !== 'function') throw unsupported(tool.field);
  const { name, description, schema, strict = false } = tool;
  return { type: 'function', name, ...(description && { description }), parameters: schema, strict };
}

/** A custom tool in this dialect's form, which has beside the type what chat completions put into `custom`. */
function customTool({ name, description, value }: Extract<Tool, { type: 'custom' }>, own: boolean): JsonObject {
  if (own) return { ...value, name };
  const { format } = isObject(value.custom) ? value.custom : {};
  const { type, grammar } = isObject(format) ? format : {};
  const form = type !== undefined && { format: { type, ...(isObject(grammar) && grammar) } };
  return { type: 'custom', name, ...(description && { description }), ...form };
}

function toolChoiceOf(choice: ToolChoice, { dialect, spelling }: ModelRequest): Json {
  if (choice.type === 'passthrough') {
    if (dialect !== dialectName) throw unsupported(spelling.toolChoice ?? 'tool_choice');
    return choice.value;
  }
  return choice.type === 'tool' ? { type: choice.custom ? 'custom' : 'function', name: choice.name } : choice.type;
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
