import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { ModelRequest, ResponseFormat, Tool, ToolChoice } from '../../stream/request.ts';
import { type ParameterWriters, unsupported } from '../map-parameters.ts';
import { effortOf, serviceTiers } from '../openai/words.ts';
import type { OpenaiChatQuirks } from './quirks.ts';
import { dialectName } from './wire.ts';

/** How each parameter is written. Members that only some providers know are written where `accepts` has them. */
export function parameterWriters(quirks: OpenaiChatQuirks): ParameterWriters {
  const { maxTokensField = 'max_completion_tokens', anyTool = 'required', accepts = [] } = quirks;
  const ifAccepted = (name: string, value: Json) => (accepts.includes(name) ? { [name]: value } : undefined);
  return {
    maxOutputTokens: (value) => ({ [maxTokensField]: value }),
    temperature: (value) => ({ temperature: value }),
    topP: (value) => ({ top_p: value }),
    topK: (value) => ifAccepted('top_k', value),
    stop: (value) => ({ stop: value }),
    frequencyPenalty: (value) => ({ frequency_penalty: value }),
    presencePenalty: (value) => ({ presence_penalty: value }),
    logitBias: (value) => ({ logit_bias: value }),
    seed: (value) => ({ seed: value }),
    tools: (value, request) => ({ tools: value.map((tool) => toolOf(tool, request)) }),
    toolChoice: (value, request) => toolChoiceOf(value, request, anyTool),
    parallelToolCalls: (value) => ({ parallel_tool_calls: value }),
    reasoning: (value) => ({ reasoning_effort: effortOf(value) }),
    responseFormat: (value) => ({ response_format: formatOf(value) }),
    choices: (value) => ({ n: value }),
    logprobs: ({ top }) => ({ logprobs: true, ...(top !== undefined && { top_logprobs: top }) }),
    modalities: (value, request) => ifOwn(request, { modalities: value }),
    webSearch: (value, request) => ifOwn(request, { web_search_options: value }),
    legacyFunctions: (value, request) => ifOwn(request, { functions: value }),
    inputChecks: (value) => ifAccepted('input', value),
    outputChecks: (value) => ifAccepted('output', value),
    user: (value) => ({ user: value }),
    // OpenAI accepts metadata only for responses that it stores.
    metadata: (value, request) => (request.parameters.store ? { metadata: value } : ifOwn(request, { metadata: value })),
    store: (value) => ({ store: value }),
    cacheKey: (value) => ({ prompt_cache_key: value }),
    verbosity: (value) => ({ verbosity: value }),
    serviceTier: (value, request) =>
      serviceTiers.has(value) ? { service_tier: value } : ifOwn(request, { service_tier: value }),
    includeThinking: (value) => ifAccepted('include_thinking', value),
  };
}

function ifOwn(request: ModelRequest, fields: JsonObject): JsonObject | undefined {
  return request.dialect === dialectName ? fields : undefined;
}

function toolOf(tool: Tool, request: ModelRequest): Json {
  if (tool.type === 'custom') return customTool(tool, request);
  if (tool.type === 'passthrough') {
    if (request.dialect !== dialectName) throw unsupported(tool.field);
    return tool.value;
  }
  const { name, description, schema, strict, cache } = tool;
  return {
    type: 'function',
    function: { name, ...(description && { description }), parameters: schema, ...(strict !== undefined && { strict }) },
    ...(cache && { cache_control: { type: 'ephemeral', ...cache } }),
  };
}

/** A custom tool in this dialect's form, which puts into `custom` what Responses has beside the type. */
function customTool({ name, description, value }: Extract<Tool, { type: 'custom' }>, { dialect }: ModelRequest): Json {
  if (dialect === dialectName) return { ...value, ...(isObject(value.custom) && { custom: { ...value.custom, name } }) };
  const { format } = value;
  const { type, ...grammar } = isObject(format) ? format : { type: undefined };
  const form = type === undefined ? undefined : type === 'grammar' ? { type, grammar } : { type };
  return { type: 'custom', custom: { name, ...(description && { description }), ...(form && { format: form }) } };
}

function toolChoiceOf(choice: ToolChoice, request: ModelRequest, anyTool: string): JsonObject | undefined {
  switch (choice.type) {
    case 'required':
      return { tool_choice: anyTool };
    case 'tool':
      if (choice.custom) return { tool_choice: { type: 'custom', custom: { name: choice.name } } };
      return { tool_choice: { type: 'function', function: { name: choice.name } } };
    case 'passthrough':
      return ifOwn(request, { tool_choice: choice.value });
    default:
      return { tool_choice: choice.type };
  }
}

function formatOf(format: ResponseFormat): JsonObject {
  if (format.type === 'json-object') return { type: 'json_object' };
  const { name, description, schema, strict } = format;
  return {
    type: 'json_schema',
    json_schema: { name, ...(description && { description }), schema, ...(strict !== undefined && { strict }) },
  };
}
