import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { ModelRequest, Reasoning, Tool } from '../../stream/request.ts';
import type { BuildOptions, BuiltRequest } from '../dialect.ts';
import { lenientObject } from '../lenient-fields.ts';
import { mapParameters, type ParameterWriters, unsupported, withMembers } from '../map-parameters.ts';
import { cachePoint, conversationOf } from './messages.ts';
import { dialectName } from './wire.ts';

/**
 * The body of a Converse call. Throws as `ProviderDialect.build` and `conversationOf` say.
 */
export function build(request: ModelRequest, { members }: BuildOptions = {}): BuiltRequest {
  if (request.dialect === dialectName) return { body: withMembers(ownBody(request), members), dropped: [] };
  const { fields, dropped } = mapParameters(request, parameterWriters);
  return { body: withMembers({ ...conversationOf(request), ...fields }, members), dropped };
}

/** As `ProviderDialect.spell`. */
export function spell(request: ModelRequest): JsonObject {
  return { ...conversationOf(request), ...mapParameters({ ...request, unknown: [] }, parameterWriters).fields };
}

/**
 * A client's own Converse body passes unchanged. Only its output limit may have been lowered, and the thinking budget
 * must stay below it.
 */
function ownBody({ body, parameters }: ModelRequest): JsonObject {
  const { maxOutputTokens: maxTokens } = parameters;
  if (maxTokens === undefined) return body;
  const fields = lenientObject(body.additionalModelRequestFields);
  const thinking = lenientObject(fields.thinking);
  const tooMuch = typeof thinking.budget_tokens === 'number' && thinking.budget_tokens >= maxTokens;
  return {
    ...body,
    inferenceConfig: { ...lenientObject(body.inferenceConfig), maxTokens },
    ...(tooMuch && { additionalModelRequestFields: { ...fields, thinking: { ...thinking, budget_tokens: maxTokens - 1 } } }),
  };
}

const serviceTiers = ['priority', 'flex', 'reserved'];

const parameterWriters: ParameterWriters = {
  maxOutputTokens: (maxTokens) => ({ inferenceConfig: { maxTokens } }),
  temperature: (temperature) => ({ inferenceConfig: { temperature } }),
  topP: (topP) => ({ inferenceConfig: { topP } }),
  topK: (topK) => ({ additionalModelRequestFields: { top_k: topK } }),
  stop: (stopSequences) => ({ inferenceConfig: { stopSequences } }),
  // Every model here makes parallel calls by default.
  parallelToolCalls: (parallel) => (parallel ? {} : undefined),
  serviceTier: (type) => (serviceTiers.includes(type) ? { serviceTier: { type } } : undefined),
  guardrail: (value, { dialect }) => (dialect === dialectName ? { guardrailConfig: value } : undefined),
  reasoning: reasoningOf,
  responseFormat: (format) => {
    if (format.type !== 'json-schema') return undefined;
    const { name, description, schema } = format;
    const jsonSchema = { schema: JSON.stringify(schema), name, ...(description && { description }) };
    return { outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } } };
  },
  tools: (tools, { dialect }) =>
    tools.length === 0 ? {} : { toolConfig: { tools: tools.flatMap((tool) => toolSpecs(tool, dialect === dialectName)) } },
  toolChoice: (choice, { parameters }) => {
    // `auto` is what happens anyway, and some models (Llama) refuse the member.
    if (choice.type === 'auto' || choice.type === 'none') return {};
    if (choice.type === 'passthrough' || !parameters.tools?.length) return undefined;
    const toolChoice = choice.type === 'tool' ? { tool: { name: choice.name } } : { any: {} };
    return { toolConfig: { toolChoice } };
  },
};

function toolSpecs(tool: Tool, own: boolean): JsonObject[] {
  if (own && tool.type === 'passthrough' && isObject(tool.value)) return [tool.value];
  if (tool.type !== 'function') throw unsupported(tool.field);
  const toolSpec = {
    name: tool.name,
    ...(tool.description && { description: tool.description }),
    // Elsewhere, a function without parameters may have an empty schema.
    inputSchema: { json: { type: 'object', ...tool.schema } },
    ...(tool.strict && { strict: true }),
  };
  return tool.cache ? [{ toolSpec }, cachePoint(tool.cache)] : [{ toolSpec }];
}

/** Claude's thinking, as Claude itself takes it. */
function reasoningOf({ enabled, effort, budgetTokens, adaptive, effortOnly, display }: Reasoning): JsonObject | undefined {
  const config = effort && { outputConfig: { effort } };
  if (!enabled) return thinking({ type: 'disabled' });
  if (effortOnly) return config || undefined;
  if (budgetTokens !== undefined) return { ...thinking({ type: 'enabled', budget_tokens: budgetTokens }), ...config };
  return adaptive ? { ...thinking({ type: 'adaptive', display: display ?? 'summarized' }), ...config } : undefined;
}

function thinking(value: Json): JsonObject {
  return { additionalModelRequestFields: { thinking: value } };
}
