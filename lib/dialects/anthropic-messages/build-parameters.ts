import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest, Tool, ToolChoice } from '../../stream/request.ts';
import { type ParameterWriters, unsupported } from '../map-parameters.ts';
import { cacheControl } from './build-turns.ts';

/** OpenAI's service tiers that have an equivalent here. */
const serviceTiers: Readonly<Record<string, string>> = { auto: 'auto', default: 'standard_only' };

/**
 * How this dialect writes each parameter, for a request with this thinking budget, if any. With thinking, the API
 * accepts no sampling parameters. Without it, it accepts either temperature or top_p.
 */
export function parameterWriters(budget: number | undefined): ParameterWriters {
  const thinks = budget !== undefined;
  return {
    maxOutputTokens: (value) => ({ max_tokens: value }),
    temperature: (value) => (thinks ? undefined : { temperature: value }),
    topP: (value, { parameters }) => (thinks || parameters.temperature !== undefined ? undefined : { top_p: value }),
    topK: (value) => (thinks ? undefined : { top_k: value }),
    stop: (value) => ({ stop_sequences: value }),
    tools: (value) => ({ tools: value.map(toolOf) }),
    toolChoice: (value, request) => (hasTools(request) ? { tool_choice: toolChoiceOf(value, request) } : withoutTools(value)),
    parallelToolCalls: (value, request) => {
      const choice = request.parameters.toolChoice ?? { type: 'auto' };
      // Without tools, or with calls disallowed, the flag has no meaning.
      if (value || !hasTools(request) || choice.type === 'none') return {};
      return { tool_choice: { ...toolChoiceOf(choice, request), disable_parallel_tool_use: true } };
    },
    reasoning: ({ enabled }) => {
      if (!enabled) return { thinking: { type: 'disabled' } };
      return thinks ? { thinking: { type: 'enabled', budget_tokens: budget } } : undefined;
    },
    responseFormat: (value) =>
      value.type === 'json-schema' ? { output_config: { format: { type: 'json_schema', schema: value.schema } } } : undefined,
    user: (value) => ({ metadata: { user_id: value } }),
    serviceTier: (value) => {
      const tier = Object.hasOwn(serviceTiers, value) ? serviceTiers[value] : undefined;
      return tier ? { service_tier: tier } : undefined;
    },
  };
}

function hasTools({ parameters }: ModelRequest): boolean {
  return (parameters.tools ?? []).length > 0;
}

function toolOf(tool: Tool): JsonObject {
  if (tool.type === 'passthrough') throw unsupported(tool.field);
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
