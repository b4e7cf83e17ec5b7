import { isObject, type JsonObject } from '../../stream/json.ts';
import type { ModelRequest, Reasoning, Tool, ToolChoice } from '../../stream/request.ts';
import { type ParameterWriters, unsupported } from '../map-parameters.ts';
import { cacheControl } from './build-turns.ts';
import { dialectName } from './wire.ts';

/** OpenAI's service tiers that have an equivalent here. */
const serviceTiers: Readonly<Record<string, string>> = { auto: 'auto', default: 'standard_only' };

/** How this dialect writes each parameter. */
export const parameterWriters: ParameterWriters = {
  maxOutputTokens: (value) => ({ max_tokens: value }),
  temperature: (value) => ({ temperature: value }),
  topP: (value) => ({ top_p: value }),
  topK: (value) => ({ top_k: value }),
  stop: (value) => ({ stop_sequences: value }),
  tools: (value, { dialect }) => ({ tools: value.map((tool) => toolOf(tool, dialect === dialectName)) }),
  toolChoice: (value, request) => (hasTools(request) ? { tool_choice: toolChoiceOf(value, request) } : withoutTools(value)),
  parallelToolCalls: (value, request) => {
    const choice = request.parameters.toolChoice ?? { type: 'auto' };
    // Without tools, or without leave to call one, there is nothing to say.
    if (value || !hasTools(request) || choice.type === 'none') return {};
    return { tool_choice: { ...toolChoiceOf(choice, request), disable_parallel_tool_use: true } };
  },
  reasoning: reasoningOf,
  responseFormat: (value) =>
    value.type === 'json-schema' ? { output_config: { format: { type: 'json_schema', schema: value.schema } } } : undefined,
  user: (value) => ({ metadata: { user_id: value } }),
  serviceTier: (value) => {
    const tier = Object.hasOwn(serviceTiers, value) ? serviceTiers[value] : undefined;
    return tier ? { service_tier: tier } : undefined;
  },
};

/** Adaptive thinking is shown as a summary, which newer models don't do by themselves. */
function reasoningOf({ enabled, effort, budgetTokens, adaptive, effortOnly, display }: Reasoning): JsonObject | undefined {
  const config = effort && { output_config: { effort } };
  if (!enabled) return { thinking: { type: 'disabled' } };
  if (effortOnly) return config || undefined;
  if (budgetTokens !== undefined) return { thinking: { type: 'enabled', budget_tokens: budgetTokens }, ...config };
  return adaptive ? { thinking: { type: 'adaptive', display: display ?? 'summarized' }, ...config } : undefined;
}

function hasTools({ parameters }: ModelRequest): boolean {
  return (parameters.tools ?? []).length > 0;
}

function toolOf(tool: Tool, own: boolean): JsonObject {
  if (own && tool.type === 'passthrough' && isObject(tool.value)) return tool.value;
  if (tool.type !== 'function') throw unsupported(tool.field);
  const { name, description, schema, strict, cache } = tool;
  return {
    name,
    ...(description && { description }),
    // Elsewhere, a function without parameters may have an empty schema.
    input_schema: { type: 'object', ...schema },
    ...(strict && { strict }),
    ...cacheControl(cache),
  };
}

function toolChoiceOf(choice: ToolChoice, { spelling }: ModelRequest): JsonObject {
  switch (choice.type) {
    case 'auto':
    case 'none':
      return { type: choice.type };
    case 'required':
      return { type: 'any' };
    case 'tool':
      return { type: 'tool', name: choice.name };
    case 'passthrough':
      throw unsupported(spelling.toolChoice ?? 'tool_choice');
  }
}

/** A tool choice without tools. Unnecessary for `none`, otherwise unsupported. */
function withoutTools(choice: ToolChoice): JsonObject | undefined {
  return choice.type === 'auto' || choice.type === 'none' ? {} : undefined;
}
